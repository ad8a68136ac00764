using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Stages;
using CustomerLifecycle.Storage.Sqlite;

namespace CustomerLifecycle.Tool;

/// <summary>A shop that <c>clm</c> remembers: purchases, stages, points, saved rules and the log of imports, each a journal of the library in one SQLite file.</summary>
/// <remarks>
/// An import is decided first, then its purchases are written in one transaction: before it nothing has happened, after it everything. Stages and points follow from the purchases; what a
/// process that was killed left undone of them is done by the next one, before it does anything else. Each step has its own key, so that nothing is done twice.
/// </remarks>
internal sealed class ShopDatabase : IDisposable
{
    private const int CustomersPerWrite = 2_000;
    private static readonly StreamId Log = new("imports");
    private readonly DatabaseFile _file;
    private readonly IClock _clock;
    private readonly List<IDisposable> _open = [];
    private readonly SqliteJournal<ImportLog, ImportStep> _imports;
    private readonly SqliteJournal<CustomerPurchases, ImportedPurchase> _purchases;
    private readonly SqliteJournal<StageLife, StageRecord> _stages;
    private readonly SqliteJournal<MemberState, Posting> _points;
    private readonly SqliteJournal<SavedSegment, SegmentSaved> _segments;
    private readonly StageMachine _machine = StageMachine.Compile(StageTemplates.PurchaseLifecycleWithWinBack());

