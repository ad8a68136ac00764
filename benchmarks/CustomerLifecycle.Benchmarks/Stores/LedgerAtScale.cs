using System.Diagnostics;
using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Storage.PostgreSql;
using Npgsql;

namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>A ledger of many postings in PostgreSQL: ten for each member, eight earned lots that lapse a month apart and two redemptions.</summary>
internal sealed class LedgerAtScale : IDisposable
{
    private const int PostingsPerMember = 10;
    private const int Loaders = 4;
    private const int MembersInBatch = 200;

    private static readonly Instant Start = Instant.FromUtc(2023, 1, 1, 0, 0);
    private static readonly LedgerPolicy Policy = new(expiry: ExpiryPolicy.After(Period.FromMonths(24)));
    private static readonly Duration Month = Duration.FromDays(30);

    private readonly PostgreSqlJournal<MemberState, Posting> _journal;
    private readonly LedgerService _service;
    private readonly int _members;

    public LedgerAtScale(NpgsqlDataSource source, int postings, int sweepers)
    {
        _journal = new(source, new LedgerCodec(), new() { Schema = "large" });
        _service = new(_journal, new() { Policy = Policy, SweepWorkers = sweepers }, SystemClock.Instance);
        _members = postings / PostingsPerMember;
    }

    public void Dispose() => _journal.Dispose();

    /// <summary>Posts what is not there yet, by the ledger's own decisions, without telling the outside of it.</summary>
    /// <returns>The postings written.</returns>
    public async Task<long> LoadAsync()
    {
        var batches = Math.DivRem(_members + MembersInBatch - 1, MembersInBatch).Quotient;
        var next = -1;
        long written = 0;
        await Task.WhenAll(Enumerable.Range(0, Loaders).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var batch && batch < batches)
            {
                var first = batch * MembersInBatch;
                var last = Math.Min(first + MembersInBatch, _members);
                if ((await _journal.LoadAsync(StreamId.Of(Member(first)))).Version > 0) continue;
                var appends = new List<Append<MemberState, Posting>>();
                for (var member = first; member < last; member++) appends.AddRange(Life(member));
                var outcomes = await _journal.AppendBatchAsync(appends);
                if (!outcomes.All(static outcome => outcome.Status == AppendStatus.Appended)) throw new InvalidOperationException("A part of the ledger was there already, and not a whole batch of it.");
                Interlocked.Add(ref written, appends.Count);
            }
        })));
        return written;
    }

    /// <summary>Reads balances and statements of members far apart, one after another.</summary>
    public async Task<(double[] Balances, double[] Statements)> ReadAsync(int count)
    {
        var random = new Random(1);
        var (from, to) = (Start + (3 * Month), Start + (6 * Month));
        var members = Enumerable.Range(0, count).Select(_ => Member(random.Next(_members))).ToArray();
        var balances = await TimedAsync(members, async member => (await _service.BalanceAsync(member, to)).Available > 0);
        var statements = await TimedAsync(members, async member => (await _service.StatementAsync(member, from, to)).Lines.Count > 0);
        return (balances, statements);
    }

    /// <summary>Sweeps the oldest lot of every member that an earlier call has left.</summary>
    public async Task<(SweepResult Result, TimeSpan Time)> SweepAsync()
    {
        for (var lot = 0; ; lot++)
        {
            var key = FormattableString.Invariant($"sweep-{lot}");
            if (await _service.FindAsync(key) is null) return await SweepAsync(lot, key);
        }
    }

    /// <summary>Sweeps all lots that are left, several of every member.</summary>
    public Task<(SweepResult Result, TimeSpan Time)> SweepRestAsync() => SweepAsync(PostingsPerMember, "sweep-rest");

    private async Task<(SweepResult Result, TimeSpan Time)> SweepAsync(int lot, string key)
    {
        var watch = Stopwatch.StartNew();
        var swept = await _service.SweepAsync(Start + (lot * Month) + Duration.FromDays(731 + 31), key);
        return (swept.Value, watch.Elapsed);
    }

    private static CustomerId Member(int number) => new(FormattableString.Invariant($"member-{number:00000000}"));

    private static async Task<double[]> TimedAsync(CustomerId[] members, Func<CustomerId, Task<bool>> readAsync)
    {
        var times = new double[members.Length];
        for (var i = -20; i < times.Length; i++)
        {
            var watch = Stopwatch.GetTimestamp();
            if (!await readAsync(members[Math.Max(i, 0)])) throw new InvalidOperationException("A member has no points.");
            if (i >= 0) times[i] = Stopwatch.GetElapsedTime(watch).TotalMilliseconds;
        }

        return times;
    }

    private static IEnumerable<Append<MemberState, Posting>> Life(int number)
    {
        var member = Member(number);
        var state = MemberState.Empty(member);
        var first = Start + Duration.FromMinutes(number % (29 * 1_440));
        for (var n = 0; n < PostingsPerMember; n++)
        {
            var key = FormattableString.Invariant($"order-{number:00000000}-{n}");
            LedgerCommand command = n % 5 == 4 ? new RedeemPoints(key, member, 30) : new EarnPoints(key, member, 100);
            var month = n - (n / 5);
            var transaction = Ledger.Decide(state, command, Policy, first + (month * Month)).Value;
            yield return new(new(key), new RequestHash(number, n), new StreamAppend<MemberState, Posting>(StreamId.Of(member), n, transaction.Primary, transaction.Primary.NextDue, transaction.Postings));
            state = transaction.Primary;
        }
    }
}
