using CustomerLifecycle.Storage.Conformance;

namespace CustomerLifecycle.Storage.Tests;

/// <summary>The kit is worth something only if it finds what is wrong: each store here breaks one promise.</summary>
public class ConformanceKitTests
{
    public static TheoryData<string> Faults => [.. Broken.Keys];

    private static Dictionary<string, Func<IJournal<Note, NoteAdded>>> Broken { get; } = new(StringComparer.Ordinal)
    {
        ["forgets versions"] = static () => new ForgetsVersions(),
        ["forgets keys"] = static () => new ForgetsKeys(),
        ["takes any request for the same"] = static () => new TakesAnyRequest(),
        ["folds case in keys"] = static () => new FoldsCase(),
        ["writes streams one by one"] = static () => new WritesOneByOne(),
        ["loses the outbox"] = static () => new LosesOutbox(),
        ["loses nanoseconds"] = static () => new LosesNanoseconds(),
        ["reads one record too few"] = static () => new ReadsTooFew(),
        ["lists by UTF-16"] = static () => new ListsByUtf16(),
        ["counts what is due later"] = static () => new ClaimsEarly(),
        ["never ends a lease"] = static () => new NeverEndsLeases(),
        ["lets anybody release"] = static () => new LetsAnybodyRelease(),
        ["tells again what was acknowledged"] = static () => new ForgetsAcknowledgements(),
        ["hands a stream's records out of order"] = static () => new HandsOutOfOrder(),
        ["counts returned claims"] = static () => new CountsReturns(),
        ["loses dead letters"] = static () => new LosesDeadLetters(),
        ["measures too little"] = static () => new MeasuresTooLittle(),
        ["answers a batch in reverse"] = static () => new ReversesBatches(),
        ["ignores cancellation"] = static () => new IgnoresCancellation(),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Kit_FindsTheStoreThat(string fault)
    {
        var broken = new List<string>();
        foreach (var promise in JournalConformance.Names)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await JournalConformance.RunAsync(promise, () => new(Broken[fault]()), patience.Token);
            }
            catch (Exception found) when (found is ConformanceException or OperationCanceledException)
            {
                broken.Add(promise);
                break;
            }
        }

