namespace CustomerLifecycle.Rules;

/// <summary>The elements of a set, each once by the language's own equality.</summary>
internal sealed class RuleSet
{
    private readonly RuleValue[] _values;

    public RuleSet(IEnumerable<RuleValue> values)
    {
        _values = [.. values.Where(value => !value.IsMissing).Distinct(SameValueComparer.Instance)];
    }

    public IReadOnlyList<RuleValue> Values => _values;

    public bool Contains(in RuleValue value)
    {
        foreach (ref readonly var element in _values.AsSpan())
            if (element.SameAs(value)) return true;
        return false;
    }

    public bool SameElements(RuleSet other)
    {
        if (_values.Length != other._values.Length) return false;
        foreach (ref readonly var element in _values.AsSpan())
            if (!other.Contains(element)) return false;
        return true;
    }
}

/// <summary>The language's equality as a comparer, for distinct counts and look-ups.</summary>
internal sealed class SameValueComparer : IEqualityComparer<RuleValue>
{
    public static readonly SameValueComparer Instance = new();

    public bool Equals(RuleValue x, RuleValue y) => x.SameAs(y);

    // Numbers that are equal by exact value have the same nearest double.
    public int GetHashCode(RuleValue obj) => obj.Kind == RuleValueKind.Number ? obj.AsDouble.GetHashCode() : obj.GetHashCode();
}
