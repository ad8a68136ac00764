namespace CustomerLifecycle.Stages.Tests;

/// <summary>What a guard can say, with the meaning that the condition language has everywhere.</summary>
public class StageGuardTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 15, 12, 0);

    [Theory]
    [InlineData("event.sku like 'A-*'", true)]
    [InlineData("event.sku like 'a-*'", false)]
    [InlineData("event.sku like 'a-?2' ignoring case", true)]
    [InlineData("not event.sku like '*9'", true)]
    [InlineData("event.missing like '*'", false)]
    [InlineData("event.amount like '1*'", false)] // a number is no text
    [InlineData("event.sku in ('A-12', 'B-7')", true)]
    [InlineData("event.sku in ('a-12', 'b-7')", false)]
    [InlineData("event.sku not in ('a-12', 'b-7') ignoring case", false)]
    [InlineData("event.amount between 10 and 12.50", true)]
    [InlineData("event.due in next 30 days", true)]
    [InlineData("event.due in next 3 days", false)]
    [InlineData("event.due before 1 day ago", false)]
    [InlineData("event.due in next 1 calendar month", true)]
    [InlineData("event.paid in last 7 days", true)]
    [InlineData("event.paid after 2 days ago", false)]
    [InlineData("event.paid in last 1 calendar week", false)]
    [InlineData("event.paid in from 2026-06-01 to 2026-07-01", true)]
    [InlineData("event.paid in between 3 and 10 days ago", true)]
    [InlineData("event.born anniversary today", true)]
    [InlineData("event.born anniversary in next 7 days", true)]
    [InlineData("event.born anniversary in month 7", false)]
    [InlineData("event.missing in last 7 days", false)]
    [InlineData("not event.missing in last 7 days", true)]
    [InlineData("event.sku in last 7 days", false)] // a text is no date
    [InlineData("age(birthday) >= 36", true)]
    [InlineData("age(birthday) > 36", false)]
    public void Guard_TestOfTheLanguage_MeansWhatItMeansThere(string guard, bool moves)
    {
        var machine = Machine(guard);
        var bought = Event(("sku", "A-12"), ("amount", 12.50m), ("due", new LocalDate(2026, 6, 25)), ("paid", Now - Duration.FromDays(5)), ("born", new LocalDate(1990, 6, 15)));

        Assert.Equal(moves ? "in" : "out", machine.Replay([bought], new(Now)).Stage);
    }

    [Fact]
    public void Guard_DateTest_CountsDaysInTheModelsZone()
    {
        // Noon UTC of the 15th is the 16th already in Kiritimati, 14 hours ahead.
        StageMachine In(string? zone) => StageMachine.Compile(Model("event.born anniversary today", zone));
        var bought = Event(("born", new LocalDate(1990, 6, 16)));

        Assert.Equal("out", In(null).Replay([bought], new(Now)).Stage);
        Assert.Equal("in", In("Pacific/Kiritimati").Replay([bought], new(Now)).Stage);
        Assert.NotEqual(In(null).Fingerprint, In("Pacific/Kiritimati").Fingerprint);
    }

    [Fact]
    public void Zone_OfTheModel_IsThatOfSpansThatNameNone()
    {
        StageDue? DueIn(string? zone) => StageMachine.Compile(new StageModelBuilder("m", "a").InZone(zone ?? "UTC").Stage("a", stage => stage.Timer("t", StageSpan.OfMonths(1), "b")).Stage("b").Build())
            .Replay([], new(Instant.FromUtc(2026, 3, 1, 12, 0), Instant.FromUtc(2026, 3, 1, 12, 0))).NextDue;

        Assert.Equal(Instant.FromUtc(2026, 4, 1, 12, 0), DueIn(null)?.At);
        Assert.Equal(Instant.FromUtc(2026, 4, 1, 11, 0), DueIn("Europe/Berlin")?.At); // summer time has begun
    }

    [Fact]
    public void Guard_DateTestInATimer_IsJudgedAtTheDueInstant()
    {
        var machine = StageMachine.Compile(new StageModelBuilder("m", "out").Fact(new("renewed", StageAggregate.Last, "renew", "until"))
            .Stage("out", stage => stage.Timer("check", StageSpan.OfDays(30), "in", when: "renewed before 10 days ago")).Stage("in").Build());

        StageAnswer Until(LocalDate day) => machine.Replay([new("e", new("c"), "renew", Now, PropertyBag.Of("until", day))], new(Now + Duration.FromDays(40)));

        Assert.Equal("in", Until(new(2026, 7, 5)).Stage);   // ten days old on 15 July, when the timer is due
        Assert.Equal("out", Until(new(2026, 7, 6)).Stage);
    }

    [Fact]
    public void Explain_DateTestThatTimeWillMeet_SaysWhen()
    {
        var machine = StageMachine.Compile(new StageModelBuilder("m", "out").Fact(new("paid", StageAggregate.Last, "pay", "day"))
            .Stage("out").Stage("in").Transition("t", "out", "visit", "in", "paid before 30 days ago and paid is set").Build());

        var way = Assert.Single(machine.Explain([new("e", new("c"), "pay", Now, PropertyBag.Of("day", new LocalDate(2026, 6, 1)))], new(Now)).Ways);

        Assert.Equal(StageWayVerdict.Closed, way.Verdict);
        Assert.Equal(Instant.FromUtc(2026, 7, 1, 0, 0), way.Guard!.Parts[0].HoldsFrom);
        Assert.Equal("to wait until 1 July 2026", way.MissingText());
        Assert.Equal("✗ paid before 30 days ago (is 2026-06-01)", way.Guard.Parts[0].ToString());
    }

    [Theory]
    [InlineData("order.count() > 2")]
    [InlineData("sequence(view then order)")]
    [InlineData("in segment 'vip'")]
    [InlineData("bucket('mail') < 10")]
    [InlineData("size(tags) > 2")]
    [InlineData("tags has any of ('a')")]
    public void Guard_ThatLooksBeyondTheCustomersStage_IsAFinding(string guard)
    {
        var findings = Model(guard, null, validate: false).Validate();

        Assert.Contains(findings, finding => finding is { Code: "stages.guard-not-allowed", Place: "t" });
    }

    [Fact]
    public void Guard_DateTestOfAnUndeclaredFact_IsAFinding() =>
        Assert.Contains(Model("renewed before 10 days ago", null, validate: false).Validate(), finding => finding is { Code: "stages.unknown-fact", Place: "t:renewed" });

    [Fact]
    public void Model_UnknownZone_IsAFinding() =>
        Assert.Contains(new StageModelBuilder("m", "a").InZone("Mars/Olympus").Stage("a").ToModel().Validate(), finding => finding is { Code: "stages.unknown-zone", Place: "m:Mars/Olympus" });

    [Fact]
    public void Json_ZoneAndGuards_ComeBackAsTheyWere()
    {
        var model = Model("event.sku like 'A-*' and birthday anniversary in next 7 days and age(birthday) >= 18", "Asia/Shanghai");

        var load = StageModelJson.Read(StageModelJson.Write(model));

        Assert.Equal(StageMachine.Compile(model).Fingerprint, StageMachine.Compile(load.Model!).Fingerprint);
    }

    private static StageMachine Machine(string guard) => StageMachine.Compile(Model(guard, null));

    private static StageModel Model(string guard, string? zone, bool validate = true)
    {
        var builder = new StageModelBuilder("m", "out").Fact(new("birthday", StageAggregate.Last, "buy", "born")).Stage("out").Stage("in").Transition("t", "out", "buy", "in", guard);
        if (zone is not null) builder.InZone(zone);
        return validate ? builder.Build() : builder.ToModel();
    }

    private static CustomerEvent Event(params (string Name, PropertyValue Value)[] properties) => new("e", new("c"), "buy", Now, PropertyBag.Of(properties));
}
