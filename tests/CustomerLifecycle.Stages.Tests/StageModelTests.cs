namespace CustomerLifecycle.Stages.Tests;

public class StageModelTests
{
    [Fact]
    public void Validate_ManyFaults_ReportsAllInOrder()
    {
        var model = new StageModel(
            "bad", 1, "nowhere",
            [new("a", timers: [new("w", StageSpan.OfDays(0), "z"), new("w", StageSpan.OfMonths(1, "Mars/Olympus"), "a")]), new("a"), new("p", parent: "q"), new("q", parent: "p")],
            [
                new("t", ["a"], "x", "a", StageGuard.Parse("orders >= 3")),
                new("t", ["y"], "x", null),
                new("u", ["a"], "x", "a", StageGuard.Parse("order.count() > 2")),
                new("v", ["a"], "x", "a", StageGuard.Parse("event.v > 5 and event.v < 5")),
                new("w", ["a"], "x", "a", StageGuard.Parse("event.v >")),
            ],
            [new("f", StageAggregate.Count, "x"), new("f", StageAggregate.Sum, "x", "v", window: StageSpan.OfMonths(1))]);

        Assert.Equal(
            [
                "stages.calendar-window f", "stages.duplicate-fact f", "stages.duplicate-stage a", "stages.duplicate-timer a.w", "stages.duplicate-transition t", "stages.guard-not-allowed u",
                "stages.hierarchy-cycle p", "stages.hierarchy-cycle q", "stages.no-target t", "stages.non-positive-timer a.w", "stages.unknown-fact t:orders", "stages.unknown-initial nowhere",
                "stages.unknown-stage a.w:z", "stages.unknown-stage t.from:y", "stages.unknown-zone a.w:Mars/Olympus", "stages.unsatisfiable-guard v",
            ],
            model.Validate().Where(finding => finding.Code.StartsWith("stages.", StringComparison.Ordinal)).Select(finding => $"{finding.Code} {finding.Place}"));
        Assert.Contains(model.Validate(), finding => finding.Code.StartsWith("rules.", StringComparison.Ordinal) && finding.Place == "w");
    }

    [Fact]
    public void Validate_SoundNames_LooksAtTheGraph()
    {
        var model = new StageModel(
            "bad", 1, "a", [new("a", 10), new("b", 20), new("c", 5, isFinal: true, timers: [new("w", StageSpan.OfDays(1), "a")]), new("lonely")],
            [new("t1", ["a"], "x", "b"), new("t2", ["a"], "x", "c", StageGuard.Parse("event.v > 1")), new("back", ["b"], "y", "a"), new("out", ["c"], "y", "a")],
            direction: StageDirection.Forward);

        Assert.Equal(
            [
                "stages.backward-transition back", "stages.backward-transition t2", "stages.dead-end lonely", "stages.final-with-exit c.w", "stages.final-with-exit out", "stages.shadowed-transition t2",
                "stages.unreachable-stage lonely",
            ],
            model.Validate().Select(finding => $"{finding.Code} {finding.Place}"));
    }

    [Fact]
    public void Validate_LongIds_AreFound()
    {
        var (fits, tooLong) = (new string('s', 64), new string('t', 65));

        var findings = new StageModelBuilder(tooLong, fits).Stage(fits).Stage(tooLong).Transition(tooLong, fits, "x", fits).ToModel().Validate();

        Assert.Equal([tooLong], findings.Where(finding => finding.Code == "stages.id-too-long").Select(finding => finding.Place));
    }

