namespace CustomerLifecycle.Tool;

/// <summary>A journal that gathers what services append one event at a time, and writes it by stream: one append for each stream, thousands in one transaction.</summary>
/// <param name="store">Where it is written to.</param>
/// <param name="work">Names the work. Its appends have keys made of it and the stream, so that work which is done again does nothing to the streams that it did.</param>
/// <remarks>For one writer: what others append in between shows when it is written. Outbox records are dropped: <c>clm</c> has nobody to tell.</remarks>
internal sealed class BulkJournal<TState, TRecord>(IJournal<TState, TRecord> store, string work) : DelegatingJournal<TState, TRecord>(store)
    where TState : class
    where TRecord : class, IJournalRecord
{
    private readonly Dictionary<StreamId, Ahead> _streams = [];
    private readonly RequestHash _request = RequestHasher.Start(work).ToHash();

    public override async ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default)
    {
        if (append.Streams is not [var part]) throw Unused();
        var ahead = await FindAsync(part.Stream, cancellationToken).ConfigureAwait(false);
        if (ahead.Done is { } done) return AppendOutcome<TRecord>.Replayed(done);
        if (ahead.Loaded.Version != part.ExpectedVersion) return AppendOutcome<TRecord>.VersionConflict(new(part.Stream, part.ExpectedVersion, ahead.Loaded.Version));
        ahead.Add(part);
        return AppendOutcome<TRecord>.Appended;
    }

    /// <summary>Writes what was gathered, in one transaction.</summary>
    /// <exception cref="InputException">Another process has written to the same streams in between.</exception>
    public async ValueTask WriteAsync(CancellationToken cancellationToken = default)
    {
        Append<TState, TRecord>[] appends =
        [
            .. _streams.Values.SelectMany(ahead => ahead.Parts().Select((part, number) => new Append<TState, TRecord>(KeyOf(part.Stream, number), _request, part))),
        ];
        if (appends.Length > 0)
        {
            var outcomes = await Inner.AppendBatchAsync(appends, cancellationToken).ConfigureAwait(false);
            if (outcomes.Any(outcome => !outcome.IsStored)) throw new InputException("Another program wrote to the database at the same time. Run the same again: nothing is counted twice.");
        }

        _streams.Clear();
    }

    public override async ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default) => (await FindAsync(stream, cancellationToken).ConfigureAwait(false)).Loaded;

    public override async ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        var ahead = await FindAsync(stream, cancellationToken).ConfigureAwait(false);
        var stored = afterVersion < ahead.Stored ? await Inner.ReadAsync(stream, afterVersion, limit, cancellationToken).ConfigureAwait(false) : [];
        return [.. stored, .. ahead.Records.Skip((int)Math.Max(0, afterVersion - ahead.Stored)).Take(limit - stored.Count).Select((record, i) => new Recorded<TRecord>(stream, Math.Max(afterVersion, ahead.Stored) + i + 1, KeyOf(stream, 0), record))];
    }

    public override ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default) => throw Unused();

    public override ValueTask<IReadOnlyList<Loaded<TState>>> LoadManyAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken = default) => throw Unused();

    public override ValueTask<IReadOnlyList<Loaded<TState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default) => throw Unused();

    private static NotSupportedException Unused() => new("An import asks its journal for one stream at a time.");

    private IdempotencyKey KeyOf(StreamId stream, int number) => new(FormattableString.Invariant($"{work}/{number}/{stream.Value}"));

    private async ValueTask<Ahead> FindAsync(StreamId stream, CancellationToken cancellationToken)
    {
        if (_streams.TryGetValue(stream, out var ahead)) return ahead;
        var loaded = await Inner.LoadAsync(stream, cancellationToken).ConfigureAwait(false);
        ahead = new(loaded, loaded.Version > 0 ? await Inner.FindAsync(KeyOf(stream, 0), cancellationToken).ConfigureAwait(false) : null);
        _streams.Add(stream, ahead);
        return ahead;
    }

    /// <summary>A stream as it will be when what was gathered is written.</summary>
    private sealed class Ahead(Loaded<TState> loaded, Commit<TRecord>? done)
    {
        private readonly List<StreamAppend<TState, TRecord>> _full = [];
        private List<TRecord> _last = [];
        private Instant? _nextDue;

        /// <summary>Its version in the store.</summary>
        public long Stored { get; } = loaded.Version;

        /// <summary>What the same work did to it before.</summary>
        public Commit<TRecord>? Done { get; } = done;

        public Loaded<TState> Loaded { get; private set; } = loaded;

        public IEnumerable<TRecord> Records => _full.SelectMany(part => part.Records).Concat(_last);

        public void Add(in StreamAppend<TState, TRecord> part)
        {
            if (_last.Count + part.RecordCount > JournalLimits.MaxRecords)
            {
                _full.Add(Last());
                _last = [];
            }

            _last.AddRange(part.Records);
            _nextDue = part.NextDue;
            Loaded = new(part.Stream, part.State, part.NewVersion, Loaded.StoreTime);
        }

        /// <summary>What is to be appended to it, in parts of at most as many records as one append may hold.</summary>
        public IEnumerable<StreamAppend<TState, TRecord>> Parts() => _last.Count == 0 ? [] : [.. _full, Last()];

        private StreamAppend<TState, TRecord> Last() => new(Loaded.Stream, Loaded.Version - _last.Count, Loaded.State!, _nextDue, _last);
    }
}
