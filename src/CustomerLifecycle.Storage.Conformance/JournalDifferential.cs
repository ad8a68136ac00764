using static CustomerLifecycle.Storage.Conformance.Notes;

namespace CustomerLifecycle.Storage.Conformance;

/// <summary>Compares a store with the in-memory journal, operation by operation, on random sequences with faults in between.</summary>
/// <remarks>
/// Few streams and few keys, so that operations meet: appends to one and to several streams at right and wrong versions, keys used again with the same request and with
/// another, batches, claims that are given back, ended by appends or come too late. A fault is a call whose answer the host never sees, so that it asks again.
/// </remarks>
public sealed class JournalDifferential
{
    private static readonly Duration Lease = Duration.FromHours(1);

    private readonly Random _random;
    private readonly IJournal<Note, NoteAdded> _tested;
    private readonly InMemoryJournal<Note, NoteAdded> _specified = new(SystemClock.Instance);
    private readonly List<(DueClaim Tested, DueClaim Specified)> _due = [];
    private readonly List<(OutboxClaim Tested, OutboxClaim Specified)> _outbox = [];
    private readonly List<Append<Note, NoteAdded>> _asked = [];
    private int _written;

    private JournalDifferential(int seed, IJournal<Note, NoteAdded> tested)
    {
#pragma warning disable CA5394 // A seeded generator is the point: the same seed gives the same sequence.
        _random = new(seed);
#pragma warning restore CA5394
        _tested = tested;
    }

