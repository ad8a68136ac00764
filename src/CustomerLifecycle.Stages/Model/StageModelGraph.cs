namespace CustomerLifecycle.Stages;

/// <summary>Questions about the tree of stages.</summary>
internal static class StageModelGraph
{
    /// <summary>The leaf that is entered when a stage is the target.</summary>
    /// <returns>The leaf's number; -1 where a parent names no initial child of its own.</returns>
    public static int InitialLeaf(IReadOnlyList<Stage> stages, Dictionary<string, int> index, int stage)
    {
        for (var steps = 0; steps <= stages.Count; steps++)
        {
            var current = stages[stage];
            if (!HasChildren(stages, current.Id)) return stage;
            if (current.Initial is null || !index.TryGetValue(current.Initial, out var child) || !string.Equals(stages[child].Parent, current.Id, StringComparison.Ordinal)) return -1;
            stage = child;
        }

        return -1;
    }

    public static bool HasChildren(IReadOnlyList<Stage> stages, string id)
    {
        foreach (var stage in stages)
            if (string.Equals(stage.Parent, id, StringComparison.Ordinal)) return true;
        return false;
    }
}
