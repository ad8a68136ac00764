namespace CustomerLifecycle.Stages;

/// <summary>Judges a guard part by part, and says what each was judged on.</summary>
internal sealed class GuardExplainer(CompiledVersion version, StageState state, StageValue[] facts, StageSignal signal, bool hasEvent, bool isTimer, long now)
{
    public GuardExplanation Explain(GuardNode node)
    {
        switch (node)
        {
            case GuardNode.All all:
                GuardExplanation[] conjuncts = [.. all.Parts.Select(Explain)];
                return new("all of", conjuncts.Any(part => part.Holds == false) ? false : conjuncts.Any(part => part.Holds is null) ? null : true, parts: conjuncts);
            case GuardNode.Any any:
                GuardExplanation[] disjuncts = [.. any.Parts.Select(Explain)];
                return new("any of", disjuncts.Any(part => part.Holds == true) ? true : disjuncts.Any(part => part.Holds is null) ? null : false, parts: disjuncts);
            case GuardNode.Not not:
                var part = Explain(not.Part);
                return part.Parts.Count == 0
                    ? new($"not {part.Text}", !part.Holds, part.Value)
                    : new("not", !part.Holds, parts: [part]);
            case GuardNode.Dwell dwell:
                return ExplainDwell(dwell);
            case GuardNode.Predicate predicate:
                return new(predicate.Name, !hasEvent && !isTimer && predicate.Reads.Count > 0 ? null : Holds(node));
            default:
                return ExplainTest((GuardNode.NamedTest)node);
        }
    }

    private bool Holds(GuardNode node) => version.Guards.Judge(node, in state, facts, in signal, now);

    private GuardExplanation ExplainDwell(GuardNode.Dwell dwell)
    {
        var holds = Holds(dwell);
        var waits = !holds && dwell.Comparison is GuardComparison.GreaterOrEqual or GuardComparison.Greater;
        return new(
            $"dwell {Symbol(dwell.Comparison)} {dwell.Span}", holds, dwell: Duration.FromTicks(now - state.EnteredTicks),
            holdsFrom: waits ? StageTime.DueOf(new CompiledSpan(dwell.Span, version.Model.ZoneId).After(state.EnteredTicks)) : null);
    }

    private GuardExplanation ExplainTest(GuardNode.NamedTest test)
    {
        var text = TextOf(test);
        if (test.Kind == GuardOperandKind.EventField && !hasEvent && !isTimer) return new(text, null);
        var value = version.Guards.ValueOf(test, in state, facts, in signal, now);
        var holds = Holds(test);
        var from = !holds && test is GuardNode.Asked ? version.Guards.HoldsFrom(test, in state, facts, in signal, now) : null;
        return new(text, holds, value, holds ? null : MissingOf(test, value), from);
    }

    private Missing? MissingOf(GuardNode.NamedTest test, StageValue value)
    {
        if (test is not GuardNode.Compare { Comparison: GuardComparison.GreaterOrEqual or GuardComparison.Greater or GuardComparison.Equal } compare) return null;
        if (test.Kind == GuardOperandKind.EventField || !compare.Constant.TryGetNumber(out var wanted)) return null;
        if (!value.TryGetNumber(out var has) && !value.IsNone) return null;
        var amount = wanted - has;
        if (compare.Comparison == GuardComparison.Greater && IsWhole(test)) amount = decimal.Floor(amount) + 1;
        return amount > 0 ? new(test.Kind == GuardOperandKind.Visits ? $"visits of {test.Name}" : test.Name, amount) : null;
    }

    private bool IsWhole(GuardNode.NamedTest test) =>
        test.Kind == GuardOperandKind.Visits
        || version.Model.Facts.Any(fact => string.Equals(fact.Name, test.Name, StringComparison.Ordinal) && fact.Aggregate is StageAggregate.Count or StageAggregate.Distinct);

    private static string TextOf(GuardNode.NamedTest test)
    {
        var name = test.Kind switch
        {
            GuardOperandKind.EventField => "event." + test.Name,
            GuardOperandKind.Visits => $"visits('{test.Name}')",
            _ => test.Name,
        };
        return test switch
        {
            GuardNode.Compare compare => $"{name} {Symbol(compare.Comparison)} {Literal(compare.Constant)}",
            GuardNode.Among among => $"{name} in ({string.Join(", ", among.Constants.Select(Literal))})",
            GuardNode.Exists => $"{name} is set",
            GuardNode.Asked asked => asked.Label,
            GuardNode.Text text => $"{name} {Words(text.Mode)} '{text.Pattern}'",
            _ => name,
        };
    }

    private static string Literal(StageValue value) => value.TryGetText(out var text) ? $"'{text}'" : value.ToInvariantText();

    private static string Words(GuardTextTest test) => test switch
    {
        GuardTextTest.Contains => "contains",
        GuardTextTest.StartsWith => "starts with",
        _ => "ends with",
    };

    private static string Symbol(GuardComparison comparison) => comparison switch
    {
        GuardComparison.Equal => "=",
        GuardComparison.Less => "<",
        GuardComparison.LessOrEqual => "<=",
        GuardComparison.Greater => ">",
        _ => ">=",
    };
}
