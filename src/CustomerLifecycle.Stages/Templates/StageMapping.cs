namespace CustomerLifecycle.Stages;

/// <summary>Which stage of one model is which of another, so that one customer's places in several models can be compared.</summary>
public sealed class StageMapping
{
    private readonly Dictionary<string, string> _pairs;

    /// <summary>Maps the stages of a model.</summary>
    /// <param name="from">The model mapped from.</param>
    /// <param name="to">The stages mapped to: another model's, or a scale's.</param>
    /// <param name="pairs">Each stage with its counterpart. A leaf that is not named has none: the mapping is partial.</param>
    /// <exception cref="ArgumentException">A pair names a stage that there is not.</exception>
    public StageMapping(StageModel from, IReadOnlyList<string> to, IReadOnlyDictionary<string, string> pairs)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(pairs);
        From = from;
        To = [.. to];
        _pairs = pairs.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        foreach (var pair in _pairs)
        {
            if (!from.Stages.Any(stage => string.Equals(stage.Id, pair.Key, StringComparison.Ordinal))) throw new ArgumentException($"The model '{from.Id}' has no stage '{pair.Key}'.", nameof(pairs));
            if (!To.Contains(pair.Value, StringComparer.Ordinal)) throw new ArgumentException($"'{pair.Key}' is mapped to '{pair.Value}', which is none of {string.Join(", ", To)}.", nameof(pairs));
        }

        Unmapped = [.. from.Stages.Where(stage => !StageModelGraph.HasChildren(from.Stages, stage.Id) && !_pairs.ContainsKey(stage.Id)).Select(stage => stage.Id)];
    }

    /// <summary>The model mapped from.</summary>
    public StageModel From { get; }

    /// <summary>The stages mapped to.</summary>
    public IReadOnlyList<string> To { get; }

    /// <summary>The leaves without a counterpart.</summary>
    public IReadOnlyList<string> Unmapped { get; }

    /// <summary>Whether every leaf has a counterpart.</summary>
    public bool IsTotal => Unmapped.Count == 0;

    /// <summary>The counterpart of a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>The counterpart; null when there is none.</returns>
    public string? Map(string stage) => _pairs.TryGetValue(stage, out var counterpart) ? counterpart : null;

    /// <summary>A history in the other model's stages: in the same order, moves within one counterpart left out, and stages without one too.</summary>
    /// <param name="history">The history in stages of <see cref="From"/>.</param>
    public IReadOnlyList<StageChange> Project(IReadOnlyList<StageChange> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var projected = new List<StageChange>();
        string? current = null;
        foreach (var row in history)
        {
            if (Map(row.To) is not { } to || string.Equals(to, current, StringComparison.Ordinal)) continue;
            projected.Add(new(row.At, current, to, row.Cause, row.Reason, row.Version, row.Note));
            current = to;
        }

        return projected;
    }
}

/// <summary>Mappings between the templates, and onto one coarse scale that all of them share.</summary>
public static class StageMappings
{
    /// <summary>The coarse scale: not yet a customer, a new one, one in full swing, a loyal one, a lost one.</summary>
    public static IReadOnlyList<(string Id, StageText Name)> CoarseScale { get; } =
    [
        ("potential", new("Potential", "潜在")),
        ("new", new("New", "新客")),
        ("active", new("Active", "活跃")),
        ("loyal", new("Loyal", "忠诚")),
        ("lost", new("Lost", "流失")),
    ];

    /// <summary>The list lifecycle in the stages of the purchase lifecycle, one to one.</summary>
    /// <param name="list">The list lifecycle.</param>
    /// <param name="purchases">The purchase lifecycle.</param>
    public static StageMapping ListToPurchase(StageModel list, StageModel purchases)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(purchases);
        return new(list, [.. purchases.Stages.Select(stage => stage.Id)], list.Stages.ToDictionary(stage => stage.Id, stage => stage.Id, StringComparer.Ordinal));
    }

    /// <summary>The journey's seven steps in the personal loan's five.</summary>
    /// <param name="journey">The journey.</param>
    /// <param name="loan">The personal loan.</param>
    public static StageMapping JourneyToPersonalLoan(StageModel journey, StageModel loan)
    {
        ArgumentNullException.ThrowIfNull(journey);
        ArgumentNullException.ThrowIfNull(loan);
        return new(journey, [.. loan.Stages.Select(stage => stage.Id)], Pairs(
            ("awareness", "awareness-interest"), ("interest", "awareness-interest"), ("consideration", "consideration-purchase"), ("purchase", "consideration-purchase"),
            ("usage", "usage"), ("loyalty", "loyalty"), ("departure", "departure")));
    }

    /// <summary>A template in the coarse scale.</summary>
    /// <param name="template">A model of <see cref="StageTemplates"/>.</param>
    /// <exception cref="ArgumentException">It is none of the templates: make a <see cref="StageMapping"/> of your own.</exception>
    public static StageMapping ToCoarse(StageModel template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return new(template, [.. CoarseScale.Select(stage => stage.Id)], template.Id switch
        {
            "purchase-lifecycle" or "purchase-lifecycle-win-back" or "list-lifecycle" => Of(template, Pairs(
                ("prospect", "potential"), ("first-purchase", "new"), ("repeat-purchase", "active"), ("loyal", "loyal"), ("churned", "lost"), ("at-risk", "active"), ("won-back", "new"))),
            "engagement-lifecycle" => Pairs(("potential", "potential"), ("initial", "new"), ("active", "active"), ("loyal", "loyal")),
            "value-curve" => Pairs(("introduction", "new"), ("growth", "active"), ("maturity", "loyal"), ("decline", "lost")),
            "journey" => Pairs(
                ("awareness", "potential"), ("interest", "potential"), ("consideration", "potential"), ("purchase", "new"), ("usage", "active"), ("loyalty", "loyal"), ("departure", "lost")),
            "personal-loan" => Pairs(("awareness-interest", "potential"), ("consideration-purchase", "new"), ("usage", "active"), ("loyalty", "loyal"), ("departure", "lost")),
            "loan-account" => Pairs(
                ("enquiry", "potential"), ("approved", "new"), ("repaying", "active"), ("overdue", "active"), ("default", "lost"), ("settled", "loyal"), ("withdrawn", "lost")),
            "business-lead" => Pairs(
                ("subscriber", "potential"), ("recycled", "potential"), ("lead", "potential"), ("marketing-qualified", "potential"), ("sales-qualified", "potential"), ("opportunity", "potential"),
                ("customer", "active"), ("advocate", "loyal")),
            "subscription" => Pairs(
                ("trial", "potential"), ("active", "active"), ("past-due", "active"), ("expired", "lost"), ("cancelled", "lost"), ("won-back", "new"), ("closed", "lost")),
            _ => throw new ArgumentException($"'{template.Id}' is none of the templates. Make a StageMapping of your own.", nameof(template)),
        });
    }

    private static Dictionary<string, string> Of(StageModel model, Dictionary<string, string> pairs) =>
        pairs.Where(pair => model.Stages.Any(stage => string.Equals(stage.Id, pair.Key, StringComparison.Ordinal))).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private static Dictionary<string, string> Pairs(params (string From, string To)[] pairs) => pairs.ToDictionary(pair => pair.From, pair => pair.To, StringComparer.Ordinal);
}
