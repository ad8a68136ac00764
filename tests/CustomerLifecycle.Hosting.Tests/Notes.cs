using CustomerLifecycle.Storage.Conformance;
using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Hosting.Tests;

/// <summary>A journal of notes in memory, whose clock the tests turn.</summary>
internal sealed class Notes
{
    public static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 0);

    public Notes()
    {
        Clock = new(Noon);
        Journal = new(Clock);
        Named = new("notes", Journal);
    }

    public SettableClock Clock { get; }

    public InMemoryJournal<Note, NoteAdded> Journal { get; }

    public NamedJournal Named { get; }

    public async Task AddAsync(string stream, Instant? due = null, params string[] told)
    {
        var version = (await Journal.LoadAsync(new(stream))).Version;
        var outcome = await Journal.AppendAsync(new(
            new($"{stream}/{version}"),
            default,
            new StreamAppend<Note, NoteAdded>(new(stream), version, new(version + 1, stream), due, new NoteAdded(stream, Noon, Noon)),
            [.. told.Select(key => new OutboxRecord(new(stream), "NoteTold", Noon, key))]));
        Assert.Equal(AppendStatus.Appended, outcome.Status);
    }

    public async Task<long> VersionAsync(string stream) => (await Journal.LoadAsync(new(stream))).Version;
}

/// <summary>Due work over notes: appends one, and fails where it is told to.</summary>
internal sealed class NoteWork(IJournal<Note, NoteAdded> journal, NamedJournal named, string prefix = "") : IDueWork
{
    public string Name => "notes:" + prefix;

    public NamedJournal Journal => named;

    public Func<StreamId, Exception?> Fault { get; set; } = static _ => null;

    public Action<IReadOnlyList<DueClaim>> OnWork { get; set; } = static _ => { };

    public bool Owns(StreamId stream) => stream.Value.StartsWith(prefix, StringComparison.Ordinal);

    public async ValueTask<int> WorkAsync(IReadOnlyList<DueClaim> claims, Instant asOf, CancellationToken cancellationToken = default)
    {
        OnWork(claims);
        foreach (var claim in claims)
        {
            if (Fault(claim.Stream) is { } fault) throw fault;
        }

        var done = 0;
        foreach (var claim in claims)
        {
            var loaded = await journal.LoadAsync(claim.Stream, cancellationToken);
            var outcome = await journal.AppendAsync(
                new(
                    new($"due/{claim.Stream.Value}/{loaded.Version}"),
                    default,
                    new StreamAppend<Note, NoteAdded>(claim.Stream, loaded.Version, new(loaded.Version + 1, "due"), null, new NoteAdded("due", asOf, asOf))),
                cancellationToken);
            if (outcome.Status == AppendStatus.Appended) done++;
        }

        return done;
    }
}

/// <summary>A journal that is away when a test says so.</summary>
internal sealed class AwayJournal(IJournal inner) : IJournal
{
    /// <summary>The calls that fail, by name; each is taken off when it has.</summary>
    public HashSet<string> FailOnce { get; } = new(StringComparer.Ordinal);

    public ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default) => At("ClaimDue").ClaimDueAsync(upTo, limit, lease, cancellationToken);

    public ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default) => At("ReleaseDue").ReleaseDueAsync(claim, delay, cancellationToken);

    public ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default) => At("ClaimOutbox").ClaimOutboxAsync(limit, lease, cancellationToken);

    public ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default) => At("Acknowledge").AcknowledgeAsync(claims, cancellationToken);

    public ValueTask<bool> ReleaseOutboxAsync(OutboxClaim claim, Duration delay, CancellationToken cancellationToken = default) => At("ReleaseOutbox").ReleaseOutboxAsync(claim, delay, cancellationToken);

    public ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default) => At("ReturnOutbox").ReturnOutboxAsync(claims, cancellationToken);

    public ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default) => At("SetAside").SetAsideAsync(claim, reason, cancellationToken);

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(long afterPosition, int limit, CancellationToken cancellationToken = default) => At("ListDeadLetters").ListDeadLettersAsync(afterPosition, limit, cancellationToken);

    public ValueTask<bool> RetryDeadLetterAsync(long position, CancellationToken cancellationToken = default) => At("RetryDeadLetter").RetryDeadLetterAsync(position, cancellationToken);

    public ValueTask<bool> DiscardDeadLetterAsync(long position, CancellationToken cancellationToken = default) => At("DiscardDeadLetter").DiscardDeadLetterAsync(position, cancellationToken);

    public ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default) => At("Measure").MeasureAsync(upTo, cancellationToken);

    private IJournal At(string call) => FailOnce.Remove(call)
        ? throw new StoreUnavailableException("The store is away.", new InvalidOperationException("Host=secret;Password=secret"))
        : inner;
}
