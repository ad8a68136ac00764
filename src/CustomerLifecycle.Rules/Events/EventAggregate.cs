namespace CustomerLifecycle.Rules;

/// <summary>The one meaning of aggregates: events are offered in order, then the answer is asked for.</summary>
/// <param name="aggregation">Which one.</param>
/// <param name="ofProperty">Whether a property is looked at, not just when the event was.</param>
/// <param name="extremeKind">Of which kind least and greatest values are; missing is any.</param>
internal struct EventAggregate(Aggregation aggregation, bool ofProperty, RuleValueKind extremeKind)
{
    private const int ScannedDistinct = 16;

    private NumberSum _sum;
    private RuleValue _value;
    private Instant _instant;
    private int _count;
    private List<RuleValue>? _distinct;
    private HashSet<RuleValue>? _manyDistinct;

    /// <summary>Offers an event that passed the selector and lies in the window.</summary>
    /// <param name="at">When it was.</param>
    /// <param name="value">Its property's value; an event that lacks the property is skipped.</param>
    public void Add(Instant at, in RuleValue value)
    {
        if (!ofProperty)
        {
            AddInstant(at);
            return;
        }

        if (value.IsMissing) return;
        switch (aggregation)
        {
            case Aggregation.Sum or Aggregation.Average:
                if (value.Kind == RuleValueKind.Number) _sum.Add(value);
                break;
            case Aggregation.Minimum or Aggregation.Maximum:
                AddExtreme(value);
                break;
            case Aggregation.Distinct:
                AddDistinct(value);
                break;
            case Aggregation.Latest:
                _value = value;
                break;
            default:
                AddInstant(at);
                break;
        }
    }

    /// <summary>The answer.</summary>
    public readonly RuleValue Result() => aggregation switch
    {
        Aggregation.Sum => _sum.Total(),
        Aggregation.Average => _sum.Mean(),
        Aggregation.Minimum or Aggregation.Maximum or Aggregation.Latest => _value,
        Aggregation.Distinct => RuleValue.Of((long)(_manyDistinct?.Count ?? _distinct?.Count ?? 0)),
        Aggregation.Count => RuleValue.Of((long)_count),
        _ => _count == 0 ? default : RuleValue.Of(_instant),
    };

    private void AddInstant(Instant at)
    {
        if (_count++ == 0 || aggregation == Aggregation.Last) _instant = at;
    }

    private void AddExtreme(in RuleValue value)
    {
        // Values of other kinds have no order with those that are looked for; where none is looked for, the first one's kind counts.
        if (extremeKind != RuleValueKind.Missing && value.Kind != extremeKind) return;
        if (_value.IsMissing)
        {
            if (value.TryCompare(value, out _)) _value = value;
        }
        else if (value.TryCompare(_value, out var order) && (aggregation == Aggregation.Minimum ? order < 0 : order > 0))
        {
            _value = value;
        }
    }

    private void AddDistinct(in RuleValue value)
    {
        if (_manyDistinct is not null)
        {
            _manyDistinct.Add(value);
            return;
        }

        _distinct ??= [];
        foreach (var known in _distinct)
            if (known.SameAs(value)) return;
        _distinct.Add(value);
        if (_distinct.Count > ScannedDistinct) _manyDistinct = new(_distinct, SameValueComparer.Instance);
    }
}