        Assert.NotEmpty(broken);
    }

    [Fact]
    public async Task Run_OfAPromiseThatIsNotThere_SaysWhereTheyAre()
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => JournalConformance.RunAsync("is fast", static () => new(new InMemoryJournal<Note, NoteAdded>(SystemClock.Instance))));

        Assert.Contains("Names", fault.Message, StringComparison.Ordinal);
    }

    private static Append<Note, NoteAdded> Changed(Append<Note, NoteAdded> append, IdempotencyKey? key = null, RequestHash? request = null, IReadOnlyList<StreamAppend<Note, NoteAdded>>? streams = null, bool withOutbox = true) =>
        new(key ?? append.Key, request ?? append.Request, streams ?? append.Streams, withOutbox ? append.Outbox : null);

    private abstract class Wrapped() : DelegatingJournal<Note, NoteAdded>(new InMemoryJournal<Note, NoteAdded>(SystemClock.Instance))
    {
        public override async ValueTask<IReadOnlyList<AppendOutcome<NoteAdded>>> AppendBatchAsync(IReadOnlyList<Append<Note, NoteAdded>> appends, CancellationToken cancellationToken = default)
        {
            var outcomes = new List<AppendOutcome<NoteAdded>>();
            foreach (var append in appends) outcomes.Add(await AppendAsync(append, cancellationToken));
            return outcomes;
        }
    }

    private sealed class ForgetsVersions : Wrapped
    {
        public override async ValueTask<AppendOutcome<NoteAdded>> AppendAsync(Append<Note, NoteAdded> append, CancellationToken cancellationToken = default)
        {
            var parts = new List<StreamAppend<Note, NoteAdded>>();
            foreach (var part in append.Streams) parts.Add(new(part.Stream, (await LoadAsync(part.Stream, cancellationToken)).Version, part.State, part.NextDue, part.Records));
            return await Inner.AppendAsync(Changed(append, streams: parts), cancellationToken);
        }
    }

    private sealed class ForgetsKeys : Wrapped
    {
        private int _calls;

        public override ValueTask<AppendOutcome<NoteAdded>> AppendAsync(Append<Note, NoteAdded> append, CancellationToken cancellationToken = default) =>
            Inner.AppendAsync(Changed(append, new($"{append.Key.Value[..Math.Min(append.Key.Value.Length, 100)]}#{Interlocked.Increment(ref _calls)}")), cancellationToken);
    }

    private sealed class TakesAnyRequest : Wrapped
    {
        public override ValueTask<AppendOutcome<NoteAdded>> AppendAsync(Append<Note, NoteAdded> append, CancellationToken cancellationToken = default) => Inner.AppendAsync(Changed(append, request: default(RequestHash)), cancellationToken);
    }

    private sealed class FoldsCase : Wrapped
    {
        public override ValueTask<AppendOutcome<NoteAdded>> AppendAsync(Append<Note, NoteAdded> append, CancellationToken cancellationToken = default) =>
            Inner.AppendAsync(Changed(append, new(append.Key.Value.ToUpperInvariant())), cancellationToken);
    }

    private sealed class WritesOneByOne : Wrapped
    {
        public override async ValueTask<AppendOutcome<NoteAdded>> AppendAsync(Append<Note, NoteAdded> append, CancellationToken cancellationToken = default)
        {
            if (append.Streams.Count == 1) return await Inner.AppendAsync(append, cancellationToken);
            var outcome = default(AppendOutcome<NoteAdded>);
            for (var i = 0; i < append.Streams.Count; i++)
            {
                outcome = await Inner.AppendAsync(new(new($"{append.Key.Value}/{i}"), append.Request, append.Streams[i]), cancellationToken);
                if (!outcome.IsStored) return outcome;
            }

            return outcome;
        }
    }

    private sealed class LosesOutbox : Wrapped
    {
        public override ValueTask<AppendOutcome<NoteAdded>> AppendAsync(Append<Note, NoteAdded> append, CancellationToken cancellationToken = default) => Inner.AppendAsync(Changed(append, withOutbox: false), cancellationToken);
    }

    private sealed class LosesNanoseconds : Wrapped
    {
        public override ValueTask<AppendOutcome<NoteAdded>> AppendAsync(Append<Note, NoteAdded> append, CancellationToken cancellationToken = default)
        {
            var parts = append.Streams.Select(static part => new StreamAppend<Note, NoteAdded>(
                part.Stream, part.ExpectedVersion, part.State, part.NextDue is { } due ? Instant.FromUnixTimeTicks(due.ToUnixTimeTicks()) : null, part.Records));
            return Inner.AppendAsync(Changed(append, streams: [.. parts]), cancellationToken);
        }
    }

    private sealed class ReadsTooFew : Wrapped
    {
        public override async ValueTask<IReadOnlyList<Recorded<NoteAdded>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
            [.. (await Inner.ReadAsync(stream, afterVersion, limit, cancellationToken)).Skip(afterVersion > 0 ? 1 : 0)];
    }

    private sealed class ListsByUtf16 : Wrapped
    {
        public override async ValueTask<IReadOnlyList<Loaded<Note>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default) =>
            [.. (await Inner.ListAsync(null, JournalLimits.MaxPage, cancellationToken))
                .OrderBy(static loaded => loaded.Stream.Value, StringComparer.Ordinal)
                .Where(loaded => after is not { } last || string.CompareOrdinal(loaded.Stream.Value, last.Value) > 0)
                .Take(limit)];
    }

    private sealed class ClaimsEarly : Wrapped
    {
        public override ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default) =>
            Inner.ClaimDueAsync(upTo + Duration.FromSeconds(1), limit, lease, cancellationToken);
    }

    private sealed class NeverEndsLeases : Wrapped
    {
        public override async ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default) =>
            [.. (await Inner.ClaimOutboxAsync(limit, JournalLimits.MaxLease, cancellationToken)).Select(claim => new OutboxClaim(claim.Position, claim.Version, claim.Record, claim.Attempt, SystemClock.Instance.GetCurrentInstant() + lease, claim.Fence))];
    }

    private sealed class LetsAnybodyRelease : Wrapped
    {
        public override async ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default)
        {
            await Inner.ReleaseDueAsync(claim, delay, cancellationToken);
            return true;
        }
    }

    private sealed class ForgetsAcknowledgements : Wrapped
    {
        public override async ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
        {
            foreach (var claim in claims) await ReleaseOutboxAsync(claim, Duration.Zero, cancellationToken);
        }
    }

    private sealed class HandsOutOfOrder : Wrapped
    {
        private readonly List<OutboxClaim> _kept = [];

        public override async ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default)
        {
            _kept.AddRange(await Inner.ClaimOutboxAsync(JournalLimits.MaxBatch, lease, cancellationToken));
            var claims = _kept.Take(limit).ToList();
            _kept.RemoveRange(0, claims.Count);
            return claims;
        }
    }

    private sealed class CountsReturns : Wrapped
    {
        public override async ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
        {
            foreach (var claim in claims) await ReleaseOutboxAsync(claim, Duration.Zero, cancellationToken);
        }
    }

    private sealed class LosesDeadLetters : Wrapped
    {
        public override async ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default)
        {
            await Inner.AcknowledgeAsync([claim], cancellationToken);
            return true;
        }
    }

    private sealed class MeasuresTooLittle : Wrapped
    {
        public override async ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default)
        {
            var backlog = await Inner.MeasureAsync(upTo, cancellationToken);
            return new(backlog.StoreTime, backlog.DueStreams - 1, backlog.EarliestDue, backlog.OutboxRecords - 1, backlog.OldestOutbox, backlog.DeadLetters);
        }
    }

    private sealed class ReversesBatches : Wrapped
    {
        public override async ValueTask<IReadOnlyList<AppendOutcome<NoteAdded>>> AppendBatchAsync(IReadOnlyList<Append<Note, NoteAdded>> appends, CancellationToken cancellationToken = default) =>
            [.. (await base.AppendBatchAsync(appends, cancellationToken)).Reverse()];
    }

    private sealed class IgnoresCancellation : Wrapped
    {
        public override ValueTask<AppendOutcome<NoteAdded>> AppendAsync(Append<Note, NoteAdded> append, CancellationToken cancellationToken = default) => Inner.AppendAsync(append, CancellationToken.None);
    }
}
