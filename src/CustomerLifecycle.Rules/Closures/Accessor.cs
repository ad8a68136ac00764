namespace CustomerLifecycle.Rules;

/// <summary>How one attribute of a host's type is read: typed, without reflection and without boxing.</summary>
internal abstract class Accessor<T>(RuleKind kind)
{
    public RuleKind Kind { get; } = kind;

    public abstract RuleValue Get(T item);
}

internal sealed class IntegerAccessor<T>(Func<T, long> get) : Accessor<T>(RuleKind.Integer)
{
    public Func<T, long> Read { get; } = get;

    public override RuleValue Get(T item) => RuleValue.Of(Read(item));
}

internal sealed class OptionalIntegerAccessor<T>(Func<T, long?> get) : Accessor<T>(RuleKind.Integer)
{
    public Func<T, long?> Read { get; } = get;

    public override RuleValue Get(T item) => Read(item) is { } value ? RuleValue.Of(value) : default;
}

/// <summary>NaN is missing, which also serves optional doubles.</summary>
internal sealed class DoubleAccessor<T>(Func<T, double> get) : Accessor<T>(RuleKind.Double)
{
    public Func<T, double> Read { get; } = get;

    public override RuleValue Get(T item) => RuleValue.Of(Read(item));
}

internal sealed class DecimalAccessor<T>(Func<T, decimal> get) : Accessor<T>(RuleKind.Decimal)
{
    public Func<T, decimal> Read { get; } = get;

    public override RuleValue Get(T item) => RuleValue.Of(Read(item));
}

internal sealed class OptionalDecimalAccessor<T>(Func<T, decimal?> get) : Accessor<T>(RuleKind.Decimal)
{
    public Func<T, decimal?> Read { get; } = get;

    public override RuleValue Get(T item) => Read(item) is { } value ? RuleValue.Of(value) : default;
}

internal sealed class BooleanAccessor<T>(Func<T, bool?> get) : Accessor<T>(RuleKind.Boolean)
{
    public Func<T, bool?> Read { get; } = get;

    public override RuleValue Get(T item) => Read(item) is { } value ? RuleValue.Of(value) : default;
}

internal sealed class TextAccessor<T>(Func<T, string?> get) : Accessor<T>(RuleKind.Text)
{
    public Func<T, string?> Read { get; } = get;

    public override RuleValue Get(T item) => RuleValue.Of(Read(item));
}

internal sealed class DateAccessor<T>(Func<T, LocalDate?> get) : Accessor<T>(RuleKind.Date)
{
    public Func<T, LocalDate?> Read { get; } = get;

    public override RuleValue Get(T item) => Read(item) is { } value ? RuleValue.Of(value) : default;
}

internal sealed class InstantAccessor<T>(Func<T, Instant?> get) : Accessor<T>(RuleKind.Instant)
{
    public Func<T, Instant?> Read { get; } = get;

    public override RuleValue Get(T item) => Read(item) is { } value ? RuleValue.Of(value) : default;
}

internal sealed class SetAccessor<T>(Func<T, IReadOnlyList<string>?> get) : Accessor<T>(RuleKind.Set)
{
    public Func<T, IReadOnlyList<string>?> Read { get; } = get;

    public override RuleValue Get(T item) => RuleValue.Of(Read(item));
}

internal sealed class ValueAccessor<T>(Func<T, RuleValue> get, RuleKind kind = RuleKind.Any) : Accessor<T>(kind)
{
    public override RuleValue Get(T item) => get(item);
}
