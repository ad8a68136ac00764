using System.Diagnostics.CodeAnalysis;

namespace CustomerLifecycle;

/// <summary>What would happen, or why it may not: the answer of every <c>Decide…</c>.</summary>
/// <typeparam name="T">What is to be appended when the decision is taken.</typeparam>
/// <remarks>A business "no" is a value, never an exception. <c>default</c> is neither: reading it throws.</remarks>
public readonly record struct Decision<T>
    where T : notnull
{
    private readonly T? _value;

    private Decision(T? value, Refusal? refusal)
    {
        _value = value;
        Refusal = refusal;
    }

    /// <summary>Why it was refused; null when it was accepted.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Whether it was accepted, so that <see cref="Value"/> can be read.</summary>
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Refusal is null;

    /// <summary>What would happen.</summary>
    /// <exception cref="InvalidOperationException">It was refused: look at <see cref="Refusal"/> first.</exception>
    public T Value => Refusal is null
        ? _value ?? throw new InvalidOperationException("This decision was never made: it is default(Decision<T>).")
        : throw new InvalidOperationException($"Refused with {Refusal.Code}: check IsAccepted, then read Refusal.");

    /// <summary>Accepts.</summary>
    /// <param name="value">What would happen.</param>
    public static Decision<T> Accept(T value) => new(value, null);

    /// <summary>Refuses.</summary>
    /// <param name="refusal">Why.</param>
    public static Decision<T> Refuse(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new(default, refusal);
    }

    /// <summary>Accepts.</summary>
    /// <param name="value">What would happen.</param>
    [SuppressMessage("Usage", "CA2225", Justification = "Accept is the named alternative.")]
    public static implicit operator Decision<T>(T value) => Accept(value);

    /// <summary>Refuses.</summary>
    /// <param name="refusal">Why.</param>
    [SuppressMessage("Usage", "CA2225", Justification = "Refuse is the named alternative.")]
    public static implicit operator Decision<T>(Refusal refusal) => Refuse(refusal);
}
