using System.Globalization;
using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Storage.Sqlite;
using CustomerLifecycle.Tests.Shared;
using Npgsql;

namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>Measures appends beside the same SQL without the library, in turns within one run, and says whether each target is met.</summary>
internal static class StoresProgram
{
    private static readonly string[] Known = ["sqlite", "postgresql", "member", "ledger"];

    /// <param name="arguments">What to measure, any of sqlite, postgresql, member and ledger (all but the ledger without a name); <c>--seconds N</c> for each side of a pair; <c>--postings N</c> of the ledger.</param>
    /// <param name="output">Where the tables are printed.</param>
    /// <returns>0 when every target is met, 1 when one is missed, 2 when the arguments mean nothing.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        string[] names = [.. arguments.Where(argument => Known.Contains(argument, StringComparer.Ordinal))];
        if (names.Length == 0) names = ["sqlite", "postgresql", "member"];
        if (!TryNumber(arguments, "--seconds", 6, out var seconds) || !TryNumber(arguments, "--postings", 1_000_000, out var postings))
        {
            output.WriteLine("stores [sqlite] [postgresql] [member] [ledger] [--seconds N] [--postings N]");
            return 2;
        }

        output.WriteLine(Guard.Machine.Kind);
        var table = new TargetTable(output);
        if (names.Contains("sqlite", StringComparer.Ordinal)) await SqliteAsync(table, seconds);
        if (names.Any(static name => name is not "sqlite"))
        {
            if (PostgreSqlServer.Missing is { } missing)
            {
                output.WriteLine(missing);
                return 2;
            }

            // As a host would run it, with every commit on the disk and the large ledger's indexes in the server's memory.
            using var server = PostgreSqlServer.With("shared_buffers=4GB", "max_wal_size=8GB", "checkpoint_timeout=30min");
            if (names.Contains("postgresql", StringComparer.Ordinal)) await PostgreSqlAsync(table, server.ConnectionString, seconds);
            if (names.Contains("member", StringComparer.Ordinal)) await MemberAsync(table, server.ConnectionString, seconds);
            if (names.Contains("ledger", StringComparer.Ordinal)) await LedgerAsync(table, server.ConnectionString, postings, output);
        }