    private ShopDatabase(DatabaseFile file, string path, IClock clock)
    {
        _file = file;
        _clock = clock;
        var store = new SqliteStore(path, DatabaseFile.Options);
        try
        {
            _imports = Open(store, new ImportCodec());
            _purchases = Open(store, new PurchaseCodec());
            _stages = Open(store, new StageJournalCodec());
            _points = Open(store, new LedgerCodec());
            _segments = Open(store, new SegmentCodec());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Opens a database, finishes what a killed process left, and works with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayBeNew">Whether one that is not there is made.</param>
    /// <param name="clock">When something is recorded.</param>
    /// <param name="work">What to do with it.</param>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public static async Task<T> UseAsync<T>(string path, bool mayBeNew, IClock clock, Func<ShopDatabase, Task<T>> work)
    {
        using var file = DatabaseFile.Take(path, mayBeNew);
        try
        {
            using var database = new ShopDatabase(file, path, clock);
            await database.FinishAsync().ConfigureAwait(false);
            return await work(database).ConfigureAwait(false);
        }
        catch (StoreException fault)
        {
            throw file.Explain(fault);
        }
    }

    /// <summary>The imports so far; refused where there are none.</summary>
    public async Task<ImportLog> LogAsync()
    {
        var log = (await _imports.LoadAsync(Log).ConfigureAwait(false)).State ?? ImportLog.Empty;
        return log.HasAmounts is null ? throw new InputException("The database holds no purchases yet. Import some first: clm import FILE --db DATABASE") : log;
    }

    /// <summary>The finished imports, in order.</summary>
    public async Task<IReadOnlyList<ImportEntry>> ImportsAsync()
    {
        var steps = new List<ImportEntry>();
        for (long version = 0; ;)
        {
            var page = await _imports.ReadAsync(Log, version, JournalLimits.MaxPage).ConfigureAwait(false);
            if (page.Count == 0) return steps;
            version += page.Count;
            steps.AddRange(page.Where(step => step.Record.Kind is ImportStep.Finished).Select(step => step.Record.Entry));
        }
    }

    /// <summary>Takes in the purchases of a file that are not known yet.</summary>
    /// <param name="data">The file's purchases.</param>
    /// <param name="fingerprint">Stands for the file's content and how it was read.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it, as long as nothing is written.</param>
    /// <returns>What was done; null when this very file was imported before.</returns>
    public async Task<ImportEntry?> ImportAsync(PurchaseData data, string fingerprint, Action<string, double?> progress, CancellationToken cancellationToken)
    {
        var (log, version) = await LoadLogAsync().ConfigureAwait(false);
        if (await _imports.FindAsync(KeyOf(fingerprint), cancellationToken).ConfigureAwait(false) is not null) return null;
        if (log.HasAmounts is { } hasAmounts && hasAmounts != data.HasAmounts)
            throw new InputException(hasAmounts
                ? "The purchases in the database have amounts, those of this file do not. Name the column with --amount, or use another database."
                : "The purchases in the database have no amounts, those of this file do. Leave them aside with --no-amount, or use another database.");

        progress("Comparing", null);
        var number = log.Last + 1;
        var now = _clock.GetCurrentInstant();
        var fresh = await CompareAsync(data.Log, number, now, cancellationToken).ConfigureAwait(false);
        var added = fresh.Sum(part => (long)part.RecordCount);
        var entry = new ImportEntry(
            number, data.Notes.File, fingerprint, now.ToUnixTimeTicks(), data.Notes.Rows, data.Notes.Rejected, data.Notes.DuplicatesDropped ? data.Notes.Duplicates : 0, added, data.Log.Count - added,
            fresh.Count(part => part.ExpectedVersion == 0), data.HasAmounts, DayReader.DayOf(data.AsOf));
        cancellationToken.ThrowIfCancellationRequested();

        progress("Writing purchases", null);
        await StepAsync(log, version, ImportStep.Begun, entry).ConfigureAwait(false);
        if (fresh.Count > 0) await WriteAsync(fresh, entry).ConfigureAwait(false);
        await FollowAsync(number, Touched(fresh), share => progress("Stages and points", share)).ConfigureAwait(false);
        await StepAsync(log with { Last = number, Open = entry }, version + 1, ImportStep.Finished, entry).ConfigureAwait(false);
        return entry;
    }

    /// <summary>All customers, up to and including a day.</summary>
    /// <param name="asOf">The day; null for the last day of all purchases.</param>
    public async Task<Shop> ShopAsync(LocalDate? asOf)
    {
        var log = await LogAsync().ConfigureAwait(false);
        var names = new List<string>();
        var owners = new List<int>();
        var rows = new List<PurchaseRow>();
        await foreach (var (customer, history) in HistoriesAsync().ConfigureAwait(false))
        {
            Add(customer, history);
        }

        return Shop.Of(PurchaseRows.Of([.. names], [.. owners], [.. rows]), asOf ?? DayReader.DateOf(log.LastDay), log.HasAmounts is true);

        void Add(string customer, CustomerPurchases history)
        {
            foreach (var purchase in history.Purchases)
            {
                owners.Add(names.Count);
                rows.Add(purchase.Row);
            }

            names.Add(customer);
        }
    }

    /// <summary>One customer's purchases as a shop of their own, up to and including a day.</summary>
    /// <param name="customer">The customer's key.</param>
    /// <param name="asOf">The day; null for the last day of all purchases.</param>
    /// <exception cref="InputException">There is no such customer, or none yet on that day.</exception>
    public async Task<Shop> CustomerAsync(string customer, LocalDate? asOf)
    {
        var log = await LogAsync().ConfigureAwait(false);
        var day = asOf ?? DayReader.DateOf(log.LastDay);
        if (await HistoryOf(customer).ConfigureAwait(false) is { } history)
        {
            var rows = history.Purchases.ToArray().Select(purchase => purchase.Row).ToArray();
            var shop = Shop.Of(PurchaseRows.Of([customer], new int[rows.Length], rows), day, log.HasAmounts is true);
            return shop.Customers.Count > 0 ? shop : throw NearbyKeys.HasNotBought(day);
        }

        var keys = new List<string>();
        await foreach (var (other, _) in HistoriesAsync().ConfigureAwait(false)) keys.Add(other);
        throw NearbyKeys.Unknown(customer, keys, "database");
    }

    /// <summary>Where a customer is in their life, how they came there, and why.</summary>
    public async Task<(StageAnswer Answer, StageExplanation Explanation)> ExplainAsync(string customer, Instant asOf)
    {
        var service = Stages(_stages);
        return (await service.AtAsync(new(customer), asOf).ConfigureAwait(false), await service.ExplainAsync(new(customer), asOf).ConfigureAwait(false));
    }

    /// <summary>The saved rules by name.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> SegmentsAsync()
    {
        var segments = new List<KeyValuePair<string, string>>();
        StreamId? last = null;
        while (true)
        {
            var page = await _segments.ListAsync(last, JournalLimits.MaxPage).ConfigureAwait(false);
            if (page.Count == 0) return segments;
            segments.AddRange(page.Select(stream => KeyValuePair.Create(stream.Stream.Value, stream.State!.Rule)));
            last = page[^1].Stream;
        }
    }

    /// <summary>Keeps a rule under a name, in place of the one that had it.</summary>
    public async Task SaveAsync(string name, string rule)
    {
        var stream = new StreamId(name);
        var loaded = await _segments.LoadAsync(stream).ConfigureAwait(false);
        if (string.Equals(loaded.State?.Rule, rule, StringComparison.Ordinal)) return;
        var hasher = RequestHasher.Start("save");
        hasher.Add(rule);
        var key = new IdempotencyKey(FormattableString.Invariant($"{hasher.ToHash()}/{loaded.Version}"));
        await _segments.AppendAsync(new(key, hasher.ToHash(), new StreamAppend<SavedSegment, SegmentSaved>(stream, loaded.Version, new(rule), null, new SegmentSaved(rule, _clock.GetCurrentInstant())))).ConfigureAwait(false);
    }

    public void Dispose()
    {
        for (var i = _open.Count - 1; i >= 0; i--) _open[i].Dispose();
    }

    private SqliteJournal<TState, TRecord> Open<TState, TRecord>(SqliteStore store, JournalCodec<TState, TRecord> codec)
        where TState : class
        where TRecord : class, IJournalRecord
    {
        var journal = new SqliteJournal<TState, TRecord>(store, codec, _clock);
        _open.Add(journal);
        return journal;
    }

    private StageService Stages(IJournal<StageLife, StageRecord> journal) => new(_machine, journal, _clock);

    private LedgerService Points(IJournal<MemberState, Posting> journal) => new(journal, new LoyaltyOptions { Policy = DefaultProgramme.Policy }, _clock);

    private async Task<(ImportLog Log, long Version)> LoadLogAsync()
    {
        var loaded = await _imports.LoadAsync(Log).ConfigureAwait(false);
        return (loaded.State ?? ImportLog.Empty, loaded.Version);
    }

    private async Task StepAsync(ImportLog log, long version, string kind, ImportEntry entry)
    {
        var step = new ImportStep(kind, entry, _clock.GetCurrentInstant());
        var key = kind is ImportStep.Finished ? KeyOf(entry.Fingerprint) : new(FormattableString.Invariant($"{kind}/{entry.Number}"));
        var outcome = await _imports.AppendAsync(new(key, RequestOf(entry), new StreamAppend<ImportLog, ImportStep>(Log, version, log.With(step), null, step))).ConfigureAwait(false);
        if (!outcome.IsStored) throw new InputException("Another program wrote to the database at the same time. Run the same again: nothing is counted twice.");
    }

    /// <summary>What of the file is new, by customer, in parts of at most as many purchases as one append may hold.</summary>
    private async Task<List<StreamAppend<CustomerPurchases, ImportedPurchase>>> CompareAsync(PurchaseRows rows, int import, Instant now, CancellationToken cancellationToken)
    {
        var parts = new List<StreamAppend<CustomerPurchases, ImportedPurchase>>();
        for (var first = 0; first < rows.Customers.Count; first += JournalLimits.MaxBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StreamId[] streams = [.. rows.Customers.Skip(first).Take(JournalLimits.MaxBatch).Select(customer => StreamId.Of(new(customer)))];
            var known = await _purchases.LoadManyAsync(streams, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < known.Count; i++)
            {
                var history = known[i].State ?? CustomerPurchases.Empty;
                var version = known[i].Version;
                foreach (var some in history.NewAmong(rows.RowsOf(first + i)).Chunk(JournalLimits.MaxRecords))
                {
                    history = history.With(some, import);
                    parts.Add(new(streams[i], version, history, null, Array.ConvertAll(some, row => new ImportedPurchase(new(row, import), now))));
                    version += some.Length;
                }
            }
        }

        return parts;
    }

    /// <summary>Writes the purchases of an import, all or nothing: in one transaction, whose last append has the import's key.</summary>
    private async Task WriteAsync(List<StreamAppend<CustomerPurchases, ImportedPurchase>> parts, ImportEntry entry)
    {
        var appends = new List<List<StreamAppend<CustomerPurchases, ImportedPurchase>>>();
        foreach (var part in parts)
        {
            if (appends.Count == 0 || appends[^1].Count == JournalLimits.MaxStreams || appends[^1][^1].Stream == part.Stream) appends.Add([]);
            appends[^1].Add(part);
        }

        if (appends.Count > JournalLimits.MaxBatch)
            throw new InputException($"The file brings purchases of {Counted.Customers(Touched(parts).Count)}; an import takes about {JournalLimits.MaxBatch * JournalLimits.MaxStreams:N0}. Split the file.");

        var outcomes = await _purchases.AppendBatchAsync(
            [.. appends.Select((streams, index) => new Append<CustomerPurchases, ImportedPurchase>(KeyOf(entry.Number, index == appends.Count - 1 ? null : index), RequestOf(entry), streams))]).ConfigureAwait(false);
        if (outcomes.Any(outcome => !outcome.IsStored)) throw new InputException("Another program wrote to the database at the same time. Run the same again: nothing is counted twice.");
    }

    private static List<(string Customer, CustomerPurchases History)> Touched(List<StreamAppend<CustomerPurchases, ImportedPurchase>> parts)
    {
        var touched = new List<(string, CustomerPurchases)>(parts.Count);
        for (var i = 0; i < parts.Count; i++)
        {
            // Of the parts of one customer the last has them all.
            if (i + 1 == parts.Count || parts[i + 1].Stream != parts[i].Stream) touched.Add((parts[i].Stream.Value, parts[i].State));
        }

        return touched;
    }

    /// <summary>Finishes an import that a process was killed in.</summary>
    private async Task FinishAsync()
    {
        var (log, version) = await LoadLogAsync().ConfigureAwait(false);
        if (log.Open is not { } open) return;
        if (open.Added > 0 && await _purchases.FindAsync(KeyOf(open.Number, null)).ConfigureAwait(false) is null)
        {
            await StepAsync(log, version, ImportStep.Dropped, open).ConfigureAwait(false);
            return;
        }

        var touched = new List<(string, CustomerPurchases)>();
        await foreach (var (customer, history) in HistoriesAsync().ConfigureAwait(false))
        {
            if (Array.Exists(history.Purchases.ToArray(), purchase => purchase.Import == open.Number)) touched.Add((customer, history));
        }

        await FollowAsync(open.Number, touched, static _ => { }).ConfigureAwait(false);
        await StepAsync(log, version, ImportStep.Finished, open).ConfigureAwait(false);
    }

    /// <summary>Records the purchase days that an import brought in the stages, and posts the points that they are worth.</summary>
    private async Task FollowAsync(int import, List<(string Customer, CustomerPurchases History)> touched, Action<double> progress)
    {
        var now = _clock.GetCurrentInstant();
        await Task.WhenAll(StagesAsync(), PointsAsync()).ConfigureAwait(false);

        async Task StagesAsync()
        {
            var journal = new BulkJournal<StageLife, StageRecord>(_stages, FormattableString.Invariant($"import/{import}"));
            var service = Stages(journal);
            await EachAsync(
                async (customer, days) =>
                {
                    foreach (var day in days)
                    {
                        if (day.WasKnown) continue;
                        var visit = new CustomerEvent(ShopStages.EventIdOf(day.Day), customer, Purchase.EventType, ShopStages.MidnightOf(day.Day), received: now);
                        await service.RecordAsync(visit).ConfigureAwait(false);
                    }
                },
                journal.WriteAsync,
                progress).ConfigureAwait(false);
        }

        async Task PointsAsync()
        {
            var journal = new BulkJournal<MemberState, Posting>(_points, FormattableString.Invariant($"import/{import}"));
            var ledger = Points(journal);
            await EachAsync(
                async (customer, days) =>
                {
                    foreach (var day in days)
                    {
                        if (DefaultProgramme.Earn(customer, day, import) is { } command) await ledger.PostAsync(command, now).ConfigureAwait(false);
                    }
                },
                journal.WriteAsync,
                static _ => { }).ConfigureAwait(false);
        }

        async Task EachAsync(Func<CustomerId, IReadOnlyList<PurchaseDay>, Task> work, Func<CancellationToken, ValueTask> write, Action<double> tell)
        {
            await Task.Yield();
            for (var i = 0; i < touched.Count; i++)
            {
                await work(new(touched[i].Customer), PurchaseDay.Of(touched[i].History, import)).ConfigureAwait(false);
                if ((i + 1) % CustomersPerWrite != 0 && i + 1 < touched.Count) continue;
                await write(CancellationToken.None).ConfigureAwait(false);
                tell((i + 1.0) / touched.Count);
            }
        }
    }

    private async Task<CustomerPurchases?> HistoryOf(string customer) =>
        customer.Length is > 0 and <= CustomerId.MaxLength && !string.IsNullOrWhiteSpace(customer) ? (await _purchases.LoadAsync(new(customer)).ConfigureAwait(false)).State : null;

    private async IAsyncEnumerable<(string Customer, CustomerPurchases History)> HistoriesAsync()
    {
        StreamId? last = null;
        while (true)
        {
            var page = await _purchases.ListAsync(last, JournalLimits.MaxPage).ConfigureAwait(false);
            if (page.Count == 0) yield break;
            foreach (var stream in page) yield return (stream.Stream.Value, stream.State!);
            last = page[^1].Stream;
        }
    }

    private static IdempotencyKey KeyOf(string fingerprint) => new("file/" + fingerprint);

    private static IdempotencyKey KeyOf(int import, int? part) => new(part is null ? FormattableString.Invariant($"import/{import}") : FormattableString.Invariant($"import/{import}/{part}"));

    private static RequestHash RequestOf(ImportEntry entry)
    {
        var hasher = RequestHasher.Start("import");
        hasher.Add(entry.Fingerprint);
        hasher.Add(entry.Number);
        return hasher.ToHash();
    }
}
