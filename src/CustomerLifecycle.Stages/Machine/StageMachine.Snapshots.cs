namespace CustomerLifecycle.Stages;

public sealed partial class StageMachine
{
    /// <summary>Takes a state to be kept.</summary>
    /// <param name="state">The state.</param>
    /// <param name="facts">The state's cells.</param>
    public StageSnapshot Save(in StageState state, ReadOnlySpan<StageValue> facts) => new(Fingerprint, in state, facts);

    /// <summary>Goes on with a state that was kept.</summary>
    /// <param name="saved">What <see cref="Save"/> gave.</param>
    /// <param name="state">The state; a customer who has not started when the snapshot is of another machine.</param>
    /// <param name="facts">The state's cells, overwritten.</param>
    /// <returns>False when the snapshot was taken under other versions: replay the events instead.</returns>
    public bool TryRestore(StageSnapshot saved, out StageState state, Span<StageValue> facts)
    {
        ArgumentNullException.ThrowIfNull(saved);
        CheckCells(facts);
        if (saved.Machine != Fingerprint)
        {
            state = default;
            return false;
        }

        var kept = saved.State;
        state = Copy(in kept);
        saved.Facts.AsSpan().CopyTo(facts);
        return true;
    }
}
