using System.Globalization;
using System.Text;

namespace CustomerLifecycle.Stages;

/// <summary>Stage models as Mermaid state diagrams.</summary>
public static class StageDiagram
{
    /// <summary>Draws a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="flows">What happened, for counts and conversion on the edges; null for the model alone.</param>
    /// <param name="chinese">Whether stages are named in Chinese where they have such a name.</param>
    /// <returns>A Mermaid <c>stateDiagram-v2</c>.</returns>
    public static string ToMermaid(StageModel model, StageFlows? flows = null, bool chinese = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        var text = new StringBuilder("stateDiagram-v2\n");
        var names = model.Stages.Select((stage, number) => (stage.Id, Name: "s" + number.ToString(CultureInfo.InvariantCulture))).ToDictionary(pair => pair.Id, pair => pair.Name, StringComparer.Ordinal);
        foreach (var stage in model.Stages.Where(stage => stage.Parent is null)) Declare(text, model, stage, names, flows, chinese, 1);
        if (model.Initial is not null && names.TryGetValue(model.Initial, out var initial)) text.Append("    [*] --> ").Append(initial).Append('\n');
        foreach (var edge in Edges(model))
        {
            if (!names.TryGetValue(edge.From, out var from) || !names.TryGetValue(edge.To, out var to)) continue;
            text.Append("    ").Append(from).Append(" --> ").Append(to).Append(" : ").Append(Escape(edge.Label));
            if (flows?.Flows.FirstOrDefault(flow => string.Equals(flow.From, edge.From, StringComparison.Ordinal) && string.Equals(flow.To, edge.To, StringComparison.Ordinal)) is { Count: > 0 } flow)
                text.Append(FormattableString.Invariant($"<br/>{flow.Count} ({(flow.Share ?? 0) * 100:0.0} %)"));
            text.Append('\n');
        }

        foreach (var stage in model.Stages.Where(stage => stage.IsFinal)) text.Append("    ").Append(names[stage.Id]).Append(" --> [*]\n");
        return text.ToString();
    }

    // Ways between two stages share one edge, so that the counts of the pair stand once.
    private static IEnumerable<(string From, string To, string Label)> Edges(StageModel model)
    {
        var ways = new List<(string From, string To, string Label)>();
        foreach (var transition in model.Transitions.Where(transition => !transition.IsInternal))
        {
            var label = transition.When is null ? transition.On : $"{transition.On} [{transition.When.Text}]";
            foreach (var from in transition.From.SelectMany(from => StageTransition.IsAny(from) ? model.Stages.Where(stage => stage.Parent is null && !stage.IsFinal).Select(stage => stage.Id) : [from]))
                ways.Add((from, transition.To!, label));
        }

        foreach (var stage in model.Stages)
        {
            foreach (var timer in stage.Timers)
                ways.Add((stage.Id, timer.To, $"after {timer.After}{(timer.Since.Count == 0 ? "" : " since " + string.Join(" or ", timer.Since))}{(timer.When is null ? "" : $" [{timer.When.Text}]")}"));
        }

        return ways.GroupBy(way => (way.From, way.To)).Select(group => (group.Key.From, group.Key.To, string.Join(" / ", group.Select(way => way.Label))));
    }

    private static void Declare(StringBuilder text, StageModel model, Stage stage, Dictionary<string, string> names, StageFlows? flows, bool chinese, int depth)
    {
        var label = Escape(chinese && stage.Name.Chinese is not null ? stage.Name.Chinese : stage.Name.English);
        if (flows is not null) label += string.Format(CultureInfo.InvariantCulture, "<br/>{0} of {1}", flows.Now(stage.Id), flows.Customers);
        text.Append(' ', depth * 4).Append("state \"").Append(label).Append("\" as ").Append(names[stage.Id]);
        var children = model.Stages.Where(child => string.Equals(child.Parent, stage.Id, StringComparison.Ordinal)).ToArray();
        if (children.Length > 0)
        {
            text.Append(" {\n");
            foreach (var child in children) Declare(text, model, child, names, flows, chinese, depth + 1);
            text.Append(' ', depth * 4).Append('}');
        }

        text.Append('\n');
    }

    private static string Escape(string text) => text.Replace("\"", "'").Replace("\n", " ").Replace("<", "#lt;").Replace(">", "#gt;").Replace(":", "#colon;").Replace(";", ",").Replace("#lt,", "#lt;").Replace("#gt,", "#gt;").Replace("#colon,", "#colon;");
}
