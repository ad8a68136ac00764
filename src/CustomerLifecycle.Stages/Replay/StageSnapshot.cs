namespace CustomerLifecycle.Stages;

/// <summary>Where one customer is, to be kept: immutable, and small. Means something to the machine that took it only, and to those of the same versions.</summary>
public sealed class StageSnapshot
{
    internal StageSnapshot(RequestHash machine, in StageState state, ReadOnlySpan<StageValue> facts)
    {
        Machine = machine;
        State = StageMachine.Copy(in state);
        Facts = facts.ToArray();
    }

    /// <summary>Stands for the versions that the machine was made of: a snapshot of others is not restored but replayed.</summary>
    public RequestHash Machine { get; }

    /// <summary>The last instant that was applied.</summary>
    public Instant? At => State.At;

    /// <summary>The earliest instant at which time alone may move the customer; null when there is none.</summary>
    public Instant? NextDue => State.NextDue;

    internal StageState State { get; }

    internal StageValue[] Facts { get; }
}
