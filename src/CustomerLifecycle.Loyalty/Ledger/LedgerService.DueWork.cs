namespace CustomerLifecycle.Loyalty;

/// <content>Lapses and ends of holds as due work: what a sweep books, for members that a background has claimed.</content>
public sealed partial class LedgerService : IDueWork
{
    /// <inheritdoc/>
    string IDueWork.Name => LedgerCodec.JournalName;

    /// <inheritdoc/>
    NamedJournal IDueWork.Journal => new(LedgerCodec.JournalName, _journal);

    /// <inheritdoc/>
    bool IDueWork.Owns(StreamId stream) => true;

    /// <inheritdoc/>
    async ValueTask<int> IDueWork.WorkAsync(IReadOnlyList<DueClaim> claims, Instant asOf, CancellationToken cancellationToken)
    {
        var appends = new List<Append<MemberState, Posting>>(claims.Count);
        var booked = new List<IReadOnlyList<Posting>>(claims.Count);
        foreach (var loaded in await _journal.LoadManyAsync([.. claims.Select(static claim => claim.Stream)], cancellationToken).ConfigureAwait(false))
        {
            if (ToSweep(loaded, asOf) is not { } sweep) continue;
            appends.Add(sweep.Append);
            booked.Add(sweep.Postings);
        }

        var outcomes = await _journal.AppendBatchAsync(appends, cancellationToken).ConfigureAwait(false);
        var done = 0;
        long lots = 0;
        decimal points = 0;
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Status != AppendStatus.Appended) continue;
            done++;
            CountSwept(booked[i], ref lots, ref points);
        }

        LedgerTelemetry.Report(new SweepResult(lots, points, isDuplicate: false), _logger);
        return done;
    }
}
