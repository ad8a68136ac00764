namespace CustomerLifecycle.Loyalty;

/// <summary>What a sweep has claimed, handed to its workers in portions: one claim at a time, so that they do not search the store for due members past each other's, and the next one while they work.</summary>
/// <param name="journal">The ledger.</param>
/// <param name="upTo">What is due by then.</param>
/// <param name="lease">How long others keep away.</param>
/// <param name="workers">How many share it.</param>
internal sealed class SweepClaims(IJournal<MemberState, Posting> journal, Instant upTo, Duration lease, int workers) : IDisposable
{
    private const int LeastClaimed = 1_000;
    private const int LeastPortion = 250;

    private readonly int _portion = Math.Max(LeastPortion, LeastClaimed / workers);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyList<DueClaim> _claimed = [];
    private Task<IReadOnlyList<DueClaim>>? _next;
    private int _taken;

    /// <summary>The next portion; empty when nothing is due that nobody else has.</summary>
    public async ValueTask<IReadOnlyList<DueClaim>> NextAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_taken == _claimed.Count)
            {
                var claiming = _next ?? ClaimAsync(cancellationToken);
                (_next, _claimed, _taken) = (null, [], 0);
                _claimed = await claiming.ConfigureAwait(false);
            }

            var portion = new DueClaim[Math.Min(_portion, _claimed.Count - _taken)];
            for (var i = 0; i < portion.Length; i++) portion[i] = _claimed[_taken++];
            if (_taken > _portion && 2 * _taken >= _claimed.Count) _next ??= ClaimAsync(cancellationToken);
            return portion;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives back what no worker took, and waits for a claim that is under way.</summary>
    public async ValueTask EndAsync()
    {
        try
        {
            while (_taken < _claimed.Count) await GiveBackAsync(_claimed[_taken++]).ConfigureAwait(false);
            if (_next is not { } claiming) return;
            foreach (var claim in await claiming.ConfigureAwait(false)) await GiveBackAsync(claim).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreException or OperationCanceledException)
        {
            // What made it fail has ended a worker, too, or the sweep is over without it: these members are free when the lease is over.
        }
    }

    private async ValueTask GiveBackAsync(DueClaim claim) => await journal.ReleaseDueAsync(claim, Duration.Zero, CancellationToken.None).ConfigureAwait(false);

    public void Dispose() => _turn.Dispose();

    private Task<IReadOnlyList<DueClaim>> ClaimAsync(CancellationToken cancellationToken) =>
        journal.ClaimDueAsync(upTo, Math.Min(Math.Max(LeastClaimed, workers * _portion), JournalLimits.MaxBatch), lease, cancellationToken).AsTask();
}
