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
        foreach (var loaded in await _journal.LoadManyAsync([.. claims.Select(static claim => claim.Stream)], cancellationToken).ConfigureAwait(false))
        {
            if (ToSweep(loaded, asOf) is { } sweep) appends.Add(sweep.Append);
        }

        var outcomes = await _journal.AppendBatchAsync(appends, cancellationToken).ConfigureAwait(false);
        return outcomes.Count(static outcome => outcome.Status == AppendStatus.Appended);
    }
}
