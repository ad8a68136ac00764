using System.Runtime.CompilerServices;
using CustomerLifecycle.Rules;

namespace CustomerLifecycle.Stages;

/// <summary>All guards of one version as one array of tests, each naming where to go on when true and when false.</summary>
internal sealed class GuardProgram
{
    /// <summary>The guard is true.</summary>
    public const int Accept = -1;

    /// <summary>The guard is false.</summary>
    public const int Reject = -2;

    private readonly GuardTest[] _tests;
    private readonly GuardNode[] _nodes;

    /// <summary>Puts tests together.</summary>
    /// <param name="tests">The tests.</param>
    /// <param name="nodes">What each was made of, for explanations.</param>
    public GuardProgram(GuardTest[] tests, GuardNode[] nodes)
    {
        _tests = tests;
        _nodes = nodes;
    }

    /// <summary>Runs the guard that starts at <paramref name="entry"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsTrue(int entry, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal, long now) =>
        entry == Accept || (entry >= 0 && Run(entry, in state, facts, in signal, now));

    /// <summary>Judges one test by itself.</summary>
    public bool Judge(GuardNode node, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal, long now) =>
        Holds(in _tests[Array.IndexOf(_nodes, node)], in state, facts, in signal, now);

    /// <summary>What one test looks at.</summary>
    public StageValue ValueOf(GuardNode node, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal, long now)
    {
        return ValueOf(in _tests[Array.IndexOf(_nodes, node)], in state, facts, in signal, now);
    }

    private static StageValue ValueOf(in GuardTest test, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal, long now)
    {
        return (test.Source == GuardSource.Asked ? test.More!.AskedOf : test.Source) switch
        {
            GuardSource.PlainFact => facts[test.Slot],
            GuardSource.RingFact => state.Memory!.Rings[test.Slot].Value(now),
            GuardSource.EventField => signal.Id is null ? StageValue.None : StageSignal.Field(in signal, test.Slot),
            GuardSource.Visits => StageValue.Number(state.Memory!.Visits[test.Slot]),
            _ => StageValue.None,
        };
    }

    /// <summary>When a test that the condition language judges becomes true if nothing happens; null when it never does.</summary>
    public Instant? HoldsFrom(GuardNode node, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal, long now)
    {
        var more = _tests[Array.IndexOf(_nodes, node)].More!;
        var verdict = more.Asked!.Judge(RuleValue.Of(ValueOf(node, in state, facts, in signal, now).ToProperty()), more.MomentOf(now));
        return verdict.Matches ? null : verdict.NextChange;
    }

    private bool Run(int at, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal, long now)
    {
        var tests = _tests;
        do
        {
            ref readonly var test = ref tests[at];
            var holds = test.Source == GuardSource.PlainFact ? test.Holds(in facts[test.Slot]) : Holds(in test, in state, facts, in signal, now);
            at = holds ? test.OnTrue : test.OnFalse;
        }
        while (at >= 0);

        return at == Accept;
    }

    private static bool Holds(in GuardTest test, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal, long now)
    {
        switch (test.Source)
        {
            case GuardSource.PlainFact:
                return test.Holds(in facts[test.Slot]);
            case GuardSource.RingFact:
                return test.Holds(state.Memory!.Rings[test.Slot].Value(now));
            case GuardSource.EventField:
                return test.Holds(in StageSignal.Field(in signal, test.Slot));
            case GuardSource.Visits:
                return test.Holds(StageValue.Number(state.Memory!.Visits[test.Slot]));
            case GuardSource.Nothing:
                return test.Holds(StageValue.None);
            case GuardSource.Asked:
                return test.More!.Asked!.Matches(RuleValue.Of(ValueOf(in test, in state, facts, in signal, now).ToProperty()), test.More.MomentOf(now));
            case GuardSource.Dwell:
                return test.HoldsOrder(now.CompareTo(test.More!.Span.After(state.EnteredTicks)));
            default:
                return test.More!.Predicate!(new StageContext(test.More.Machine!, in state, facts, in signal, now));
        }
    }
}

internal enum GuardSource : byte
{
    PlainFact,
    RingFact,
    EventField,
    Visits,
    Nothing,
    Dwell,
    Predicate,

    /// <summary>Any of the above, judged by the condition language.</summary>
    Asked,
}

