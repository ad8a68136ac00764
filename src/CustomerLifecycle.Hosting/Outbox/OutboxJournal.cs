using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace CustomerLifecycle.Hosting;

/// <summary>One journal's outbox: claims, tells stream by stream, acknowledges, gives back.</summary>
internal sealed class OutboxJournal(NamedJournal journal, IOutboxHandler handler, HostingOptions options, ILogger logger)
{
    // Told, and the store was away when it was to hear of it: acknowledged before anything else is told.
    private readonly List<OutboxClaim> _unacknowledged = [];

    public async ValueTask<OutboxPass> RunAsync(CancellationToken cancellationToken)
    {
        using var activity = HostingTelemetry.Activities.StartActivity("OutboxPass");
        activity?.SetTag("journal", journal.Name);
        await AcknowledgeAsync().ConfigureAwait(false);
        HostingTelemetry.Measured(journal.Name, await journal.Journal.MeasureAsync(null, cancellationToken).ConfigureAwait(false));

        var pass = new OutboxPass(0, 0, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            var batch = new Batch(Stopwatch.StartNew());
            var claims = await journal.Journal.ClaimOutboxAsync(options.OutboxBatch, options.Lease, CancellationToken.None).ConfigureAwait(false);
            if (claims.Count == 0) break;
            try
            {
                await TellAsync(claims, batch, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _unacknowledged.AddRange(batch.Told);
            }

            await AcknowledgeAsync().ConfigureAwait(false);
            if (!batch.Untried.IsEmpty) await journal.Journal.ReturnOutboxAsync([.. batch.Untried], CancellationToken.None).ConfigureAwait(false);
            HostingTelemetry.CountOutbox(journal.Name, batch.Told.Count, batch.Failed, batch.SetAside);
            pass += new OutboxPass(batch.Told.Count, batch.Failed, batch.SetAside);
        }

        activity?.SetTag("told", pass.Told);
        activity?.SetTag("failed", pass.Failed);
        return pass;
    }

    private Task TellAsync(IReadOnlyList<OutboxClaim> claims, Batch batch, CancellationToken cancellationToken)
    {
        var streams = new ConcurrentQueue<OutboxClaim[]>(claims.GroupBy(static claim => claim.Record.Stream).Select(static stream => stream.ToArray()));
        return Task.WhenAll(Enumerable.Range(0, Math.Min(options.OutboxConcurrency, streams.Count)).Select(_ => TellStreamsAsync()));

        async Task TellStreamsAsync()
        {
            while (streams.TryDequeue(out var stream)) await TellStreamAsync(stream, batch, cancellationToken).ConfigureAwait(false);
        }
    }

    // In order, to the first that cannot be told now; what follows it goes back untried.
    private async Task TellStreamAsync(OutboxClaim[] stream, Batch batch, CancellationToken cancellationToken)
    {
        for (var i = 0; i < stream.Length; i++)
        {
            if (!await TryTellAsync(stream[i], batch, cancellationToken).ConfigureAwait(false))
            {
                for (var rest = i + 1; rest < stream.Length; rest++) batch.Untried.Add(stream[rest]);
                return;
            }
        }
    }

    private async Task<bool> TryTellAsync(OutboxClaim claim, Batch batch, CancellationToken cancellationToken)
    {
        // Half the lease to begin in, and half for each message: what is told is this host's to the end, by its own stopwatch.
        if (cancellationToken.IsCancellationRequested || batch.Elapsed.Elapsed >= options.HalfLease)
        {
            batch.Untried.Add(claim);
            return false;
        }

        // Nobody has said what came of its last attempt: it is what ends hosts, or outstays every lease.
        if (claim.Attempt > options.MaxAttempts) return await SetAsideAsync(claim, DeadLetter.Abandoned, batch).ConfigureAwait(false);

        Refusal? refusal;
        try
        {
            refusal = await HandleAsync(new(journal.Name, claim), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            batch.Untried.Add(claim);
            return false;
        }
#pragma warning disable CA1031 // Whatever the host's handler throws is a failed attempt.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return await FailAsync(claim, fault, batch).ConfigureAwait(false);
        }

        if (refusal is not null) return await SetAsideAsync(claim, refusal.Code, batch).ConfigureAwait(false);
        batch.Told.Add(claim);
        return true;
    }

    // On a thread of its own, and left behind when its time is over: a handler that blocks, or does not heed its token, holds up its own message only.
    private async Task<Refusal?> HandleAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = new CancellationTokenSource();
        var handling = Task.Run(() => handler.HandleAsync(message, stop.Token).AsTask(), CancellationToken.None);
        if (await Task.WhenAny(handling, Task.Delay(options.HalfLease, ended.Token)).ConfigureAwait(false) == handling)
        {
            ended.Cancel();
            return await handling.ConfigureAwait(false);
        }

        stop.Cancel();
        throw new TimeoutException("The handler took more than half of LeaseSeconds for one message.");
    }

    private async Task<bool> FailAsync(OutboxClaim claim, Exception fault, Batch batch)
    {
        if (claim.Attempt >= options.MaxAttempts) return await SetAsideAsync(claim, HostingTelemetry.NameOf(fault), batch).ConfigureAwait(false);
        var delay = options.DelayAfter(claim.Attempt);
        HostingTelemetry.LogTellingFailed(logger, journal.Name, claim.Record.Kind, claim.Record.Stream, HostingTelemetry.NameOf(fault), claim.Attempt, delay);
        await journal.Journal.ReleaseOutboxAsync(claim, delay).ConfigureAwait(false);
        batch.CountFailed();
        return false;
    }

    // False when the claim is lost to another host, which will tell what follows, too.
    private async Task<bool> SetAsideAsync(OutboxClaim claim, string reason, Batch batch)
    {
        if (reason.Length > JournalLimits.MaxReasonLength) reason = reason.Substring(0, JournalLimits.MaxReasonLength);
        if (!await journal.Journal.SetAsideAsync(claim, reason).ConfigureAwait(false)) return false;
        HostingTelemetry.LogSetAside(logger, journal.Name, claim.Record.Kind, claim.Record.Stream, claim.Position, reason);
        batch.CountSetAside();
        return true;
    }

    private async ValueTask AcknowledgeAsync()
    {
        if (_unacknowledged.Count == 0) return;
        await journal.Journal.AcknowledgeAsync(_unacknowledged, CancellationToken.None).ConfigureAwait(false);
        _unacknowledged.Clear();
    }

    private sealed class Batch(Stopwatch elapsed)
    {
        private int _failed;
        private int _setAside;

        public Stopwatch Elapsed { get; } = elapsed;

        public ConcurrentBag<OutboxClaim> Told { get; } = [];

        public ConcurrentBag<OutboxClaim> Untried { get; } = [];

        public int Failed => _failed;

        public int SetAside => _setAside;

        public void CountFailed() => Interlocked.Increment(ref _failed);

        public void CountSetAside() => Interlocked.Increment(ref _setAside);
    }
}