    /// <summary>Runs one sequence.</summary>
    /// <param name="seed">The same seed gives the same sequence.</param>
    /// <param name="operations">How many operations.</param>
    /// <param name="open">Opens a store that is empty. Called once; what it gives is disposed of when it can be.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ConformanceException">The store answers otherwise than the specification. The message names the seed and the operation.</exception>
    public static async Task RunAsync(int seed, int operations, Func<ValueTask<IJournal<Note, NoteAdded>>> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        var journal = await open().ConfigureAwait(false);
        try
        {
            var run = new JournalDifferential(seed, journal);
            for (var i = 0; i < operations; i++)
            {
                try
                {
                    await run.StepAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (ConformanceException broken)
                {
                    throw new ConformanceException($"Seed {seed}, operation {i}: {broken.Message}");
                }
            }

            await run.CompareEverythingAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await Closing.CloseAsync(journal).ConfigureAwait(false);
        }
    }

    private Task StepAsync(CancellationToken cancel) => Below(14) switch
    {
        < 5 => AppendAsync(cancel),
        5 => AppendBatchAsync(cancel),
        6 => CompareStreamsAsync(cancel),
        7 => FindAsync(cancel),
        8 => ClaimDueAsync(cancel),
        9 => ReleaseDueAsync(cancel),
        10 => ClaimOutboxAsync(cancel),
        11 => EndDeadLetterAsync(cancel),
        12 => MeasureAsync(cancel),
        _ => EndOutboxAsync(cancel),
    };

    private async Task AppendAsync(CancellationToken cancel)
    {
        var append = await NextAppendAsync(cancel).ConfigureAwait(false);
        if (Below(10) == 0)
        {
            // The answer is lost on its way: the host says the same again.
            await _tested.AppendAsync(append, cancel).ConfigureAwait(false);
            await _specified.AppendAsync(append, cancel).ConfigureAwait(false);
        }

        Compare(await _specified.AppendAsync(append, cancel).ConfigureAwait(false), await _tested.AppendAsync(append, cancel).ConfigureAwait(false), "append");
    }

    private async Task AppendBatchAsync(CancellationToken cancel)
    {
        var batch = new List<Append<Note, NoteAdded>>();
        for (var n = Below(6); n >= 0; n--) batch.Add(await NextAppendAsync(cancel).ConfigureAwait(false));
        var specified = await _specified.AppendBatchAsync(batch, cancel).ConfigureAwait(false);
        var tested = await _tested.AppendBatchAsync(batch, cancel).ConfigureAwait(false);
        Expect.Equal(specified.Count, tested.Count, "outcomes of a batch");
        for (var i = 0; i < specified.Count; i++) Compare(specified[i], tested[i], $"append {i} of a batch");
    }

    private async Task CompareStreamsAsync(CancellationToken cancel)
    {
        var streams = Enumerable.Range(0, 1 + Below(4)).Select(_ => AnyStream()).ToList();
        var specified = await _specified.LoadManyAsync(streams, cancel).ConfigureAwait(false);
        var tested = await _tested.LoadManyAsync(streams, cancel).ConfigureAwait(false);
        Expect.Items([.. specified.Select(Words)], [.. tested.Select(Words)], "loaded streams");

        var (after, limit) = (Below(4), 1 + Below(5));
        Expect.Items(
            [.. (await _specified.ReadAsync(streams[0], after, limit, cancel).ConfigureAwait(false)).Select(Words)],
            [.. (await _tested.ReadAsync(streams[0], after, limit, cancel).ConfigureAwait(false)).Select(Words)],
            "records of a stream");
    }

    private async Task FindAsync(CancellationToken cancel)
    {
        var key = Key($"k{Below(_written + 2)}");
        Compare(await _specified.FindAsync(key, cancel).ConfigureAwait(false), await _tested.FindAsync(key, cancel).ConfigureAwait(false), "commit");
    }

    private async Task ClaimDueAsync(CancellationToken cancel)
    {
        var (upTo, limit) = (AnyInstant(), 1 + Below(3));
        var specified = await _specified.ClaimDueAsync(upTo, limit, Lease, cancel).ConfigureAwait(false);
        var tested = await _tested.ClaimDueAsync(upTo, limit, Lease, cancel).ConfigureAwait(false);
        Expect.Items([.. specified.Select(Words)], [.. tested.Select(Words)], "claims of due streams");
        for (var i = 0; i < tested.Count; i++) _due.Add((tested[i], specified[i]));
    }

    private async Task ReleaseDueAsync(CancellationToken cancel)
    {
        if (_due.Count == 0) return;
        var (tested, specified) = _due[Below(_due.Count)];
        Expect.Equal(
            await _specified.ReleaseDueAsync(specified, Duration.Zero, cancel).ConfigureAwait(false),
            await _tested.ReleaseDueAsync(tested, Duration.Zero, cancel).ConfigureAwait(false),
            $"giving back the claim of '{tested.Stream.Value}' at version {tested.Version}");
    }

    private async Task ClaimOutboxAsync(CancellationToken cancel)
    {
        var limit = 1 + Below(4);
        var specified = await _specified.ClaimOutboxAsync(limit, Lease, cancel).ConfigureAwait(false);
        var tested = await _tested.ClaimOutboxAsync(limit, Lease, cancel).ConfigureAwait(false);
        Expect.Items([.. specified.Select(Words)], [.. tested.Select(Words)], "claims of the outbox");
        for (var i = 0; i < tested.Count; i++) _outbox.Add((tested[i], specified[i]));
    }

    private async Task EndOutboxAsync(CancellationToken cancel)
    {
        if (_outbox.Count == 0) return;
        var (tested, specified) = _outbox[Below(_outbox.Count)];
        switch (Below(6))
        {
            case < 2:
                await _tested.AcknowledgeAsync([tested], cancel).ConfigureAwait(false);
                await _specified.AcknowledgeAsync([specified], cancel).ConfigureAwait(false);
                break;
            case 2:
                await _tested.ReturnOutboxAsync([tested], cancel).ConfigureAwait(false);
                await _specified.ReturnOutboxAsync([specified], cancel).ConfigureAwait(false);
                break;
            case 3:
                Expect.Equal(
                    await _specified.SetAsideAsync(specified, "failed", cancel).ConfigureAwait(false),
                    await _tested.SetAsideAsync(tested, "failed", cancel).ConfigureAwait(false),
                    $"setting aside the outbox record '{tested.Record.Key}'");
                break;
            default:
                Expect.Equal(
                    await _specified.ReleaseOutboxAsync(specified, Duration.Zero, cancel).ConfigureAwait(false),
                    await _tested.ReleaseOutboxAsync(tested, Duration.Zero, cancel).ConfigureAwait(false),
                    $"giving back the outbox record '{tested.Record.Key}'");
                break;
        }
    }

    private async Task EndDeadLetterAsync(CancellationToken cancel)
    {
        var specified = await _specified.ListDeadLettersAsync(0, 100, cancel).ConfigureAwait(false);
        var tested = await _tested.ListDeadLettersAsync(0, 100, cancel).ConfigureAwait(false);
        Expect.Items([.. specified.Select(Words)], [.. tested.Select(Words)], "dead letters");
        if (tested.Count == 0) return;
        var chosen = Below(tested.Count);
        if (Below(3) == 0)
        {
            await _specified.DiscardDeadLetterAsync(specified[chosen].Position, cancel).ConfigureAwait(false);
            Expect.True(await _tested.DiscardDeadLetterAsync(tested[chosen].Position, cancel).ConfigureAwait(false), "a dead letter is discarded");
        }
        else
        {
            await _specified.RetryDeadLetterAsync(specified[chosen].Position, cancel).ConfigureAwait(false);
            Expect.True(await _tested.RetryDeadLetterAsync(tested[chosen].Position, cancel).ConfigureAwait(false), "a dead letter is put back");
        }
    }

    private async Task MeasureAsync(CancellationToken cancel)
    {
        var upTo = AnyInstant();
        var specified = await _specified.MeasureAsync(upTo, cancel).ConfigureAwait(false);
        var tested = await _tested.MeasureAsync(upTo, cancel).ConfigureAwait(false);
        Expect.Equal(
            (specified.DueStreams, specified.EarliestDue, specified.OutboxRecords, specified.DeadLetters),
            (tested.DueStreams, tested.EarliestDue, tested.OutboxRecords, tested.DeadLetters),
            "backlog");
    }

    private async Task CompareEverythingAsync(CancellationToken cancel)
    {
        var specified = await _specified.ListAsync(null, JournalLimits.MaxPage, cancel).ConfigureAwait(false);
        var tested = await _tested.ListAsync(null, JournalLimits.MaxPage, cancel).ConfigureAwait(false);
        Expect.Items([.. specified.Select(Words)], [.. tested.Select(Words)], "streams at the end");
        foreach (var stream in specified)
        {
            Expect.Items(
                [.. (await _specified.AllAsync(stream.Stream, cancel).ConfigureAwait(false)).Select(Words)],
                [.. (await _tested.AllAsync(stream.Stream, cancel).ConfigureAwait(false)).Select(Words)],
                "records at the end");
        }
    }

    private async Task<Append<Note, NoteAdded>> NextAppendAsync(CancellationToken cancel)
    {
        if (_asked.Count > 0 && Below(8) == 0) return _asked[Below(_asked.Count)];

        var parts = new List<StreamAppend<Note, NoteAdded>>();
        var outbox = new List<OutboxRecord>();
        var key = Below(10) == 0 ? $"k{Below(_written + 1)}" : $"k{_written++}";
        foreach (var stream in Enumerable.Range(0, 1 + (Below(3) * Below(2))).Select(_ => AnyStream()).Distinct())
        {
            var version = (await _specified.LoadAsync(stream, cancel).ConfigureAwait(false)).Version;
            if (Below(6) == 0) version = Math.Max(0, version + Below(3) - 1);
            var records = Enumerable.Range(0, 1 + (Below(3) * Below(2))).Select(n => new NoteAdded($"{key}/{n}", AnyInstant(), AnyInstant(), "note", Below(3) == 0 ? null : Below(1_000) / 8m)).ToArray();
            parts.Add(new(stream, version, new(version + records.Length, key), Below(3) == 0 ? null : AnyInstant(), records));
            for (var n = Below(3); n > 0; n--) outbox.Add(new(stream, "NoteTold", AnyInstant(), $"{key}/{stream.Value}/{n}", PropertyBag.Of("n", n)));
        }

        var request = Request($"{key} {Below(2)}");
        var append = parts.Count == 1 && Below(3) == 0
            ? new Append<Note, NoteAdded>(Key(key), request, parts[0], NoteProjection.Instance)
            : new Append<Note, NoteAdded>(Key(key), request, parts, outbox);
        _asked.Add(append);
        return append;
    }

    private StreamId AnyStream() => Stream($"s{Below(6)}");

    private Instant AnyInstant() => Noon + Duration.FromHours(Below(48)) + Duration.FromNanoseconds(Below(3));

#pragma warning disable CA5394 // As above.
    private int Below(int limit) => _random.Next(limit);
#pragma warning restore CA5394

    private static void Compare(AppendOutcome<NoteAdded> specified, AppendOutcome<NoteAdded> tested, string what)
    {
        Expect.Equal(specified.Status, tested.Status, $"status of {what}");
        Expect.Equal(specified.Mismatch, tested.Mismatch, $"mismatch of {what}");
        Compare(specified.First, tested.First, $"first result of {what}");
    }

    private static void Compare(Commit<NoteAdded>? specified, Commit<NoteAdded>? tested, string what)
    {
        Expect.Equal(specified is null, tested is null, $"whether there is no {what}");
        if (specified is null || tested is null) return;
        Expect.Equal(specified.Request, tested.Request, $"request of {what}");
        Expect.Items([.. specified.Records.Select(Words)], [.. tested.Records.Select(Words)], $"records of {what}");
    }

    private static string Words(Loaded<Note> loaded) => $"'{loaded.Stream.Value}' at version {loaded.Version}: {loaded.State}";

    private static string Words(Recorded<NoteAdded> recorded) => $"'{recorded.Stream.Value}' version {recorded.Version} under '{recorded.Key.Value}': {recorded.Record}";

    private static string Words(DueClaim claim) => $"'{claim.Stream.Value}' due {claim.Due} at version {claim.Version}, attempt {claim.Attempt}";

    private static string Words(OutboxClaim claim) => $"'{claim.Record.Key}' of '{claim.Record.Stream.Value}' at version {claim.Version}, attempt {claim.Attempt}, {PropertyBagJson.ToText(claim.Record.Properties)}";

    private static string Words(DeadLetter letter) => $"'{letter.Record.Key}' of '{letter.Record.Stream.Value}' at version {letter.Version}, attempts {letter.Attempts}, {letter.Reason}";
}
