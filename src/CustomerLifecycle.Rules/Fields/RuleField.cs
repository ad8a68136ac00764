using System.Diagnostics.CodeAnalysis;

namespace CustomerLifecycle.Rules;

/// <summary>Something that rules written in code can test: an attribute, a property or an aggregate. Its methods give conditions, joined with &amp;, | and !.</summary>
public abstract class RuleField
{
    private protected RuleField(Operand operand) => Operand = operand;

    /// <summary>What the conditions look at.</summary>
    public Operand Operand { get; }

    /// <summary><c>is set</c></summary>
    public Condition IsSet() => Test(RuleOperator.IsSet);

    /// <summary><c>is not set</c></summary>
    public Condition IsNotSet() => Test(RuleOperator.IsNotSet);

    private protected Condition Test(RuleOperator op, params IEnumerable<RuleValue> values) => new TestCondition(Operand, op, values);
}

/// <summary>A number literal of a rule: an integer, a decimal or a double, converted from C#'s own.</summary>
/// <param name="Value">The literal.</param>
[SuppressMessage("Usage", "CA2225", Justification = "RuleValue.Of is the named alternative.")]
public readonly record struct RuleNumber(RuleValue Value)
{
    /// <summary>An integer.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator RuleNumber(int value) => new(RuleValue.Of((long)value));

    /// <summary>An integer.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator RuleNumber(long value) => new(RuleValue.Of(value));

    /// <summary>A decimal.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator RuleNumber(decimal value) => new(RuleValue.Of(value));

    /// <summary>A double; not NaN.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator RuleNumber(double value) => new(RuleValue.Of(value));
}

/// <summary>A number that rules can test.</summary>
public sealed class NumberField : RuleField
{
    internal NumberField(Operand operand)
        : base(operand)
    {
    }

    /// <summary><c>= value</c></summary>
    /// <param name="value">The literal.</param>
    public Condition Is(RuleNumber value) => Test(RuleOperator.Equal, value.Value);

    /// <summary><c>!= value</c></summary>
    /// <param name="value">The literal.</param>
    public Condition IsNot(RuleNumber value) => Test(RuleOperator.NotEqual, value.Value);

    /// <summary><c>&lt; value</c></summary>
    /// <param name="value">The literal.</param>
    public Condition Below(RuleNumber value) => Test(RuleOperator.Less, value.Value);

    /// <summary><c>&lt;= value</c></summary>
    /// <param name="value">The literal.</param>
    public Condition AtMost(RuleNumber value) => Test(RuleOperator.LessOrEqual, value.Value);

    /// <summary><c>&gt; value</c></summary>
    /// <param name="value">The literal.</param>
    public Condition Above(RuleNumber value) => Test(RuleOperator.Greater, value.Value);

    /// <summary><c>&gt;= value</c></summary>
    /// <param name="value">The literal.</param>
    public Condition AtLeast(RuleNumber value) => Test(RuleOperator.GreaterOrEqual, value.Value);

    /// <summary><c>between low and high</c>, both included.</summary>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    public Condition Between(RuleNumber low, RuleNumber high) => Test(RuleOperator.Between, low.Value, high.Value);

    /// <summary><c>in (…)</c></summary>
    /// <param name="values">The literals.</param>
    public Condition In(params RuleNumber[] values) => Test(RuleOperator.In, values.Select(static value => value.Value));

    /// <summary><c>not in (…)</c></summary>
    /// <param name="values">The literals.</param>
    public Condition NotIn(params RuleNumber[] values) => Test(RuleOperator.NotIn, values.Select(static value => value.Value));
}

/// <summary>A truth value that rules can test.</summary>
public sealed class BooleanField : RuleField
{
    internal BooleanField(Operand operand)
        : base(operand)
    {
    }

    /// <summary><c>= true</c></summary>
    public Condition IsTrue() => Test(RuleOperator.Equal, RuleValue.Of(true));

    /// <summary><c>= false</c>; does not hold of a missing value.</summary>
    public Condition IsFalse() => Test(RuleOperator.Equal, RuleValue.Of(false));

