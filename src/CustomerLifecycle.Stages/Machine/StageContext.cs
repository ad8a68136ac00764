namespace CustomerLifecycle.Stages;

/// <summary>What a <see cref="StagePredicate"/> may look at.</summary>
public readonly ref struct StageContext
{
    private readonly StageMachine _machine;
    private readonly StageState _state;
    private readonly ReadOnlySpan<StageValue> _facts;
    private readonly StageSignal _signal;
    private readonly long _now;

    internal StageContext(StageMachine machine, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal, long now)
    {
        _machine = machine;
        _state = state;
        _facts = facts;
        _signal = signal;
        _now = now;
    }

    /// <summary>The instant of judgement: of the event, or at which the timer is due.</summary>
    public Instant Now => StageTime.InstantOf(_now);

    /// <summary>The stage that the customer is in.</summary>
    public string Stage => _machine.Versions[_state.Version].StageIds[_state.Leaf];

    /// <summary>When that stage was entered.</summary>
    public Instant EnteredAt => StageTime.InstantOf(_state.EnteredTicks);

    /// <summary>The value of a declared fact, the event being applied included.</summary>
    /// <param name="name">The fact's name.</param>
    /// <exception cref="ArgumentException">The model declares no such fact.</exception>
    public StageValue Fact(string name) => StageMachine.FactValue(_machine.Versions[_state.Version], name, in _state, _facts, _now);

    /// <summary>A field of the event being applied; nothing in a timer.</summary>
    /// <param name="name">The field's name: one that the guard said it reads.</param>
    public StageValue EventField(string name) => _machine.FieldOf(in _signal, name);
}