        return table.Missed == 0 ? 0 : 1;
    }

    private static async Task SqliteAsync(TargetTable table, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("stores");
        try
        {
            foreach (var (batch, target, what) in new[] { (1, 0.7, "single append"), (1_000, 0.6, "1,000 in a transaction") })
            {
                var (ours, bare) = (Path.Combine(folder.FullName, $"ours{batch}.db"), Path.Combine(folder.FullName, $"bare{batch}.db"));
                new SqliteJournal<Account, Moved>(bare, new AccountCodec()).Dispose();
                using var journal = new SqliteJournal<Account, Moved>(ours, new AccountCodec());
                await table.AddAsync($"SQLite, {what}", target, seconds, [new JournalClient("c", batch, journal)], [new BareSqliteClient("c", batch, bare)]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task PostgreSqlAsync(TargetTable table, string connectionString, int seconds)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var bareSource = NpgsqlDataSource.Create(connectionString);
        foreach (var (clients, batch, target, what) in new[] { (8, 1, 0.7, "single append"), (32, 1, 0.7, "single append"), (8, 1_000, 0.5, "1,000 in a batch") })
        {
            var schema = $"c{clients}b{batch}";
            using var journal = new PostgreSqlJournal<Account, Moved>(source, new AccountCodec(), new() { Schema = schema });
            using var bare = new PostgreSqlJournal<Account, Moved>(source, new AccountCodec(), new() { Schema = schema + "_bare" });
            await bare.LoadAsync(new("none"));
            var theirs = new List<AppendClient>();
            for (var i = 0; i < clients; i++) theirs.Add(await BarePostgreSqlClient.OpenAsync($"c{i}", batch, bareSource, $"{schema}_bare.accounts_append", default));
            await table.AddAsync($"PostgreSQL, {clients} clients, {what}", target, seconds, [.. Enumerable.Range(0, clients).Select(i => new JournalClient($"c{i}", batch, journal))], theirs);
        }
    }

    // All clients earn for one member: what each of them posted must be there once.
    private static async Task MemberAsync(TargetTable table, string connectionString, int seconds)
    {
        const int Clients = 32;
        await using var source = NpgsqlDataSource.Create(connectionString);
        using var journal = new PostgreSqlJournal<MemberState, Posting>(source, new LedgerCodec(), new() { Schema = FormattableString.Invariant($"member{Environment.TickCount64}") });
        var counter = new ConflictCounter<MemberState, Posting>(journal);
        var service = new LedgerService(counter, new(), SystemClock.Instance);
        var member = new CustomerId("everybody's");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var posted = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var count = 0;
            for (; watch.Elapsed.TotalSeconds < seconds; count++)
            {
                if (!(await service.PostAsync(new EarnPoints(FormattableString.Invariant($"{client}/{count}"), member, 1))).IsAccepted) throw new InvalidOperationException("An earn was refused.");
            }

            return count;
        })));
        var rate = posted.Sum() / watch.Elapsed.TotalSeconds;
        var state = await service.LoadAsync(member);
        var lost = posted.Sum() - state.BalanceAt(SystemClock.Instance.GetCurrentInstant()).Available + Math.Abs(posted.Sum() - state.Version);
        table.Add("PostgreSQL, 32 clients, one member: lost", lost, 0, isLeast: false, FormattableString.Invariant($"of {posted.Sum()} postings, {rate:0} a second"));
        var retries = counter.Retries.Values.Order().ToArray();
        table.Add("PostgreSQL, 32 clients, one member: retries", retries[(int)(retries.Length * 0.99)], 5, isLeast: false, $"for 99 of 100 postings; at most {retries[^1]}");
    }

    private static async Task LedgerAsync(TargetTable table, string connectionString, int postings, TextWriter output)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        using var ledger = new LedgerAtScale(source, postings, sweepers: 2 * Environment.ProcessorCount);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var written = await ledger.LoadAsync();
        output.WriteLine(FormattableString.Invariant($"loaded {written} of {postings} postings in {watch.Elapsed.TotalSeconds:0} s"));
        var (balances, statements) = await ledger.ReadAsync(1_000);
        table.Add($"ledger of {postings} postings: balance", At(balances, 0.99), 5, isLeast: false, FormattableString.Invariant($"ms for 99 of 100; median {At(balances, 0.5):0.00}, at most {balances.Max():0.0}"));
        table.Add($"ledger of {postings} postings: statement", At(statements, 0.99), 20, isLeast: false, FormattableString.Invariant($"ms for 99 of 100; median {At(statements, 0.5):0.00}, at most {statements.Max():0.0}"));
        Sweep("one lot of every member", await ledger.SweepAsync());
        Sweep("the next lot of every member", await ledger.SweepAsync());
        Sweep("the lots left, some of every member", await ledger.SweepRestAsync());

        // The target is a minute for a million lots.
        void Sweep(string what, (SweepResult Result, TimeSpan Time) swept) => table.Add(
            $"sweep of {what}", 1e6 * swept.Time.TotalSeconds / swept.Result.Lots, 60, isLeast: false,
            FormattableString.Invariant($"s for a million lots; {swept.Result.Lots} lots in {swept.Time.TotalSeconds:0.0} s{(swept.Result.IsDuplicate ? ", swept before" : "")}"));
    }

    private static double At(double[] times, double share) => times.Order().ElementAt((int)(times.Length * share));

    private static bool TryNumber(IReadOnlyList<string> arguments, string name, int otherwise, out int number)
    {
        number = otherwise;
        var place = arguments.ToList().IndexOf(name);
        return place < 0 || (place + 1 < arguments.Count && int.TryParse(arguments[place + 1], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0);
    }
}
