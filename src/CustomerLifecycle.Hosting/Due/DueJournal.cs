using Microsoft.Extensions.Logging;

namespace CustomerLifecycle.Hosting;

/// <summary>One journal with all the due work over it: claims, hands out, gives back.</summary>
internal sealed class DueJournal(NamedJournal journal, IDueWork[] works, HostingOptions options, ILogger logger)
{
    // Claims that this host does no more with: streams of nobody here, and what was under way when the store went away. Given back as soon as may be, instead of waiting for their lease to end.
    private readonly List<DueClaim> _left = [];

    public async ValueTask<DuePass> RunAsync(Instant? asOf, CancellationToken cancellationToken)
    {
        using var activity = HostingTelemetry.Activities.StartActivity("DuePass");
        activity?.SetTag("journal", journal.Name);
        await GiveBackAsync(cancellationToken).ConfigureAwait(false);
        var backlog = await journal.Journal.MeasureAsync(null, cancellationToken).ConfigureAwait(false);
        HostingTelemetry.Measured(journal.Name, backlog);
        var upTo = asOf < backlog.StoreTime ? asOf.GetValueOrDefault() : backlog.StoreTime;

        var pass = new DuePass(0, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            var claims = await journal.Journal.ClaimDueAsync(upTo, options.DueBatch, options.Lease, CancellationToken.None).ConfigureAwait(false);
            if (claims.Count == 0) break;
            pass += await WorkAsync(claims, upTo).ConfigureAwait(false);
        }

        // Not before the end, or this pass would claim them again at once; and without a delay, so that their owners find them at their next look.
        await GiveBackAsync(CancellationToken.None).ConfigureAwait(false);
        activity?.SetTag("done", pass.Done);
        activity?.SetTag("failed", pass.Failed);
        return pass;
    }

    private async ValueTask<DuePass> WorkAsync(IReadOnlyList<DueClaim> claims, Instant upTo)
    {
        var open = new HashSet<DueClaim>(claims);
        try
        {
            var pass = new DuePass(0, 0);
            foreach (var claimed in claims.GroupBy(claim => Array.Find(works, work => work.Owns(claim.Stream))))
            {
                if (claimed.Key is { } work) pass += await WorkAsync(work, [.. claimed], open, upTo).ConfigureAwait(false);
                else HostingTelemetry.LogUnowned(logger, journal.Name, claimed.Count());
            }

            return pass;
        }
        finally
        {
            _left.AddRange(open);
        }
    }

    // What was tried before may be what made the batch fail, or the host die: it goes alone.
    private async ValueTask<DuePass> WorkAsync(IDueWork work, DueClaim[] claims, HashSet<DueClaim> open, Instant upTo)
    {
        var alone = claims.Where(static claim => claim.Attempt > 1).ToList();
        var together = claims.Where(static claim => claim.Attempt == 1).ToList();
        var pass = new DuePass(0, 0);
        if (together.Count > 0)
        {
            try
            {
                pass += Counted(work, await work.WorkAsync(together, upTo, CancellationToken.None).ConfigureAwait(false), 0);
                open.ExceptWith(together);
            }
#pragma warning disable CA1031 // Whatever a package throws concerns some of these streams: each is tried alone, and reported then.
            catch (Exception fault) when (fault is not StoreException { IsTransient: true })
#pragma warning restore CA1031
            {
                HostingTelemetry.LogBatchFailed(logger, work.Name, together.Count, HostingTelemetry.NameOf(fault));
                alone.AddRange(together);
            }
        }

        foreach (var claim in alone)
        {
            pass += await WorkAloneAsync(work, claim, upTo).ConfigureAwait(false);
            open.Remove(claim);
        }

        return pass;
    }

    private async ValueTask<DuePass> WorkAloneAsync(IDueWork work, DueClaim claim, Instant upTo)
    {
        try
        {
            return Counted(work, await work.WorkAsync([claim], upTo, CancellationToken.None).ConfigureAwait(false), 0);
        }
#pragma warning disable CA1031 // As above; a store that is away throws again when the claim is given back.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            var delay = options.DelayAfter(claim.Attempt);
            HostingTelemetry.LogDueFailed(logger, work.Name, claim.Stream, HostingTelemetry.NameOf(fault), claim.Attempt, delay);
            await journal.Journal.ReleaseDueAsync(claim, delay).ConfigureAwait(false);
            return Counted(work, 0, 1);
        }
    }

    private async ValueTask GiveBackAsync(CancellationToken cancellationToken)
    {
        while (_left.Count > 0)
        {
            await journal.Journal.ReleaseDueAsync(_left[_left.Count - 1], Duration.Zero, cancellationToken).ConfigureAwait(false);
            _left.RemoveAt(_left.Count - 1);
        }
    }

    private static DuePass Counted(IDueWork work, int done, int failed)
    {
        HostingTelemetry.CountDue(work.Name, done, failed);
        return new(done, failed);
    }
}