    [Fact]
    public void Build_Errors_ThrowsWithAllFindings()
    {
        var builder = new StageModelBuilder("bad", "a").Stage("b").Transition("t", "b", "x", "c");

        var exception = Assert.Throws<StageModelException>(builder.Build);

        Assert.Equal(2, exception.Findings.Count);
        Assert.Contains("stages.unknown-initial", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_EveryTemplateInText_ComesBackAsItWas()
    {
        foreach (var template in StageTemplateTests.Templates.Where(template => template.Id != "value-curve"))
        {
            var load = StageModelJson.Read(StageModelJson.Write(template));

            Assert.DoesNotContain(load.Findings, finding => finding.Severity == FindingSeverity.Error);
            Assert.Equal(StageMachine.Compile(template).Fingerprint, StageMachine.Compile(load.Model!).Fingerprint);
            Assert.Equal(template.Stages.Select(stage => stage.Name), load.Model!.Stages.Select(stage => stage.Name));
        }
    }

    [Fact]
    public void Json_GuardInCode_IsNotWritten() => Assert.Throws<ArgumentException>(() => StageModelJson.Write(StageTemplates.ValueCurve()));

    [Fact]
    public void Json_UnknownMembersAndWrongKinds_AreAllReported()
    {
        var load = StageModelJson.Read("""
            {"id": "m", "initail": "a", "version": "one",
             "facts": [{"name": "f", "count": "x", "sum": "x"}],
             "stages": [{"id": "a", "timers": [{"id": "t", "to": "a", "after": {"fortnights": 1}}]}, 7],
             "transitions": [{"id": "t", "from": "a", "on": "x"}]}
            """);

        Assert.Null(load.Model);
        Assert.Equal(
            [
                "stages.json-unknown-member $.initail", "stages.json-fact $.facts[0]", "stages.json-unknown-member $.stages[0].timers[0].after.fortnights", "stages.json-kind $.stages[1]",
                "stages.json-kind $.transitions[0].from", "stages.json-missing $.transitions[0].from", "stages.json-kind $.version",
            ],
            load.Findings.Select(finding => $"{finding.Code} {finding.Place}"));
    }

    [Theory]
    [InlineData("", "stages.json-syntax")]
    [InlineData("[]", "stages.json-kind")]
    [InlineData("""{"id": "m", "id": "n", "stages": []}""", "stages.json-duplicate-member")]
    public void Json_NoModel_IsAFinding(string json, string code) => Assert.Contains(StageModelJson.Read(json).Findings, finding => finding.Code == code);

    [Fact]
    public void Span_CalendarMonths_ClampsShiftsAndTakesTheEarlier()
    {
        var month = new CompiledSpan(StageSpan.OfMonths(1, "Europe/Berlin"));
        Instant After(int year, int monthOfYear, int day, int hour) => StageTime.InstantOf(month.After(StageTime.TicksOf(Instant.FromUtc(year, monthOfYear, day, hour, 30))));

        Assert.Equal(Instant.FromUtc(2026, 2, 28, 11, 30), After(2026, 1, 31, 11)); // a day that February lacks
        Assert.Equal(Instant.FromUtc(2026, 3, 29, 1, 30), After(2026, 2, 28, 1) + Duration.FromDays(1)); // as it stands
        Assert.Equal(Instant.FromUtc(2025, 3, 30, 1, 30), StageTime.InstantOf(new CompiledSpan(StageSpan.OfCalendarDays(1, "Europe/Berlin")).After(StageTime.TicksOf(Instant.FromUtc(2025, 3, 29, 1, 30))))); // 02:30 is in the gap: 03:30
        Assert.Equal(Instant.FromUtc(2025, 10, 26, 0, 30), StageTime.InstantOf(new CompiledSpan(StageSpan.OfCalendarDays(1, "Europe/Berlin")).After(StageTime.TicksOf(Instant.FromUtc(2025, 10, 25, 0, 30))))); // 02:30 is there twice
    }

    [Fact]
    public void Span_BeyondTheEndOfTime_NeverComes()
    {
        Assert.Equal(StageTime.Never, new CompiledSpan(StageSpan.OfMonths(12 * 9000)).After(StageTime.TicksOf(Instant.FromUtc(2025, 1, 1, 0, 0))));
        Assert.Null(StageTime.DueOf(new CompiledSpan(StageSpan.OfDays(9_000_000)).After(StageTime.TicksOf(Instant.FromUtc(2025, 1, 1, 0, 0)))));
    }
}