internal enum GuardTestKind : byte
{
    Compare,
    Among,
    Exists,
    Text,
}

/// <summary>One test of a <see cref="GuardProgram"/>.</summary>
internal struct GuardTest
{
    public GuardSource Source;
    public GuardTestKind Kind;

    /// <summary>Which orders the comparison accepts: <see cref="Below"/>, <see cref="Same"/>, <see cref="Above"/>.</summary>
    public byte Accepts;
    public bool IsEqual;
    public bool EmptyIsNone;
    public bool IgnoreCase;
    public GuardTextTest TextTest;
    public int Slot;
    public int OnTrue;
    public int OnFalse;
    public StageValue Constant;

    /// <summary>The constant's digits at each scale at which it is exact; null when it is no number.</summary>
    public long[]? Scaled;
    public int ScaledFrom;
    public GuardTestMore? More;

    private const byte Below = 1, Same = 2, Above = 4;

    public static byte AcceptedBy(GuardComparison comparison) => comparison switch
    {
        GuardComparison.Equal => Same,
        GuardComparison.Less => Below,
        GuardComparison.LessOrEqual => Below | Same,
        GuardComparison.Greater => Above,
        _ => Above | Same,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Holds(in StageValue value)
    {
        var scaled = Scaled;
        if (scaled is not null && value.TryGetMantissa(out var mantissa, out var power) && (uint)(power - ScaledFrom) < (uint)scaled.Length)
        {
            var wanted = scaled[power - ScaledFrom];
            return (Accepts & (mantissa < wanted ? Below : mantissa == wanted ? Same : Above)) != 0;
        }

        return HoldsSlowly(in value);
    }

    public readonly bool HoldsOrder(int order) => (Accepts & (order < 0 ? Below : order == 0 ? Same : Above)) != 0;

    private readonly bool HoldsSlowly(in StageValue value)
    {
        switch (Kind)
        {
            case GuardTestKind.Compare:
                return IsEqual ? !value.IsNone && value.Equals(Constant) : StageValue.TryCompare(in value, in Constant, out var order) && HoldsOrder(order);
            case GuardTestKind.Among:
                foreach (ref readonly var candidate in More!.Constants.AsSpan())
                {
                    if (value.Equals(candidate)) return true;
                    if (IgnoreCase && value.TryGetText(out var given) && candidate.TryGetText(out var wanted) && string.Equals(given, wanted, StringComparison.OrdinalIgnoreCase)) return true;
                }

                return false;
            case GuardTestKind.Exists:
                return !value.IsNone && !(EmptyIsNone && value.TryGetText(out var content) && content.Length == 0);
            default:
                return value.TryGetText(out var subject) && HoldsText(subject);
        }
    }

#if NET8_0_OR_GREATER
    private static bool Contains(string subject, string pattern, StringComparison comparison) => subject.Contains(pattern, comparison);
#else
    private static bool Contains(string subject, string pattern, StringComparison comparison) => subject.IndexOf(pattern, comparison) >= 0;
#endif

    private readonly bool HoldsText(string subject)
    {
        Constant.TryGetText(out var pattern);
        var comparison = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return TextTest switch
        {
            GuardTextTest.Contains => Contains(subject, pattern, comparison),
            GuardTextTest.StartsWith => subject.StartsWith(pattern, comparison),
            _ => subject.EndsWith(pattern, comparison),
        };
    }
}

/// <summary>What only some tests need.</summary>
internal sealed class GuardTestMore
{
    /// <summary>Of a test for one of several values.</summary>
    public StageValue[]? Constants { get; init; }

    /// <summary>Of a dwell.</summary>
    public CompiledSpan Span { get; init; }

    /// <summary>Of a condition in a host's own code.</summary>
    public StagePredicate? Predicate { get; init; }

    public StageMachine? Machine { get; init; }

    /// <summary>A test that the condition language judges.</summary>
    public CompiledRule<RuleValue>? Asked { get; init; }

    /// <summary>What it is asked of.</summary>
    public GuardSource AskedOf { get; init; }

    /// <summary>The zone of the model, whose days count.</summary>
    public LocalCalendar? Calendar { get; init; }

    public RuleMoment MomentOf(long now) => new(StageTime.InstantOf(now), Calendar!);
}
