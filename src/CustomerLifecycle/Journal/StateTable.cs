namespace CustomerLifecycle;

/// <summary>A state that an in-memory journal need not keep as an object of its own.</summary>
/// <typeparam name="TState">The state itself.</typeparam>
/// <remarks>Implement it where streams are many and change often: an object that lives until its stream's next append costs the garbage collector more than all else that an append does.</remarks>
public interface ICompactState<TState>
    where TState : class
{
    /// <summary>Makes a table for states of this type.</summary>
    StateTable<TState> NewTable();
}

/// <summary>The states of an in-memory journal's streams, by the number of their stream.</summary>
/// <typeparam name="TState">The state; what is read is equal to what was written, and need not be the same object.</typeparam>
public abstract class StateTable<TState>
    where TState : class
{
    private protected StateTable()
    {
    }

    internal abstract TState this[int number] { get; }

    /// <summary>Adds the state of the stream with the next number.</summary>
    internal abstract void Add(TState state);

    internal abstract void Set(int number, TState state);
}

/// <summary>States as values, side by side. Its two functions run while the journal is locked, and must not throw.</summary>
/// <typeparam name="TState">The state.</typeparam>
/// <typeparam name="TValue">All that a state consists of.</typeparam>
public abstract class StateTable<TState, TValue> : StateTable<TState>
    where TState : class
    where TValue : struct
{
    private readonly BlockList<TValue> _values = new();

    internal sealed override TState this[int number] => ToState(_values[number]);

    /// <summary>Takes a state apart.</summary>
    /// <param name="state">The state.</param>
    protected abstract TValue ToValue(TState state);

    /// <summary>Puts a state together again.</summary>
    /// <param name="value">What <see cref="ToValue"/> gave.</param>
    protected abstract TState ToState(in TValue value);

    internal sealed override void Add(TState state) => _values.Add(ToValue(state));

    internal sealed override void Set(int number, TState state) => _values[number] = ToValue(state);
}

/// <summary>States as they are.</summary>
internal sealed class StateObjects<TState> : StateTable<TState>
    where TState : class
{
    private TState[] _states = new TState[16];
    private int _count;

    internal override TState this[int number] => _states[number];

    internal override void Add(TState state)
    {
        if (_count == _states.Length) Array.Resize(ref _states, _count * 2);
        _states[_count++] = state;
    }

    internal override void Set(int number, TState state) => _states[number] = state;
}
