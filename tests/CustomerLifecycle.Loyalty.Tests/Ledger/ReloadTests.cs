using System.Buffers;
using System.Text;
using CustomerLifecycle.Loyalty.Tests.Simulation;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>A state that a store gave back decides as the one that was kept in memory.</summary>
public class ReloadTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly Instant Start = Instant.FromUtc(2024, 3, 20, 12, 0);
    private static readonly LedgerCodec Codec = new();

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 150).Select(seed => (ulong)seed)];

    [Fact]
    public void EarnCapPerDay_OfAStateThatWasReloaded_CountsWhatWasRefunded()
    {
        var policy = new LedgerPolicy(earnCapPerDay: 100);
        var state = Ledger.Decide(MemberState.Empty(Ann), new EarnPoints("e1", Ann, 80), policy, Start).Value.Primary;
        state = Ledger.Decide(state, new RefundEarn("f", "e1", 50), policy, Start).Value.Primary;

        var awarded = Ledger.Decide(Reload(state), new EarnPoints("e2", Ann, 80), policy, Start).Value.Result.Awarded;

        Assert.Equal(20, awarded);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Decisions_OfReloadedStates_AreThoseOfTheKeptOnes(ulong seed)
    {
        var random = new SplitMix(seed);
        var policy = NewPolicy(random);
        var kept = new[] { MemberState.Empty(Ann), MemberState.Empty(Bob) };
        var reloaded = new[] { kept[0], kept[1] };
        var now = Start;
        for (var i = 0; i < 120; i++)
        {
            now += Duration.FromHours(random.Next(30) == 0 ? 300 : random.Next(20));
            var own = random.Next(2);
            var command = NewCommand(random, i, own == 0 ? Ann : Bob, own == 0 ? Bob : Ann, now);
            var hasOther = command is TransferPoints;

            var first = Ledger.Decide(kept[own], command, policy, now, hasOther ? kept[1 - own] : null);
            var second = Ledger.Decide(reloaded[own], command, policy, now, hasOther ? reloaded[1 - own] : null);

            Assert.Equal(Text(first), Text(second));
            if (!first.IsAccepted) continue;
            (kept[own], reloaded[own]) = (first.Value.Primary, Reload(second.Value.Primary));
            if (hasOther) (kept[1 - own], reloaded[1 - own]) = (first.Value.Other!, Reload(second.Value.Other!));
            Assert.Equal(kept[own].LotsAt(now), reloaded[own].LotsAt(now));
            Assert.Equal(kept[own].BalanceAt(now + Duration.FromDays(30)), reloaded[own].BalanceAt(now + Duration.FromDays(30)));
        }
    }

    private static LedgerPolicy NewPolicy(SplitMix random) => new(
        (SpendingOrder)random.Next(2),
        random.Next(4) switch
        {
            0 => ExpiryPolicy.AfterInactivity(Period.FromDays(20)),
            1 => ExpiryPolicy.After(Period.FromDays(15)),
            2 => ExpiryPolicy.AfterInactivity(Period.FromDays(9), ExpiryRounding.Instant),
            _ => ExpiryPolicy.Never,
        },
        DateTimeZoneProviders.Tzdb["Europe/Berlin"],
        (ExpiryStart)random.Next(2),
        random.Next(3) == 0 ? 3 : null,
        (Clawback)random.Next(2),
        (Shortfall)random.Next(3),
        (Reinstatement)random.Next(3),
        5,
        (TransferTerms)random.Next(2),
        earnCapPerDay: random.Next(2) == 0 ? 120 : null,
        maxRedemptionsPerDay: random.Next(2) == 0 ? 2 : null,
        orderRule: new(1.5m, (PointRounding)random.Next(4), (RoundingScope)random.Next(2)));

    private static LedgerCommand NewCommand(SplitMix random, int i, CustomerId own, CustomerId other, Instant now)
    {
        var key = $"k{i}";
        var reference = $"k{random.Next(Math.Max(1, i))}";
        PointAmount? part = random.Next(2) == 0 ? null : 1 + random.Next(20);
        return random.Next(17) switch
        {
            0 or 1 or 2 => new EarnPoints(key, own, 1 + random.Next(90), pending: random.Next(6) == 0),
            3 => new EarnPoints(key, own, 1 + random.Next(90), now - Duration.FromDays(random.Next(10))),
            4 or 5 => new RedeemPoints(key, own, 1 + random.Next(60)),
            6 or 7 => new ReservePoints(key, own, 1 + random.Next(40), random.Next(2) == 0 ? null : Duration.FromHours(1 + random.Next(60))),
            8 => new CaptureHold(key, reference, part),
            9 => new ReleaseHold(key, reference),
            10 => new RefundEarn(key, reference, part),
            11 => new RefundRedemption(key, reference, part),
            12 => new TransferPoints(key, own, other, 1 + random.Next(50)),
            13 => new ConfirmEarn(key, reference),
            14 => new EarnOrder(key, own, [new(1 + random.Next(50)), new(3.33m)]),
            15 => new AdjustPoints(key, own, random.Next(2) == 0 ? 1 + random.Next(20) : -1 - random.Next(20), allowNegative: true),
            _ => new RefundOrder(key, reference, [new(0, 1 + random.Next(20))]),
        };
    }

    private static MemberState Reload(MemberState state)
    {
        var stored = new ArrayBufferWriter<byte>();
        Codec.WriteState(state, stored);
        return Codec.ReadState(stored.WrittenSpan, 1);
    }

    private static string Text(Decision<Transaction> decision)
    {
        if (!decision.IsAccepted) return $"{decision.Refusal.Code} {decision.Refusal.Message}";
        var stored = new ArrayBufferWriter<byte>();
        foreach (var posting in decision.Value.Postings) Codec.WriteRecord(posting, stored);
        return Encoding.UTF8.GetString(stored.WrittenSpan);
    }
}
