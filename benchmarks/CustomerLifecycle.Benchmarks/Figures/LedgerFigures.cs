using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Benchmarks.Figures;

/// <summary>The figures of the ledger in memory, on one thread.</summary>
[SuppressMessage("Reliability", "CA2012", Justification = "In memory the answer is there at once.")]
internal static class LedgerFigures
{
    private static readonly Instant Start = Instant.FromUtc(2024, 1, 1, 0, 0);
    private static readonly LedgerPolicy Policy = new(expiry: ExpiryPolicy.After(Period.FromMonths(24)));

    public static IReadOnlyList<Figure> All { get; } =
    [
        new("ledger: postings, 100,000 members with 15 lots, 70 % earns", ">= 400,000/s", () => Posting().Rate),
        new("ledger: allocated for each posting, tables included", "<= 1 KB", () => Posting().Bytes),
        new("ledger: redemption of 1,000 lots, one member again and again", "<= 20 µs", () => Microseconds(RedemptionOfOne(), 20)),
        new("ledger: redemption of 1,000 lots, each of another member", "<= 20 µs", () => Microseconds(RedemptionOfEach(), 20)),
        new("ledger: balance now with 100,000 postings", "<= 50 µs", () => Microseconds(Reading(static (ledger, _) => ledger.BalanceAsync(Member(0), Start + Duration.FromDays(100)).GetAwaiter().GetResult()), 50)),
        new("ledger: balance as of then with 100,000 postings", "<= 2,000 µs", () => Microseconds(Reading(static (ledger, at) => ledger.HistoryAsync(Member(0), at).GetAwaiter().GetResult().Balance), 2_000)),
        new("ledger: balance as of then, as known then", "<= 2,000 µs", () => Microseconds(Reading(static (ledger, at) => ledger.HistoryAsync(Member(0), at, at).GetAwaiter().GetResult().Balance), 2_000)),
        new("ledger: sweep of 1,000,000 due lots, 10 of each member", "<= 3 s", () => Sweep(10)),
        new("ledger: sweep of 1,000,000 due lots, 1 of each member", "<= 3 s", () => Sweep(1)),
    ];

    private static CustomerId Member(int number) => new($"member-{number}");

    private static LedgerService Ledger() => new(new InMemoryJournal<MemberState, Posting>(SystemClock.Instance), new() { Policy = Policy }, SystemClock.Instance);

    private static void Post(LedgerService ledger, LedgerCommand command, Instant at)
    {
        if (!ledger.PostAsync(command, at).GetAwaiter().GetResult().IsAccepted) throw new InvalidOperationException("A command was refused.");
    }

    private static ((string, bool)? Rate, (string, bool)? Bytes) Posting()
    {
        const int Members = 100_000, Lots = 15, Commands = 1_000_000;
        var members = Enumerable.Range(0, Members).Select(Member).ToArray();
        var commands = new LedgerCommand[(Members * Lots) + Commands];
        var random = new Random(1);
        for (var i = 0; i < commands.Length; i++)
        {
            if (i < Members * Lots) commands[i] = new EarnPoints($"earlier-{i}", members[i % Members], 200);
            else commands[i] = i % 10 < 7 ? new EarnPoints($"key-{i}", members[random.Next(Members)], 40 + (i % 20)) : new RedeemPoints($"key-{i}", members[random.Next(Members)], 60 + (i % 40));
        }

        var ledger = Ledger();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var index = 0;
        for (; index < Members * Lots; index++) Post(ledger, commands[index], Start + Duration.FromSeconds(index));
        var watch = Stopwatch.StartNew();
        for (; index < commands.Length; index++) Post(ledger, commands[index], Start + Duration.FromSeconds(index));
        var rate = Commands / watch.Elapsed.TotalSeconds;
        var each = (GC.GetAllocatedBytesForCurrentThread() - bytes) / commands.Length;
        return ((FormattableString.Invariant($"{rate:n0}/s"), rate >= 400_000), ($"{each} bytes", each <= 1_024));
    }

    private static LedgerService WithLots(int members)
    {
        var ledger = Ledger();
        for (var i = 0; i < 1_000; i++)
        {
            for (var member = 0; member < members; member++) Post(ledger, new EarnPoints($"lot-{i}-{member}", Member(member), 10), Start + Duration.FromMinutes(i));
        }

        return ledger;
    }

    private static double[] RedemptionOfOne()
    {
        var state = WithLots(1).LoadAsync(Member(0)).GetAwaiter().GetResult();
        var command = new RedeemPoints("redeem", Member(0), 10_000);
        return Times(50_000, _ => Loyalty.Ledger.Decide(state, command, Policy, Start + Duration.FromDays(30)).Value.Result.Redeemed);
    }

    private static double[] RedemptionOfEach()
    {
        const int Members = 1_000;
        var ledger = WithLots(Members);
        return Times(Members, i => ledger.PostAsync(new RedeemPoints($"redeem-{i}", Member(i), 10_000), Start + Duration.FromDays(30)).GetAwaiter().GetResult().Value.Redeemed);
    }

    private static double[] Reading(Func<LedgerService, Instant, object> read)
    {
        const int Postings = 100_000;
        var ledger = Ledger();
        for (var i = 0; i < Postings; i++)
            Post(ledger, i % 10 < 7 ? new EarnPoints($"key-{i}", Member(0), 30) : new RedeemPoints($"key-{i}", Member(0), 60), Start + Duration.FromMinutes(i));
        var random = new Random(1);
        return Times(500, _ => read(ledger, Start + Duration.FromMinutes(random.Next(Postings))));
    }

    private static (string, bool)? Sweep(int lots)
    {
        const int Lots = 1_000_000;
        var ledger = Ledger();
        for (var i = 0; i < Lots; i++) Post(ledger, new EarnPoints($"lot-{i}", Member(i / lots), 10), Start + Duration.FromMinutes(i % lots));
        var watch = Stopwatch.StartNew();
        var swept = ledger.SweepAsync(Start + Duration.FromDays(1_000)).AsTask().GetAwaiter().GetResult().Value.Lots;
        if (swept != Lots) throw new InvalidOperationException($"Swept {swept} lots.");
        return (FormattableString.Invariant($"{watch.Elapsed.TotalSeconds:0.0} s"), watch.Elapsed.TotalSeconds <= 3);
    }

    private static double[] Times(int count, Func<int, object> call)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            call(i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return times;
    }

    private static (string, bool)? Microseconds(double[] times, double most)
    {
        var first = times[0];
        Array.Sort(times);
        var (median, slow) = (times[times.Length / 2], times[times.Length * 95 / 100]);
        return (FormattableString.Invariant($"{median:n1} µs (95 %: {slow:n1}, first: {first:n0})"), median <= most);
    }
}
