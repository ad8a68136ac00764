namespace CustomerLifecycle.Testing;

/// <summary>What a journal can do to its caller.</summary>
public enum JournalFault
{
    /// <summary>Nothing: the call goes through.</summary>
    None = 0,

    /// <summary>The call fails and nothing was written.</summary>
    FailBefore = 1,

    /// <summary>The call fails although all of it was written.</summary>
    FailAfter = 2,

    /// <summary>The call arrives twice.</summary>
    DeliverTwice = 3,

    /// <summary>A load answers with what an earlier load of the stream saw.</summary>
    StaleRead = 4,

    /// <summary>Of a batch only the first half is written before the call fails.</summary>
    FailHalfway = 5,

    /// <summary>The call is never answered and nothing was written: its caller is gone between deciding and writing. Let another host go on.</summary>
    Crash = 6,
}

/// <summary>A journal over another one that fails as its test says: before, after, halfway, twice, with an old answer, or never answers.</summary>
/// <typeparam name="TState">The folded state of a stream.</typeparam>
/// <typeparam name="TRecord">What happened.</typeparam>
/// <remarks>For tests of hosts and packages: what is written over it must come out right whatever it does. Not safe for concurrent callers.</remarks>
public sealed class FaultInjectingJournal<TState, TRecord> : DelegatingJournal<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    private readonly Dictionary<StreamId, Loaded<TState>> _seen = [];
    private readonly int[] _counts = new int[(int)JournalFault.Crash + 1];
    private JournalFault _nextAppend;
    private JournalFault _nextLoad;
    private Func<ValueTask>? _beforeAppend;
    private Action<Append<TState, TRecord>>? _written;

    /// <summary>Stands before a journal.</summary>
    /// <param name="inner">The journal that keeps what is written.</param>
    public FaultInjectingJournal(IJournal<TState, TRecord> inner)
        : base(inner)
    {
    }

    /// <summary>How often a fault came about: what a test was told will happen is not what happened, until a call has met it.</summary>
    /// <param name="fault">Which; a <see cref="JournalFault.StaleRead"/> counts where the stream had been written to since, and <see cref="JournalFault.None"/> does not.</param>
    public int CountOf(JournalFault fault) => _counts[(int)fault];

    /// <summary>Says what happens to the next append, once.</summary>
    /// <param name="fault">What happens; <see cref="JournalFault.None"/> takes it back.</param>
    public void AtNextAppend(JournalFault fault) => _nextAppend = fault;

    /// <summary>Says what happens to the next load, once.</summary>
    /// <param name="fault">What happens; <see cref="JournalFault.None"/> takes it back.</param>
    public void AtNextLoad(JournalFault fault) => _nextLoad = fault;

    /// <summary>Runs something before the next append reaches the store, once: another host that is faster.</summary>
    /// <param name="other">What runs; null takes it back.</param>
    public void BeforeNextAppend(Func<ValueTask>? other) => _beforeAppend = other;

    /// <summary>Tells of every append that was written, before its caller hears.</summary>
    /// <param name="written">Who is told; null for nobody.</param>
    public void OnWritten(Action<Append<TState, TRecord>>? written) => _written = written;

    /// <inheritdoc/>
    public override async ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default)
    {
        if (_beforeAppend is { } other)
        {
            _beforeAppend = null;
            await other().ConfigureAwait(false);
        }

        var fault = _nextAppend;
        _nextAppend = JournalFault.None;
        if (fault is JournalFault.FailBefore or JournalFault.FailHalfway) throw Down(fault);
        if (fault == JournalFault.Crash) await CrashAsync(cancellationToken).ConfigureAwait(false);
        var outcome = await WriteAsync(append, cancellationToken).ConfigureAwait(false);
        if (fault == JournalFault.FailAfter) throw Down(fault);
        if (fault != JournalFault.DeliverTwice) return outcome;
        _counts[(int)fault]++;
        return await WriteAsync(append, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(appends);
        var fault = _nextAppend;
        _nextAppend = JournalFault.None;
        if (fault == JournalFault.FailBefore) throw Down(fault);
        if (fault == JournalFault.Crash) await CrashAsync(cancellationToken).ConfigureAwait(false);
        if (fault == JournalFault.DeliverTwice) _counts[(int)fault]++;
        var outcomes = new AppendOutcome<TRecord>[appends.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (fault == JournalFault.FailHalfway && i >= (appends.Count + 1) / 2) throw Down(fault);
            outcomes[i] = await WriteAsync(appends[i], cancellationToken).ConfigureAwait(false);
            if (fault == JournalFault.DeliverTwice) outcomes[i] = await WriteAsync(appends[i], cancellationToken).ConfigureAwait(false);
        }

        if (fault is JournalFault.FailAfter or JournalFault.FailHalfway) throw Down(fault);
        return outcomes;
    }

    /// <inheritdoc/>
    public override async ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default)
    {
        var fault = _nextLoad;
        _nextLoad = JournalFault.None;
        if (fault is JournalFault.FailBefore or JournalFault.FailAfter) throw Down(fault);
        var loaded = await Inner.LoadAsync(stream, cancellationToken).ConfigureAwait(false);
        var seen = fault == JournalFault.StaleRead && _seen.TryGetValue(stream, out var before)
            ? new Loaded<TState>(stream, before.State, before.Version, loaded.StoreTime)
            : loaded;
        if (seen.Version < loaded.Version) _counts[(int)fault]++;
        _seen[stream] = loaded;
        return seen;
    }

    private StoreUnavailableException Down(JournalFault fault)
    {
        _counts[(int)fault]++;
        return new("The journal was told to fail here. Append the same again.");
    }

    private Task CrashAsync(CancellationToken cancellationToken)
    {
        _counts[(int)JournalFault.Crash]++;
        return Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private async ValueTask<AppendOutcome<TRecord>> WriteAsync(Append<TState, TRecord> append, CancellationToken cancellationToken)
    {
        var outcome = await Inner.AppendAsync(append, cancellationToken).ConfigureAwait(false);
        if (outcome.Status == AppendStatus.Appended) _written?.Invoke(append);
        return outcome;
    }
}
