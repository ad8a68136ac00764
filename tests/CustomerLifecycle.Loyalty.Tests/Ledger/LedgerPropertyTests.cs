using CustomerLifecycle.Loyalty.Tests.Simulation;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>Laws that hold whatever the numbers: each is tried with a few hundred seeded draws.</summary>
public class LedgerPropertyTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 200).Select(seed => (ulong)seed)];

    [Theory, MemberData(nameof(Seeds))]
    public void RefundOrder_InAnySplit_TakesWhatOneRefundWould(ulong seed)
    {
        var random = new SplitMix(seed);
        var policy = new LedgerPolicy(orderRule: new((1 + random.Next(20)) / 10m, (PointRounding)random.Next(4), (RoundingScope)random.Next(2), minOrder: random.Next(30)), shortfall: (Shortfall)random.Next(2));
        var net = (100 + random.Next(5_000)) / 100m;
        var other = random.Next(2_000) / 100m;
        var order = Post(MemberState.Empty(Ann), new EarnOrder("o", Ann, [new(net), new(other)]), policy);
        var spent = random.Next(40);
        if (spent > 0 && Ledger.Decide(order, new RedeemPoints("s", Ann, spent), policy, Noon) is { IsAccepted: true } redeemed) order = redeemed.Value.Primary;

        var once = Post(order, new RefundOrder("f", "o", [new(0, net)]), policy);
        var left = net;
        var parts = order;
        for (var i = 0; left > 0; i++)
        {
            var part = Math.Min(left, (1 + random.Next(900)) / 100m);
            parts = Post(parts, new RefundOrder($"f{i}", "o", [new(0, part)]), policy);
            left -= part;
        }

        Assert.Equal(once.BalanceAt(Noon) with { Version = 0 }, parts.BalanceAt(Noon) with { Version = 0 });
    }

    [Theory, MemberData(nameof(Seeds))]
    public void ReserveThenCapture_IsARedemption(ulong seed)
    {
        var random = new SplitMix(seed);
        var policy = new LedgerPolicy((SpendingOrder)random.Next(2), ExpiryPolicy.After(Period.FromDays(1 + random.Next(90))));
        var state = MemberState.Empty(Ann);
        for (var i = 0; i < 5; i++) state = Post(state, new EarnPoints($"e{i}", Ann, 1 + random.Next(50), Noon - Duration.FromDays(random.Next(40))), policy, Noon + Duration.FromHours(i));
        var now = Noon + Duration.FromHours(10);
        var available = state.BalanceAt(now).Available;
        if (available == 0) return;
        var points = 1 + random.Next((int)available);

        var redeemed = Post(state, new RedeemPoints("r", Ann, points), policy, now);
        var captured = Post(Post(state, new ReservePoints("h", Ann, points), policy, now), new CaptureHold("r", "h"), policy, now);

        Assert.Equal(redeemed.BalanceAt(now) with { Version = 0 }, captured.BalanceAt(now) with { Version = 0 });
        Assert.Equal(redeemed.LotsAt(now), captured.LotsAt(now));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Posting_WhateverTheMemberDoesNext_SaysTheSameMovements(ulong seed)
    {
        // Redemptions point at the lots of a member, which later versions of the member share, grow out of and rearrange.
        var random = new SplitMix(seed);
        var policy = new LedgerPolicy(
            (SpendingOrder)random.Next(2),
            random.Next(2) == 0 ? ExpiryPolicy.After(Period.FromDays(1 + random.Next(20))) : ExpiryPolicy.AfterInactivity(Period.FromDays(1 + random.Next(20))),
            pendingDays: random.Next(3) == 0 ? random.Next(5) : null);
        var state = MemberState.Empty(Ann);
        var said = new List<(Posting Posting, Movement[] Movements)>();
        for (var i = 0; i < 60; i++)
        {
            var now = Noon + Duration.FromHours(5 * i);
            LedgerCommand command = random.Next(5) switch
            {
                0 => new RedeemPoints($"c{i}", Ann, 1 + random.Next(120)),
                1 => new ReservePoints($"c{i}", Ann, 1 + random.Next(30), Duration.FromHours(random.Next(40))),
                2 => new RefundRedemption($"c{i}", $"c{random.Next(i + 1)}"),
                _ => new EarnPoints($"c{i}", Ann, 1 + random.Next(40), now - Duration.FromHours(random.Next(2) * random.Next(100))),
            };

            // The second decision on one state has to make room of its own; the member goes on from either of them.
            var (first, second) = (Ledger.Decide(state, command, policy, now), Ledger.Decide(state, command, policy, now));
            if (!first.IsAccepted) continue;
            said.Add((first.Value.Postings[0], [.. first.Value.Postings[0].Movements]));
            said.Add((second.Value.Postings[0], [.. second.Value.Postings[0].Movements]));
            Assert.Equal(said[^2].Movements, said[^1].Movements);
            state = (random.Next(2) == 0 ? first : second).Value.Primary;
        }

        Assert.True(said.Count > 40);
        foreach (var (posting, movements) in said) Assert.Equal(movements, posting.Movements);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void LimitsByDay_OfAStateThatWasCarriedOn_AreThoseOfOneThatWasFolded(ulong seed)
    {
        var random = new SplitMix(seed);
        var policy = new LedgerPolicy(earnCapPerDay: 60, maxRedemptionsPerDay: 3, zone: DateTimeZoneProviders.Tzdb["America/Havana"]);
        var carried = MemberState.Empty(Ann);
        var folded = carried;
        var now = Instant.FromUtc(2024, 11, 1, 12, 0);
        for (var i = 0; i < 60; i++)
        {
            now += Duration.FromMinutes(random.Next(300));
            LedgerCommand command = random.Next(4) switch
            {
                0 => new RedeemPoints($"k{i}", Ann, 1),
                1 => new ReservePoints($"k{i}", Ann, 1, Duration.FromHours(1)),
                2 => new EarnPoints($"k{i}", Ann, 1 + random.Next(40), now - Duration.FromHours(random.Next(50))),
                _ => new EarnPoints($"k{i}", Ann, 1 + random.Next(40)),
            };

            var decision = Ledger.Decide(carried, command, policy, now);
            var asFolded = Ledger.Decide(folded, command, policy, now);

            Assert.Equal(asFolded.Refusal?.Code, decision.Refusal?.Code);
            if (!decision.IsAccepted) continue;
            Assert.Equal(asFolded.Value.Result.Awarded, decision.Value.Result.Awarded);
            carried = decision.Value.Primary;
            folded = Ledger.Apply(folded, decision.Value.Postings[0]);
        }
    }

    [Fact]
    public void LimitsByDay_OfALongHistory_AreNotCountedAnewWithEachCommand()
    {
        var policy = new LedgerPolicy(earnCapPerDay: 1_000_000, maxRedemptionsPerDay: 100_000);
        var state = MemberState.Empty(Ann);
        for (var i = 0; i < 3_000; i++) state = Post(state, i % 2 == 0 ? new EarnPoints($"k{i}", Ann, 10) : new RedeemPoints($"k{i}", Ann, 10), policy, Noon + Duration.FromSeconds(i));

        var before = GC.GetAllocatedBytesForCurrentThread();
        Post(state, new EarnPoints("e", Ann, 10), policy, Noon + Duration.FromHours(1));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void TransferAndMerge_KeepEveryPoint(ulong seed)
    {
        var random = new SplitMix(seed);
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(1 + random.Next(20))), pendingDays: random.Next(2) == 0 ? random.Next(10) : null);
        var (ann, bob) = (MemberState.Empty(Ann), MemberState.Empty(Bob));
        for (var i = 0; i < 4; i++)
        {
            ann = Post(ann, new EarnPoints($"a{i}", Ann, 1 + random.Next(50)), policy, Noon + Duration.FromDays(i * 5));
            bob = Post(bob, new EarnPoints($"b{i}", Bob, 1 + random.Next(50)), policy, Noon + Duration.FromDays(i * 5));
        }

        var now = Noon + Duration.FromDays(20);
        var before = Together(ann, bob, now);
        if (Ledger.Decide(ann, new TransferPoints("t", Ann, Bob, 1 + random.Next(60)), policy, now, bob) is { IsAccepted: true } moved)
        {
            (ann, bob) = (moved.Value.Primary, moved.Value.Other!);
            Assert.Equal(before, Together(ann, bob, now));
        }

        var merged = Ledger.Decide(ann, new MergeMembers("m", Ann, Bob), policy, now, bob).Value;

        Assert.Equal(before, Together(merged.Primary, merged.Other!, now));
        Assert.Equal(default, merged.Primary.BalanceAt(now) with { Version = 0 });
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Sweeping_AtAnyTimes_ChangesNoBalance(ulong seed)
    {
        var random = new SplitMix(seed);
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(1 + random.Next(20))), pendingDays: random.Next(2) == 0 ? random.Next(10) : null, clawback: (Clawback)random.Next(2));
        var (lazy, eager) = (MemberState.Empty(Ann), MemberState.Empty(Ann));
        var now = Noon;
        for (var i = 0; i < 30; i++)
        {
            now += Duration.FromHours(random.Next(100));
            LedgerCommand command = random.Next(4) switch
            {
                0 => new RedeemPoints($"k{i}", Ann, 1 + random.Next(40)),
                1 => new ReservePoints($"k{i}", Ann, 1 + random.Next(20), Duration.FromHours(random.Next(200))),
                2 => new RefundEarn($"k{i}", $"k{random.Next(i + 1)}"),
                _ => new EarnPoints($"k{i}", Ann, 1 + random.Next(60)),
            };
            for (var between = 0; between < 3; between++) eager = Ledger.DecideSweep(eager, $"w{i}-{between}", policy, now - Duration.FromHours(random.Next(10)))?.Primary ?? eager;
            var (first, second) = (Ledger.Decide(lazy, command, policy, now), Ledger.Decide(eager, command, policy, now));

            Assert.Equal(first.Refusal?.Code, second.Refusal?.Code);
            if (!first.IsAccepted) continue;
            (lazy, eager) = (first.Value.Primary, second.Value.Primary);
            Assert.Equal(lazy.BalanceAt(now) with { Version = 0, Due = 0 }, eager.BalanceAt(now) with { Version = 0, Due = 0 });
        }
    }

    [Fact]
    public void Policy_OfValuesThatMeanNothing_IsRefusedAtOnce()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LedgerPolicy(spending: (SpendingOrder)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LedgerPolicy(pendingDays: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LedgerPolicy(redeemStep: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OrderEarnRule(-1m));
        Assert.Throws<ArgumentException>(() => ExpiryPolicy.After(Period.FromDays(1) + Period.FromMonths(1)));
        Assert.Throws<ArgumentException>(() => ExpiryPolicy.After(Period.FromMonths(1), ExpiryRounding.Instant));
        Assert.Throws<ArgumentException>(() => PointAmount.Of(1.5m));
    }

    private static MemberState Post(MemberState state, LedgerCommand command, LedgerPolicy policy, Instant? at = null) => Ledger.Decide(state, command, policy, at ?? Noon).Value.Primary;

    private static (decimal, decimal, decimal, decimal) Together(MemberState one, MemberState other, Instant at)
    {
        var (x, y) = (one.BalanceAt(at), other.BalanceAt(at));
        return (x.Available + y.Available, x.Pending + y.Pending, x.Due + y.Due, x.LifetimeEarned + y.LifetimeEarned);
    }
}
