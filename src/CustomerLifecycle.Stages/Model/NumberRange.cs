namespace CustomerLifecycle.Stages;

/// <summary>The numbers that several comparisons of one name leave.</summary>
internal sealed class NumberRange
{
    private decimal _low = decimal.MinValue;
    private decimal _high = decimal.MaxValue;
    private bool _lowIsOpen;
    private bool _highIsOpen;

    public bool IsEmpty => _low > _high || (_low == _high && (_lowIsOpen || _highIsOpen));

    /// <summary>The ranges of the comparisons with a number directly under one "all" (and the "all"s directly in it), by what they look at.</summary>
    public static Dictionary<(GuardOperandKind, string), NumberRange> Of(GuardNode node)
    {
        var ranges = new Dictionary<(GuardOperandKind, string), NumberRange>();
        Collect(node, ranges);
        return ranges;
    }

    /// <summary>Whether the number ranges of some name directly under one "all" cannot be met together.</summary>
    public static bool HasEmpty(GuardNode node) => node is GuardNode.All all && MayRepeatName(all) && Of(all).Values.Any(range => range.IsEmpty);

    // Most guards compare each name once: they need no ranges.
    private static bool MayRepeatName(GuardNode.All all)
    {
        for (var i = 0; i < all.Parts.Count; i++)
        {
            if (all.Parts[i] is GuardNode.All) return true;
            if (all.Parts[i] is not GuardNode.Compare later) continue;
            for (var j = 0; j < i; j++)
                if (all.Parts[j] is GuardNode.Compare earlier && earlier.Kind == later.Kind && string.Equals(earlier.Name, later.Name, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>Whether two guards have ranges of one name, and all such ranges meet.</summary>
    public static bool Meet(GuardNode? left, GuardNode? right)
    {
        if (left is null || right is null) return false;
        var ranges = Of(left);
        var others = Of(right);
        var shared = ranges.Keys.Where(others.ContainsKey).ToArray();
        return shared.Length > 0 && shared.All(name => ranges[name].Meets(others[name]));
    }

    private static void Collect(GuardNode node, Dictionary<(GuardOperandKind, string), NumberRange> ranges)
    {
        switch (node)
        {
            case GuardNode.All all:
                foreach (var part in all.Parts) Collect(part, ranges);
                break;
            case GuardNode.Compare { Kind: not GuardOperandKind.Visits } compare when compare.Constant.TryGetNumber(out var number):
                if (!ranges.TryGetValue((compare.Kind, compare.Name), out var range)) ranges.Add((compare.Kind, compare.Name), range = new());
                range.Narrow(compare.Comparison, number);
                break;
        }
    }

    private bool Meets(NumberRange other)
    {
        var both = new NumberRange();
        foreach (var range in new[] { this, other })
        {
            both.NarrowLow(range._low, range._lowIsOpen);
            both.NarrowHigh(range._high, range._highIsOpen);
        }

        return !both.IsEmpty;
    }

    private void Narrow(GuardComparison comparison, decimal number)
    {
        if (comparison is GuardComparison.Greater or GuardComparison.GreaterOrEqual or GuardComparison.Equal) NarrowLow(number, comparison == GuardComparison.Greater);
        if (comparison is GuardComparison.Less or GuardComparison.LessOrEqual or GuardComparison.Equal) NarrowHigh(number, comparison == GuardComparison.Less);
    }

    private void NarrowLow(decimal number, bool isOpen)
    {
        if (number < _low || (number == _low && !isOpen)) return;
        _low = number;
        _lowIsOpen = isOpen;
    }

    private void NarrowHigh(decimal number, bool isOpen)
    {
        if (number > _high || (number == _high && !isOpen)) return;
        _high = number;
        _highIsOpen = isOpen;
    }
}
