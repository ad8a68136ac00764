namespace CustomerLifecycle.Stages;

/// <summary>Hashes everything in a chain of models that answers depend on.</summary>
internal static class StageFingerprint
{
    public static RequestHash Of(IReadOnlyList<StageModelVersion> versions)
    {
        var hasher = RequestHasher.Start("stages/1");
        hasher.AddCount(versions.Count);
        foreach (var version in versions)
        {
            if (version.From is { } from) hasher.Add(from);
            else hasher.AddMissing();
            hasher.AddCount(version.Map.Count);
            foreach (var pair in version.Map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                hasher.Add(pair.Key);
                hasher.Add(pair.Value);
            }

            Add(ref hasher, version.Model);
        }

        return hasher.ToHash();
    }

    private static void Add(ref RequestHasher hasher, StageModel model)
    {
        hasher.Add(model.Id);
        hasher.Add(model.Version);
        hasher.Add(model.Initial);
        hasher.Add(model.ZoneId);
        hasher.Add((long)model.Direction);
        hasher.Add((long)model.Selection);
        hasher.AddCount(model.Stages.Count);
        foreach (var stage in model.Stages) Add(ref hasher, stage);
        hasher.AddCount(model.Transitions.Count);
        foreach (var transition in model.Transitions) Add(ref hasher, transition);
        hasher.AddCount(model.Facts.Count);
        foreach (var fact in model.Facts)
        {
            hasher.Add(fact.Name);
            hasher.Add((long)fact.Aggregate);
            hasher.Add(fact.EventType);
            hasher.Add(fact.Field);
            hasher.Add((long)fact.Scope);
            Add(ref hasher, fact.Window);
        }
    }

    private static void Add(ref RequestHasher hasher, Stage stage)
    {
        hasher.Add(stage.Id);
        hasher.Add(stage.Rank);
        hasher.Add(stage.Parent);
        hasher.Add(stage.Initial);
        hasher.Add(stage.IsFinal);
        Add(ref hasher, stage.Entry);
        Add(ref hasher, stage.Exit);
        Add(ref hasher, stage.Reasons);
        hasher.AddCount(stage.Timers.Count);
        foreach (var timer in stage.Timers)
        {
            hasher.Add(timer.Id);
            Add(ref hasher, timer.After);
            hasher.Add(timer.To);
            Add(ref hasher, timer.Since);
            hasher.Add(timer.When?.Text);
            Add(ref hasher, timer.Effects);
            hasher.Add(timer.AllowBackward);
            hasher.Add(timer.Reason);
        }
    }

    private static void Add(ref RequestHasher hasher, StageTransition transition)
    {
        hasher.Add(transition.Id);
        Add(ref hasher, transition.From);
        hasher.Add(transition.On);
        hasher.Add(transition.To);
        hasher.Add(transition.When?.Text);
        hasher.Add(transition.Priority);
        hasher.Add(transition.IsInternal);
        Add(ref hasher, transition.Effects);
        hasher.Add(transition.AllowBackward);
    }

    private static void Add(ref RequestHasher hasher, IReadOnlyList<string> texts)
    {
        hasher.AddCount(texts.Count);
        foreach (var text in texts) hasher.Add(text);
    }

    private static void Add(ref RequestHasher hasher, StageSpan? span)
    {
        if (span is null)
        {
            hasher.AddMissing();
            return;
        }

        hasher.Add((long)span.Exact.Days);
        hasher.Add(span.Exact.NanosecondOfDay);
        hasher.Add(span.Months);
        hasher.Add(span.CalendarDays);
        hasher.Add(span.ZoneId);
    }
}
