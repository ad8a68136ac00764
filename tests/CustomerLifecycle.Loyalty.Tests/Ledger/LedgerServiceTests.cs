using System.Buffers;
using System.Text;
using CustomerLifecycle.Testing;
using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Loyalty.Tests;

public class LedgerServiceTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    [Fact]
    public async Task PostAsync_FiftyThreadsForTheLastPoints_ExactlyOneWins()
    {
        var clock = new SettableClock(Noon);
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new(), clock);
        for (var round = 0; round < 1_000; round++)
        {
            await ledger.PostAsync(new EarnPoints($"e{round}", Ann, 100));
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var racers = Enumerable.Range(0, 50).Select(async racer =>
            {
                await start.Task;
                return await ledger.PostAsync(new RedeemPoints($"r{round}-{racer}", Ann, 100));
            }).ToList();
            start.SetResult();

            var decisions = await Task.WhenAll(racers);

            Assert.Single(decisions, decision => decision.IsAccepted);
            Assert.All(decisions.Where(decision => !decision.IsAccepted), decision => Assert.Equal(LedgerRefusals.InsufficientPoints, decision.Refusal!.Code));
        }

        Assert.Equal(0, (await ledger.BalanceAsync(Ann)).Available);
        Assert.Equal(100_000, (await ledger.BalanceAsync(Ann)).LifetimeRedeemed);
    }

    [Fact]
    public async Task PostAsync_AfterAnUnknownOutcome_IsSettledByItsKey()
    {
        var clock = new SettableClock(Noon);
        var journal = new FaultInjectingJournal<MemberState, Posting>(new InMemoryJournal<MemberState, Posting>(clock));
        var ledger = new LedgerService(journal, new(), clock);
        var earn = new EarnPoints("e", Ann, 100);

        journal.AtNextAppend(JournalFault.FailAfter);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ledger.PostAsync(earn).AsTask());

        Assert.Equal(100, (await ledger.FindAsync("e"))?.Awarded);
        Assert.True((await ledger.PostAsync(earn)).Value.IsDuplicate);
        Assert.Equal(100, (await ledger.BalanceAsync(Ann)).Available);
    }

    [Fact]
    public async Task PostAsync_ByAHostWhoseClockIsAhead_IsRefused()
    {
        var clock = new SettableClock(Noon);
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new(), clock);

        Assert.True((await ledger.PostAsync(new EarnPoints("a", Ann, 1), Noon + Duration.FromMinutes(5))).IsAccepted);
        Assert.Equal(LedgerRefusals.ClockAhead, (await ledger.PostAsync(new EarnPoints("b", Ann, 1), Noon + Duration.FromSeconds(301))).Refusal?.Code);
    }

    [Fact]
    public async Task SweepAsync_ByAHostWhoseClockIsAhead_KeepsNobodyFromTheSweepOfAnother()
    {
        var clock = new SettableClock(Noon);
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(30)));
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy, SweepWorkers = 2 }, clock);
        for (var i = 0; i < 1_500; i++) await ledger.PostAsync(new EarnPoints($"{i}", new($"m{i}"), 1));
        clock.Advance(Duration.FromDays(31));

        Assert.Equal(LedgerRefusals.ClockAhead, (await ledger.SweepAsync(clock.GetCurrentInstant() + Duration.FromHours(1))).Refusal?.Code);

        Assert.Equal(1_500, (await ledger.SweepAsync()).Value.Lots);
    }

    [Fact]
    public async Task SweepAsync_SaidAgain_GivesTheFirstAnswer()
    {
        var clock = new SettableClock(Noon + Duration.FromDays(100));
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(30)));
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy }, clock);
        await ledger.PostAsync(new EarnPoints("e", Ann, 100), Noon);

        var first = await ledger.SweepAsync(key: "w");
        var again = await ledger.SweepAsync(key: "w");

        Assert.Equal((1L, 100m, false), (first.Value.Lots, first.Value.Points, first.Value.IsDuplicate));
        Assert.Equal((1L, 100m, true), (again.Value.Lots, again.Value.Points, again.Value.IsDuplicate));
        Assert.Equal(LedgerRefusals.IdempotencyConflict, (await ledger.SweepAsync(key: "e")).Refusal?.Code);
        Assert.Single(await ledger.MembersAsync());
    }

    [Theory]
    [InlineData("nightly", "sweep/nightly")]
    [InlineData("nightly", "sweep/7/nightly")]
    public async Task SweepAsync_OfAMemberNamedLikeTheSweep_IsAnswered(string key, string name)
    {
        var clock = new SettableClock(Noon + Duration.FromDays(100));
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(30)));
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy }, clock);
        await ledger.PostAsync(new EarnPoints("e", new(name), 100), Noon);

        var first = await ledger.SweepAsync(key: key);
        var again = await ledger.SweepAsync(key: key);

        Assert.Equal((100m, false), (first.Value.Points, first.Value.IsDuplicate));
        Assert.Equal((100m, true), (again.Value.Points, again.Value.IsDuplicate));
        Assert.Equal(100, (await ledger.BalanceAsync(new(name))).Expired);
        Assert.Single(await ledger.MembersAsync());
    }

    [Fact]
    public async Task SweepAsync_UnderAnyKeys_HasAStreamForEachThatNoMemberCanHave()
    {
        var clock = new SettableClock(Noon);
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new(), clock);
        foreach (var key in (string[])["a", "a/", "a//", "1/a", new('k', LedgerCommand.MaxKeyLength)]) Assert.True((await ledger.SweepAsync(key: key)).IsAccepted);

        Assert.True(SweepResult.Stream("a").Value.Length > CustomerId.MaxLength);
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.SweepAsync(key: "sweep/1/ann").AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.SweepAsync(key: "pool/3/ann/x").AsTask());
    }

    [Fact]
    public async Task Outbox_OfCommandsWhoseKeysLookLikeItsOwn_TellsEachMessageUnderAKeyOfItsOwn()
    {
        var clock = new SettableClock(Noon);
        var journal = new InMemoryJournal<MemberState, Posting>(clock);
        var ledger = new LedgerService(journal, new() { Policy = new(expiry: ExpiryPolicy.After(Period.FromDays(30))) }, clock);
        CustomerId bob = new("bob"), home = new("home"), likeBob = new("bob/B");
        LedgerCommand[] commands =
        [
            .. new[] { "t/in/PTS", "j/household", "m/PTS", "m/B", "m/in/PTS", "m/in/B", "p/pool/1", "t/1", "t/in" }.Select(key => new EarnPoints(key, Ann, 10)),
            new EarnPoints("b1", bob, 10, currency: "B"),
            new EarnPoints("b2", bob, 10),
            new EarnPoints("b3", likeBob, 10),
            new TransferPoints("t", Ann, bob, 5),
            new JoinHousehold("j", Ann, home),
            new JoinHousehold("k", bob, home),
            new RedeemPooledPoints("p", Ann, 95),
            new MergeMembers("m", Ann, bob),
        ];
        foreach (var command in commands) Assert.True((await ledger.PostAsync(command)).IsAccepted, command.Key);
        clock.Advance(Duration.FromDays(40));
        await ledger.SweepAsync();

        var told = (await journal.ClaimOutboxAsync(1_000, Duration.FromDays(1))).Select(claim => claim.Record).ToList();

        Assert.Equal(told.Count, told.Select(record => record.Key).Distinct().Count());
        Assert.All(commands, command => Assert.Contains(told, record => record.Key == command.Key));
        Assert.All(told.Where(record => commands.All(command => command.Key != record.Key)), record => Assert.Throws<ArgumentException>(() => new EarnPoints(record.Key, Ann, 1)));
    }

    [Fact]
    public void LedgerCommand_InACurrencyThatNoStoreCanKeep_CannotBeMade() =>
        Assert.Throws<ArgumentException>(() => new EarnPoints("e", Ann, 1, currency: "P\0"));

    [Fact]
    public async Task Outbox_OfATransfer_TellsWhatHappenedOnBothSides()
    {
        var clock = new SettableClock(Noon);
        var journal = new InMemoryJournal<MemberState, Posting>(clock);
        var ledger = new LedgerService(journal, new(), clock);
        await ledger.PostAsync(new EarnPoints("e", Ann, 10, currency: "STATUS"));
        await ledger.PostAsync(new TransferPoints("t", Ann, new("bob"), 4, "STATUS"));

        var told = (await journal.ClaimOutboxAsync(10, Duration.FromDays(1))).Select(claim => claim.Record).ToList();

        Assert.Equal(
            [
                """e ann {"currency":"STATUS","kind":"earn","points":10,"version":1}""",
                """t ann {"currency":"STATUS","kind":"transfer-out","points":-4,"version":2}""",
                """part/1/t bob {"currency":"STATUS","kind":"transfer-in","points":4,"version":1}""",
            ],
            told.Select(record => $"{record.Key} {record.Stream.Value} {PropertyBagJson.ToText(record.Properties)}"));
    }

    [Fact]
    public async Task BalanceAsync_OfAMemberMergedTwice_IsThatOfTheSurvivor()
    {
        var clock = new SettableClock(Noon);
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = new(expiry: ExpiryPolicy.After(Period.FromDays(30))) }, clock);
        CustomerId bob = new("bob"), cat = new("cat");
        await ledger.PostAsync(new EarnPoints("e1", Ann, 100));
        await ledger.PostAsync(new EarnPoints("e2", cat, 10));
        clock.Advance(Duration.FromDays(1));
        await ledger.PostAsync(new MergeMembers("m1", Ann, bob));
        await ledger.PostAsync(new MergeMembers("m2", bob, cat));

        Assert.Equal(110, (await ledger.BalanceAsync(Ann)).Available);
        Assert.Equal(await ledger.BalanceAsync(cat), await ledger.BalanceAsync(bob));
        Assert.True((await ledger.PostAsync(new RedeemPoints("r", Ann, 110))).IsAccepted);
        Assert.Equal(0, (await ledger.BalanceAsync(Ann)).Available);

        var current = await ledger.LoadCurrentAsync(Ann);
        Assert.Equal((cat, MemberStatus.Open), (current.Member, current.Status));
        Assert.Equal((Ann, MemberStatus.Merged, bob), ((await ledger.LoadAsync(Ann)).Member, (await ledger.LoadAsync(Ann)).Status, (await ledger.LoadAsync(Ann)).MergedInto));
    }

    [Fact]
    public async Task BalanceAsync_OfAMergedMemberWhereCommandsAreRejected_IsItsOwn()
    {
        var clock = new SettableClock(Noon);
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = new(mergedMember: MergedMember.Reject) }, clock);
        await ledger.PostAsync(new EarnPoints("e1", Ann, 100));
        await ledger.PostAsync(new MergeMembers("m1", Ann, new("bob")));

        Assert.Equal(0, (await ledger.BalanceAsync(Ann)).Available);
        Assert.Equal(MemberStatus.Merged, (await ledger.LoadCurrentAsync(Ann)).Status);
    }

    [Fact]
    public async Task StatementAsync_OfAMergedMember_TellsItsOwnPast()
    {
        var clock = new SettableClock(Noon);
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new(), clock);
        await ledger.PostAsync(new EarnPoints("e1", Ann, 100));
        clock.Advance(Duration.FromDays(1));
        await ledger.PostAsync(new MergeMembers("m1", Ann, new("bob")));
        await ledger.PostAsync(new RedeemPoints("r", Ann, 30));

        var statement = await ledger.StatementAsync(Ann, Noon, Noon + Duration.FromDays(9));

        Assert.Equal([(StatementReason.Earned, 100), (StatementReason.Merged, -100)], statement.Lines.Select(line => (line.Reason, line.Available)));
        Assert.Equal(100, (await ledger.HistoryAsync(Ann, Noon + Duration.FromHours(1))).Balance.Available);
    }

    [Fact]
    public async Task HistoryAsync_OfABackdatedEarn_KnowsBothTimes()
    {
        var clock = new SettableClock(Noon + Duration.FromDays(100));
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new(), clock);
        await ledger.PostAsync(new EarnPoints("e", Ann, 100, effective: Noon), Noon + Duration.FromDays(10));

        Assert.Equal(100, (await ledger.HistoryAsync(Ann, Noon + Duration.FromDays(1))).Balance.Available);
        Assert.Equal(0, (await ledger.HistoryAsync(Ann, Noon + Duration.FromDays(1), knownAt: Noon + Duration.FromDays(9))).Balance.Available);
    }

    [Fact]
    public async Task LedgerCodec_OfAMember_WritesThis()
    {
        var clock = new SettableClock(Noon);
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(30)), orderRule: new(1.5m, excluded: ["gift"]));
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy }, clock);
        await ledger.PostAsync(new EarnOrder("o", Ann, [new(20m, "shoes"), new(1m, "gift")]));
        await ledger.PostAsync(new ReservePoints("h", Ann, 10, Duration.FromMinutes(15)));
        await ledger.PostAsync(new RedeemPoints("r", Ann, 20));

        var codec = new LedgerCodec();
        var output = new ArrayBufferWriter<byte>();
        codec.WriteState(await ledger.LoadAsync(Ann), output);
        foreach (var posting in await ledger.PostingsAsync(Ann))
        {
            output.Write("\n"u8);
            codec.WriteRecord(posting, output);
        }

        await Verifier.Verify(Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