    /// <summary><c>!= true</c>; holds of a missing value.</summary>
    public Condition IsNotTrue() => Test(RuleOperator.NotEqual, RuleValue.Of(true));
}

/// <summary>A text that rules can test.</summary>
public sealed class TextField : RuleField
{
    internal TextField(Operand operand)
        : base(operand)
    {
    }

    /// <summary><c>= 'value'</c></summary>
    /// <param name="value">The literal.</param>
    /// <param name="ignoreCase">Whether case is ignored (ordinal).</param>
    public Condition Is(string value, bool ignoreCase = false) => Test(RuleOperator.Equal, ignoreCase, value);

    /// <summary><c>!= 'value'</c></summary>
    /// <param name="value">The literal.</param>
    /// <param name="ignoreCase">Whether case is ignored (ordinal).</param>
    public Condition IsNot(string value, bool ignoreCase = false) => Test(RuleOperator.NotEqual, ignoreCase, value);

    /// <summary><c>in (…)</c></summary>
    /// <param name="values">The literals.</param>
    public Condition In(params string[] values) => Test(RuleOperator.In, ignoreCase: false, values);

    /// <summary><c>not in (…)</c></summary>
    /// <param name="values">The literals.</param>
    public Condition NotIn(params string[] values) => Test(RuleOperator.NotIn, ignoreCase: false, values);

    /// <summary><c>contains 'value'</c></summary>
    /// <param name="value">The literal.</param>
    /// <param name="ignoreCase">Whether case is ignored (ordinal).</param>
    public Condition Contains(string value, bool ignoreCase = false) => Test(RuleOperator.Contains, ignoreCase, value);

    /// <summary><c>starts with 'value'</c></summary>
    /// <param name="value">The literal.</param>
    /// <param name="ignoreCase">Whether case is ignored (ordinal).</param>
    public Condition StartsWith(string value, bool ignoreCase = false) => Test(RuleOperator.StartsWith, ignoreCase, value);

    /// <summary><c>ends with 'value'</c></summary>
    /// <param name="value">The literal.</param>
    /// <param name="ignoreCase">Whether case is ignored (ordinal).</param>
    public Condition EndsWith(string value, bool ignoreCase = false) => Test(RuleOperator.EndsWith, ignoreCase, value);

    /// <summary><c>like 'pattern'</c>: <c>*</c> is any run of characters, <c>?</c> one code point, <c>\</c> before them the characters themselves.</summary>
    /// <param name="pattern">The pattern over the whole text.</param>
    /// <param name="ignoreCase">Whether case is ignored (ordinal).</param>
    public Condition Like(string pattern, bool ignoreCase = false) => Test(RuleOperator.Like, ignoreCase, pattern);

    /// <summary><c>is empty</c>: missing or the empty text.</summary>
    public Condition IsEmpty() => Test(RuleOperator.IsEmpty);

    private TestCondition Test(RuleOperator op, bool ignoreCase, params string[] values) => new(Operand, op, values.Select(static value => RuleValue.Of(value)), ignoreCase);
}

/// <summary>A set of texts that rules can test.</summary>
public sealed class SetField : RuleField
{
    internal SetField(Operand operand, string name)
        : base(operand) => Size = new(new SizeOperand(name));

    /// <summary><c>size(…)</c>: the number of distinct elements, 0 for a missing set.</summary>
    public NumberField Size { get; }

    /// <summary><c>has any of (…)</c></summary>
    /// <param name="values">The literals.</param>
    public Condition HasAny(params string[] values) => Test(RuleOperator.HasAny, values.Select(static value => RuleValue.Of(value)));

    /// <summary><c>has all of (…)</c></summary>
    /// <param name="values">The literals.</param>
    public Condition HasAll(params string[] values) => Test(RuleOperator.HasAll, values.Select(static value => RuleValue.Of(value)));

    /// <summary><c>has none of (…)</c></summary>
    /// <param name="values">The literals.</param>
    public Condition HasNone(params string[] values) => Test(RuleOperator.HasNone, values.Select(static value => RuleValue.Of(value)));

    /// <summary><c>is empty</c>: missing or without elements.</summary>
    public Condition IsEmpty() => Test(RuleOperator.IsEmpty);
}
