using System.Text.Json.Nodes;
using CustomerLifecycle.Rules;
using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary>One way in which the library tells whether a customer meets a condition.</summary>
internal interface ISegmentationPath
{
    string Name { get; }

    JsonNode Answer(SegmentationCase given);

    CasePath For(SegmentationCase given) => new(Name, () => Answer(given));
}

/// <summary>Every way: one line for each.</summary>
internal static class SegmentationPaths
{
    public static IReadOnlyList<ISegmentationPath> All { get; } =
    [
        new RowsPath(),
        new TextPath(),
        new TrackerPath(),
        new ColumnsPath(),
        SqlPath.Sqlite(),
        .. PostgreSqlServer.Missing is null ? [SqlPath.PostgreSql()] : Array.Empty<ISegmentationPath>(),
    ];
}

/// <summary>A compiled predicate asked for one customer.</summary>
internal sealed class RowsPath : ISegmentationPath
{
    public string Name => "rows";

    public JsonNode Answer(SegmentationCase given) => given.Bind() is { } rule ? Answer(given, rule) : SegmentationCase.LoadError();

    public static JsonNode Answer(SegmentationCase given, BoundRule rule)
    {
        var compiled = given.Profile.Compile(rule);
        var facts = given.Facts;
        return given.Answer(asOf =>
        {
            var verdict = compiled.Judge(facts, new RuleMoment(asOf, given.Calendar));
            return (verdict.Matches, verdict.NextChange);
        });
    }
}

/// <summary>The same after the condition was printed as text and read again.</summary>
internal sealed class TextPath : ISegmentationPath
{
    public string Name => "text";

    public JsonNode Answer(SegmentationCase given)
    {
        if (given.Bind() is not { } rule) return SegmentationCase.LoadError();
        var again = Rule.Parse(rule.Rule.ToText()).Value;
        return RowsPath.Answer(given, rule.Segments.Count > 0 ? rule : again.Bind(given.Profile.Schema).Value);
    }
}

/// <summary>The incremental evaluator: events arrive one by one, last first, and time passes from moment to moment.</summary>
internal sealed class TrackerPath : ISegmentationPath
{
    public string Name => "tracker";

    public JsonNode Answer(SegmentationCase given)
    {
        if (given.Bind() is not { } rule) return SegmentationCase.LoadError();
        var tracker = new RuleTracker(given.Profile.Compile(rule), new CustomerFacts(customer: given.Customer), given.AsOf, given.Calendar);
        foreach (var (name, value) in given.Attributes) tracker.Set(name, value, given.AsOf);

        // The order of arrival never matters but to events that nothing else orders.
        var arrivals = given.Events.All(happened => happened.Id is not null) && given.Events.Select(happened => happened.Id).Distinct(StringComparer.Ordinal).Count() == given.Events.Count ? given.Events.Reverse() : given.Events;
        foreach (var happened in arrivals) tracker.Record(happened, given.AsOf);
        return given.Answer(asOf =>
        {
            var verdict = tracker.Advance(asOf);
            return (verdict.Matches, verdict.NextChange);
        });
    }
}

/// <summary>A plan over columns, the customer among others. Columns say who, not until when: the change that the predicate tells must be seen in them, to the nanosecond.</summary>
internal sealed class ColumnsPath : ISegmentationPath
{
    private const int Row = 70;

    public string Name => "columns";

    public JsonNode Answer(SegmentationCase given)
    {
        if (given.Bind() is not { } rule) return SegmentationCase.LoadError();
        var columns = new CustomerColumns(given.Profile.Schema);
        for (var row = 0; row < 2 * Row; row++) columns.Add(row == Row ? given.Facts : new CustomerFacts());
        var plan = new ColumnPlan(columns, [rule]);
        var matches = new ColumnMatches();
        var predicate = given.Profile.Compile(rule);
        return given.Answer(asOf =>
        {
            var holds = Holds(asOf);
            var change = predicate.Judge(given.Facts, new RuleMoment(asOf, given.Calendar)).NextChange;
            var isSeen = change is { } at && Holds(at - Duration.Epsilon) == holds && Holds(at) != holds;
            return (holds, isSeen ? change : null);
        });

        bool Holds(Instant asOf)
        {
            plan.Evaluate(new RuleMoment(asOf, given.Calendar), matches);
            return matches[0, Row];
        }
    }
}
