using System.Buffers;
using System.Text.Json.Nodes;
using CustomerLifecycle.Loyalty.Tests.Simulation;
using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>A household of several members who spend their points together.</summary>
public class HouseholdTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly CustomerId Kid = new("kid");
    private static readonly CustomerId Home = new("home");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 40).Select(seed => (ulong)seed)];

    [Fact]
    public async Task Redeem_PooledPoints_TakesTheLotThatLapsesFirstWhoeverEarnedIt()
    {
        var family = await Family.Of(100, 50, 30);
        await family.Post(new EarnPoints("soon", Bob, 10, expiry: LotExpiry.AtInstant(Noon + Duration.FromDays(1))));

        var spent = await family.Post(new RedeemPooledPoints("r", Ann, 130));

        Assert.Equal(130, spent.Redeemed);
        Assert.Equal((30, 0, 30), (await family.Available(Ann), await family.Available(Bob), await family.Available(Kid)));
        Assert.Equal(["e-ann:70", "soon:10", "e-bob:50"], spent.Lots.Select(lot => $"{lot.Lot}:{lot.Points}"));
        Assert.Equal(60, (await family.Ledger.HouseholdAsync(Kid))!.Available);
        Assert.Equal(70, (await family.Ledger.BalanceAsync(Ann)).LifetimeRedeemed);
    }

    [Fact]
    public async Task Redeem_MoreThanAllHave_IsRefusedAndChangesNothing()
    {
        var family = await Family.Of(100, 50, 30);

        var refused = await family.Ledger.PostAsync(new RedeemPooledPoints("r", Ann, 181));

        Assert.Equal((LedgerRefusals.InsufficientPoints, 1m), (refused.Refusal!.Code, refused.Refusal.Missing[0].Amount));
        Assert.Equal(180, (await family.Ledger.HouseholdAsync(Home))!.Available);
    }

    [Fact]
    public async Task Redeem_ByWhoMayNotOrIsInNoHousehold_IsRefused()
    {
        var family = await Family.Of(100, 50, 30);

        Assert.Equal(LedgerRefusals.MayNotRedeem, await family.Refused(new RedeemPooledPoints("r1", Kid, 10)));
        Assert.Equal(LedgerRefusals.NotInHousehold, await family.Refused(new RedeemPooledPoints("r2", new("stranger"), 10)));
        Assert.Equal(LedgerRefusals.InvalidAmount, await family.Refused(new RedeemPooledPoints("r3", Ann, 0)));

        await family.Post(new JoinHousehold("j-again", Kid, Home, mayRedeem: true));
        Assert.Equal(40, (await family.Post(new RedeemPooledPoints("r1", Kid, 40))).Redeemed);
    }

    [Fact]
    public async Task Redeem_SaidAgain_GivesTheFirstAnswer()
    {
        var family = await Family.Of(100, 50, 30);
        var first = await family.Post(new RedeemPooledPoints("r", Bob, 120));

        var again = await family.Post(new RedeemPooledPoints("r", Bob, 120));

        Assert.True(again.IsDuplicate);
        Assert.Equal(first.Lots, again.Lots);
        Assert.Equal((first.Member, first.Version), (again.Member, again.Version));
        Assert.Equal(LedgerRefusals.IdempotencyConflict, await family.Refused(new RedeemPooledPoints("r", Bob, 121)));
        Assert.Equal(LedgerRefusals.IdempotencyConflict, await family.Refused(new RedeemPoints("r", Bob, 120)));
        Assert.Equal(60, (await family.Ledger.HouseholdAsync(Home))!.Available);
    }

    [Fact]
    public async Task Refund_OfAPooledRedemptionInParts_GivesToWhomItWasTakenLastFirst()
    {
        var family = await Family.Of(100, 50, 30);
        await family.Post(new RedeemPooledPoints("r", Bob, 170));
        Assert.Equal((0, 0, 10), (await family.Available(Ann), await family.Available(Bob), await family.Available(Kid)));

        await family.Post(new RefundRedemption("f1", "r", 30));
        Assert.Equal((10, 0, 30), (await family.Available(Ann), await family.Available(Bob), await family.Available(Kid)));

        await family.Post(new RefundRedemption("f2", "r"));
        Assert.Equal((100, 50, 30), (await family.Available(Ann), await family.Available(Bob), await family.Available(Kid)));
        Assert.Equal(LedgerRefusals.RefundExceedsOriginal, await family.Refused(new RefundRedemption("f3", "r")));
    }

    [Fact]
    public async Task Hold_OfPooledPoints_IsCapturedInPartAndReturnsTheRest()
    {
        var family = await Family.Of(100, 50, 30);
        await family.Post(new ReservePooledPoints("h", Bob, 160, Duration.FromHours(1)));

        var captured = await family.Post(new CaptureHold("c", "h", 60));

        Assert.Equal((60, 100), (captured.Captured, captured.Released));
        Assert.Equal((90, 0, 30), (await family.Available(Ann), await family.Available(Bob), await family.Available(Kid)));
        Assert.Equal(LedgerRefusals.HoldAlreadyCaptured, await family.Refused(new ReleaseHold("x", "h")));
        Assert.Equal(60, (await family.Post(new RefundRedemption("f", "c"))).Restored);
        Assert.Equal((100, 50, 30), (await family.Available(Ann), await family.Available(Bob), await family.Available(Kid)));
        Assert.Equal(LedgerRefusals.UnknownReference, await family.Refused(new RefundRedemption("f2", "h")));
        Assert.Equal(LedgerRefusals.UnknownReference, await family.Refused(new CaptureHold("c2", "c")));
    }

    [Fact]
    public async Task Hold_OfPooledPoints_IsOverForAllAtItsTimeOut()
    {
        var family = await Family.Of(100, 50, 30);
        await family.Post(new ReservePooledPoints("h", Ann, 180, Duration.FromHours(1)));
        Assert.Equal(0, (await family.Ledger.HouseholdAsync(Home))!.Available);

        family.Clock.Advance(Duration.FromHours(1));

        Assert.Equal(180, (await family.Ledger.HouseholdAsync(Home))!.Available);
        Assert.Equal(LedgerRefusals.HoldExpired, await family.Refused(new CaptureHold("c", "h")));
    }

    [Fact]
    public async Task Leave_WithPoints_TakesThemAlong()
    {
        var family = await Family.Of(100, 50, 30);
        await family.Post(new RedeemPooledPoints("r", Ann, 20));
        await family.Post(new LeaveHousehold("l", Bob));

        var house = (await family.Ledger.HouseholdAsync(Home))!;

        Assert.Equal([Ann, Home, Kid], house.Members.Select(member => member.Member));
        Assert.Equal(130, house.Available);
        Assert.Null(await family.Ledger.HouseholdAsync(Bob));
        Assert.Equal(30, await family.Available(Bob));
        Assert.Equal(LedgerRefusals.NotInHousehold, await family.Refused(new LeaveHousehold("l2", Bob)));

        // What was spent together goes back to whom it came from, also after leaving.
        await family.Post(new RefundRedemption("f", "r"));
        Assert.Equal((100, 50), (await family.Available(Ann), await family.Available(Bob)));
    }

    [Fact]
    public async Task Leave_WithAnOpenHold_IsRefusedUntilItIsResolved()
    {
        var family = await Family.Of(100, 50, 30);
        await family.Post(new ReservePooledPoints("h", Ann, 150));

        Assert.Equal(LedgerRefusals.OpenHolds, await family.Refused(new LeaveHousehold("l", Bob)));
        await family.Post(new ReleaseHold("x", "h"));
        await family.Post(new LeaveHousehold("l", Bob));
    }

    [Fact]
    public async Task Join_ASecondHouseholdOrAHouseholdInAHousehold_IsRefused()
    {
        var family = await Family.Of(100, 50, 30);

        Assert.Equal(LedgerRefusals.InHousehold, await family.Refused(new JoinHousehold("j1", Ann, new("other"))));
        Assert.Equal(LedgerRefusals.InHousehold, await family.Refused(new JoinHousehold("j2", Home, new("other"))));
        Assert.Equal(LedgerRefusals.InHousehold, await family.Refused(new JoinHousehold("j3", new("eve"), Ann)));
        Assert.Equal(LedgerRefusals.SameAccount, await family.Refused(new JoinHousehold("j4", new("eve"), new("eve"))));
        for (var i = 0; i < JoinHousehold.MaxMembers - 3; i++) await family.Post(new JoinHousehold($"more{i}", new($"more{i}"), Home));
        Assert.Equal(LedgerRefusals.HouseholdFull, await family.Refused(new JoinHousehold("j5", new("eve"), Home)));
    }

    [Fact]
    public async Task Close_OfAMember_LeavesTheHouseholdWithoutItsPoints()
    {
        var family = await Family.Of(100, 50, 30);

        await family.Post(new CloseMember("x", Bob));

        Assert.Equal(130, (await family.Ledger.HouseholdAsync(Ann))!.Available);
        Assert.DoesNotContain(Bob, (await family.Ledger.LoadAsync(Home)).HouseholdMembers);
        Assert.Equal(130, (await family.Post(new RedeemPooledPoints("r", Ann, 130))).Redeemed);
    }

    [Fact]
    public async Task Close_OfTheHousehold_EndsSharingAndLeavesPointsWithTheirOwners()
    {
        var family = await Family.Of(100, 50, 30);

        await family.Post(new CloseMember("x", Home));

        Assert.Null(await family.Ledger.HouseholdAsync(Ann));
        Assert.Equal(LedgerRefusals.NotInHousehold, await family.Refused(new RedeemPooledPoints("r", Ann, 10)));
        Assert.Equal(100, await family.Available(Ann));
        await family.Post(new LeaveHousehold("l", Ann));
        await family.Post(new JoinHousehold("j", Ann, new("home-2")));
    }

    [Fact]
    public async Task Merge_OfAMember_PutsTheSurvivorInItsPlace()
    {
        var family = await Family.Of(100, 50, 30);
        await family.Post(new RedeemPooledPoints("r", Ann, 120));
        var eve = new CustomerId("eve");
        await family.Post(new EarnPoints("e-eve", eve, 5));

        await family.Post(new MergeMembers("m", Bob, eve));

        Assert.Equal([Ann, eve, Home, Kid], (await family.Ledger.HouseholdAsync(Ann))!.Members.Select(member => member.Member));
        Assert.Equal(65, (await family.Ledger.HouseholdAsync(eve))!.Available);
        await family.Post(new RefundRedemption("f", "r"));
        Assert.Equal((100, 55), (await family.Available(Ann), await family.Available(eve)));
    }

    [Fact]
    public async Task Merge_OfTwoWhoWereSpentTogether_KeepsBothParts()
    {
        var family = await Family.Of(100, 50, 30);
        await family.Post(new RedeemPooledPoints("r", Ann, 120));

        await family.Post(new MergeMembers("m", Bob, Ann));

        Assert.Equal(60, (await family.Ledger.HouseholdAsync(Ann))!.Available);
        var version = (await family.Ledger.LoadAsync(Ann)).Version;
        var refunded = await family.Post(new RefundRedemption("f", "r"));
        Assert.Equal((120, version + 1), (refunded.Restored, (await family.Ledger.LoadAsync(Ann)).Version));
        Assert.Equal(150, await family.Available(Ann));
    }

    [Fact]
    public async Task Merge_OfAHousehold_BringsItsMembersAlong()
    {
        var family = await Family.Of(100, 50, 30);
        var other = new CustomerId("other");
        await family.Post(new JoinHousehold("j", new("eve"), other));
        await family.Post(new EarnPoints("e-eve", new("eve"), 7));

        await family.Post(new MergeMembers("m", Home, other));

        Assert.Equal(187, (await family.Ledger.HouseholdAsync(Ann))!.Available);
        Assert.Equal(other, (await family.Ledger.HouseholdAsync(Bob))!.Id);
        Assert.Equal(187, (await family.Post(new RedeemPooledPoints("r", Ann, 187))).Redeemed);
        await family.Post(new LeaveHousehold("l", Ann));
        Assert.Null(await family.Ledger.HouseholdAsync(Ann));
        await family.Post(new JoinHousehold("j2", Ann, other));
    }

    [Fact]
    public async Task Redeem_WhileAMemberLeaves_TakesNothingOfIt()
    {
        var family = await Family.Of(0, 50, 30);
        var journal = new FaultInjectingJournal<MemberState, Posting>(family.Journal);
        var ledger = new LedgerService(journal, new(), family.Clock);
        journal.BeforeNextAppend(async () => await family.Post(new LeaveHousehold("l", Bob)));

        var refused = await ledger.PostAsync(new RedeemPooledPoints("r", Ann, 60));

        Assert.Equal(LedgerRefusals.InsufficientPoints, refused.Refusal?.Code);
        Assert.Equal((50, 30), (await family.Available(Bob), await family.Available(Kid)));
    }

    [Fact]
    public async Task Limits_OfAPooledRedemption_CountForWhoSpends()
    {
        var family = await Family.Of(0, 50, 30, new LedgerPolicy(maxRedemptionsPerDay: 1, minRedeem: 10, redeemStep: 5, currencies: new Dictionary<string, LedgerPolicy> { ["STATUS"] = new(isRedeemable: false) }));

        Assert.Equal(LedgerRefusals.BelowMinimum, await family.Refused(new RedeemPooledPoints("r1", Ann, 5)));
        Assert.Equal(LedgerRefusals.NotAMultiple, await family.Refused(new RedeemPooledPoints("r1", Ann, 11)));
        Assert.Equal(LedgerRefusals.NotRedeemable, await family.Refused(new RedeemPooledPoints("r1", Ann, 10, "STATUS")));
        await family.Post(new RedeemPooledPoints("r1", Ann, 20));
        Assert.Equal(LedgerRefusals.VelocityLimit, await family.Refused(new ReservePooledPoints("r2", Ann, 10)));
        await family.Post(new RedeemPoints("r3", Bob, 10));
    }

    [Fact]
    public async Task Statement_OfAHousehold_TellsWhoEarnedSpentCameAndWent()
    {
        var family = await Family.Of(100, 50, 30);
        family.Clock.Advance(Duration.FromDays(1));
        await family.Post(new RedeemPooledPoints("r", Bob, 120));
        family.Clock.Advance(Duration.FromDays(1));
        await family.Post(new LeaveHousehold("l", Ann));
        await family.Post(new EarnPoints("late", Ann, 99));
        family.Clock.Advance(Duration.FromDays(1));
        await family.Post(new EarnPoints("more", Kid, 4));

        var statement = (await family.Ledger.HouseholdStatementAsync(Kid, Noon + Duration.FromHours(1), Noon + Duration.FromDays(10)))!;

        Assert.Equal(Home, statement.Household);
        Assert.Equal((180m, 34m), (statement.Opening, statement.Closing));
        Assert.Equal(
            ["Redeemed ann -70 r", "Redeemed bob -50 r", "Left ann -30 ", "Earned kid 4 more"],
            statement.Lines.Select(line => $"{line.Line.Reason} {line.Member.Value} {line.Line.Available} {line.Line.Key}"));
        Assert.Equal(statement.Closing, statement.Opening + statement.Lines.Sum(line => line.Line.Available));
        Assert.Null(await family.Ledger.HouseholdStatementAsync(Ann, Noon, Noon + Duration.FromDays(1)));
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task AnythingInAHousehold_KeepsEveryPoint(ulong seed)
    {
        var random = new SplitMix(seed);
        var policy = new LedgerPolicy(
            (SpendingOrder)random.Next(2),
            random.Next(3) switch { 0 => ExpiryPolicy.Never, 1 => ExpiryPolicy.After(Period.FromDays(3 + random.Next(30))), _ => ExpiryPolicy.AfterInactivity(Period.FromDays(5 + random.Next(30))) },
            reinstatement: (Reinstatement)random.Next(3),
            shortfall: (Shortfall)random.Next(3),
            clawback: (Clawback)random.Next(2));
        var family = await Family.Of(50 + random.Next(100), random.Next(100) + 1, random.Next(50) + 1, policy);
        CustomerId[] people = [Ann, Bob, Kid, Home, new("eve")];
        var posted = new List<string> { "e-ann", "e-bob", "e-kid" };
        for (var i = 0; i < 60; i++)
        {
            family.Clock.Advance(Duration.FromHours(random.Next(60)));
            var (who, whom, reference, points) = (people[random.Next(people.Length)], people[random.Next(people.Length)], posted[random.Next(posted.Count)], 1 + random.Next(90));
            LedgerCommand command = random.Next(24) switch
            {
                < 4 => new EarnPoints($"k{i}", who, points),
                < 8 => new RedeemPooledPoints($"k{i}", who, points),
                < 11 => new ReservePooledPoints($"k{i}", who, points, random.Next(2) == 0 ? Duration.FromHours(random.Next(100)) : null),
                < 14 => new CaptureHold($"k{i}", reference, random.Next(2) == 0 ? points : null),
                14 => new ReleaseHold($"k{i}", reference),
                < 18 => new RefundRedemption($"k{i}", reference, random.Next(2) == 0 ? points : null),
                18 => new RefundEarn($"k{i}", reference),
                19 => new TransferPoints($"k{i}", who, whom, points),
                20 => new JoinHousehold($"k{i}", who, Home),
                21 => new LeaveHousehold($"k{i}", who),
                22 => random.Next(4) == 0 ? new MergeMembers($"k{i}", who, whom) : new EarnPoints($"k{i}", who, points),
                _ => random.Next(6) == 0 ? new CloseMember($"k{i}", who) : new EarnPoints($"k{i}", who, points),
            };
            var before = (await family.Ledger.ReportAsync()).Reconciliation;

            var decision = await family.Ledger.PostAsync(command);

            var after = (await family.Ledger.ReportAsync()).Reconciliation;
            Assert.Equal(0, after.Difference);
            if (!decision.IsAccepted)
            {
                Assert.Equal(before, after);
                continue;
            }

            posted.Add(command.Key);
            if (command is RedeemPooledPoints or ReservePooledPoints) Assert.Equal(points, decision.Value.Redeemed + decision.Value.Reserved);
            Assert.True((await family.Ledger.PostAsync(command)).Value.IsDuplicate);
            foreach (var person in people) await family.CheckFold(person);
            var house = await family.Ledger.HouseholdStatementAsync(Home, Noon + Duration.FromDays(random.Next(20)), Noon + Duration.FromDays(20 + random.Next(100)));
            if (house is not null) Assert.Equal(house.Closing, house.Opening + house.Lines.Sum(line => line.Line.Available));
        }
    }

    /// <summary>Ann and Bob, who may spend for all, and a child who may not.</summary>
    private sealed class Family
    {
        private static readonly LedgerCodec Codec = new();

        public SettableClock Clock { get; }

        public required InMemoryJournal<MemberState, Posting> Journal { get; init; }

        public required LedgerService Ledger { get; init; }

        public static async Task<Family> Of(long ann, long bob, long kid, LedgerPolicy? policy = null)
        {
            var clock = new SettableClock(Noon);
            var journal = new InMemoryJournal<MemberState, Posting>(clock);
            var family = new Family(clock) { Journal = journal, Ledger = new(journal, new() { Policy = policy ?? LedgerPolicy.Default }, clock) };
            foreach (var (member, points) in new[] { (Ann, ann), (Bob, bob), (Kid, kid) })
            {
                if (points > 0) await family.Post(new EarnPoints("e-" + member.Value, member, points, expiry: policy is null && member == Bob ? LotExpiry.AtInstant(Noon + Duration.FromDays(400)) : default));
                await family.Post(new JoinHousehold("j-" + member.Value, member, Home, mayRedeem: member != Kid));
            }

            return family;
        }

        private Family(SettableClock clock) => Clock = clock;

        public async Task<LedgerResult> Post(LedgerCommand command)
        {
            var decision = await Ledger.PostAsync(command);
            Assert.True(decision.IsAccepted, $"{command.Key}: {decision.Refusal?.Code}");
            return decision.Value;
        }

        public async Task<string?> Refused(LedgerCommand command) => (await Ledger.PostAsync(command)).Refusal?.Code;

        public async Task<long> Available(CustomerId member) => (await Ledger.BalanceAsync(member)).Available;

        /// <summary>The kept state is what its postings give, also after both went through a store.</summary>
        public async Task CheckFold(CustomerId member)
        {
            var state = await Ledger.LoadAsync(member);
            var folded = Loyalty.Ledger.Fold(member, (await Ledger.PostingsAsync(member)).Select(posting => Codec.ReadRecord(Bytes(output => Codec.WriteRecord(posting, output)), 1)));
            Assert.Equal(Sorted(Bytes(output => Codec.WriteState(state, output))), Sorted(Bytes(output => Codec.WriteState(folded, output))));
            Assert.Equal(Bytes(output => Codec.WriteState(state, output)), Bytes(output => Codec.WriteState(Codec.ReadState(Bytes(first => Codec.WriteState(state, first)), 1), output)));
        }

        /// <summary>The order of what is over means nothing.</summary>
        private static string Sorted(byte[] state)
        {
            var root = JsonNode.Parse(state)!;
            foreach (var book in root["books"]!.AsArray())
            {
                if (book!["archive"] is JsonArray archive) book["archive"] = new JsonArray([.. archive.Select(entry => entry!.DeepClone()).OrderBy(entry => entry["is"]!.ToString() + entry["key"], StringComparer.Ordinal)]);
            }

            return root.ToJsonString();
        }

        private static byte[] Bytes(Action<ArrayBufferWriter<byte>> write)
        {
            var output = new ArrayBufferWriter<byte>();
            write(output);
            return output.WrittenSpan.ToArray();
        }
    }
}
