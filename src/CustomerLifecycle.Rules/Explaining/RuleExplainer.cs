namespace CustomerLifecycle.Rules;

/// <summary>Evaluates each node of a bound tree by itself, with the same compiled parts as the predicate, and keeps what it found.</summary>
internal sealed class RuleExplainer<T>
{
    private readonly RuleProfile<T> _profile;
    private readonly RuleWindows _windows = new();
    private readonly RuleCompiler<T> _compiler;

    private RuleExplainer(RuleProfile<T> profile)
    {
        _profile = profile;
        _compiler = new(profile, _windows);
    }

    public static RuleExplanation Explain(CompiledRule<T> rule, T customer, RuleMoment moment)
    {
        var explainer = new RuleExplainer<T>(rule.Profile);
        var plan = explainer.Plan(rule.Rule.Root);
        return plan(customer, explainer._windows.At(moment));
    }

    // Windows are known only when the whole tree has been seen; what is planned is asked afterwards.
    private Func<T, RuleFrame, RuleExplanation> Plan(BoundCondition condition)
    {
        switch (condition)
        {
            case BoundAll all:
                return Chain(all, [.. all.Parts.Select(Plan)], isAll: true);
            case BoundAny any:
                return Chain(any, [.. any.Parts.Select(Plan)], isAll: false);
            case BoundNot not:
                return Around(not, Plan(not.Part), negated: true);
            case BoundSegment segment:
                return Around(segment, Plan(segment.Rule.Root), negated: false);
            default:
                var node = _compiler.Compile(condition);
                var value = Find(condition);
                return (customer, frame) => new(condition.Source, node.Holds(customer, frame), [], value(customer, frame));
        }
    }

    private static Func<T, RuleFrame, RuleExplanation> Around(BoundCondition condition, Func<T, RuleFrame, RuleExplanation> plan, bool negated) => (customer, frame) =>
    {
        var part = plan(customer, frame);
        return new(condition.Source, part.Holds != negated, [part]);
    };

    private static Func<T, RuleFrame, RuleExplanation> Chain(BoundCondition chain, Func<T, RuleFrame, RuleExplanation>[] plans, bool isAll) => (customer, frame) =>
    {
        RuleExplanation[] parts = [.. plans.Select(plan => plan(customer, frame))];
        return new(chain.Source, isAll ? Array.TrueForAll(parts, static part => part.Holds) : Array.Exists(parts, static part => part.Holds), parts);
    };

    private Func<T, RuleFrame, ExplainedValue?> Find(BoundCondition condition)
    {
        switch (condition)
        {
            case BoundTest { Operand: BoundAggregate aggregate } test:
                return Find(aggregate, RuleCompiler<T>.ExtremeKind(test));
            case BoundDateTest { Operand: BoundAggregate aggregate }:
                return Find(aggregate, RuleValueKind.Missing);
            case BoundTest test:
                var read = _compiler.Reader(test.Operand, RuleValueKind.Missing);
                return (customer, frame) => new(true, read(customer, frame));
            case BoundDateTest test:
                return Find(test);
            case BoundDwell:
                var entered = _profile.StageEntered!;
                return (customer, _) => new(true, entered(customer) is { } since ? RuleValue.Of(since) : default);
            case BoundSequence sequence:
                return Find(sequence);
            default:
                return static (_, _) => null;
        }
    }

    private Func<T, RuleFrame, ExplainedValue?> Find(BoundDateTest test)
    {
        var read = _compiler.Reader(test.Operand, RuleValueKind.Missing);
        if (TimeTest.Of(test.Test) is not { } time) return (customer, frame) => new(true, read(customer, frame));
        var range = _windows.Add(time);
        return (customer, frame) =>
        {
            var value = read(customer, frame);
            var ends = frame.Ranges[range];
            return value.Kind == RuleValueKind.Date
                ? new(true, value, Start(ends.Days.From, frame), ends.Days.Until is { } until ? Start(until, frame) : null)
                : new(true, value, Finite(ends.Instants.From), Finite(ends.Instants.Until));
        };
    }

    private static Instant? Start(LocalDate day, RuleFrame frame) => day == LocalDate.MinIsoValue || day == LocalDate.MaxIsoValue ? null : frame.Moment.Calendar.StartOf(day);

    private static Instant? Finite(Instant instant) => instant == Instant.MinValue || instant == Instant.MaxValue ? null : instant;

    private Func<T, RuleFrame, ExplainedValue?> Find(BoundAggregate aggregate, RuleValueKind extremeKind)
    {
        var log = _profile.Log!;
        var compiled = _compiler.Compile(aggregate, extremeKind);
        return (customer, frame) =>
        {
            var counted = new List<RuleEvent>();
            var value = compiled.Compute(log(customer), frame, counted);
            var window = compiled.Window(frame);
            return new(true, value, Finite(window.From), Finite(window.Until), Latest(counted), counted.Count);
        };
    }

    private static List<RuleEvent> Latest(List<RuleEvent> events) =>
        events.Count <= RuleExplanation.MaxEvents ? events : events.GetRange(events.Count - RuleExplanation.MaxEvents, RuleExplanation.MaxEvents);

    private Func<T, RuleFrame, ExplainedValue?> Find(BoundSequence sequence)
    {
        var node = _compiler.Compile(sequence);
        return (customer, frame) =>
        {
            var window = node.Window(frame);
            var met = node.Witness(customer, frame);
            return new(false, default, Finite(window.From), Finite(window.Until), Latest(met), met.Count);
        };
    }
}
