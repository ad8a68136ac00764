using System.Globalization;
using System.Text.Json;
using CustomerLifecycle.Rules;
using CustomerLifecycle.Stages;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary>Translates the guards of the lifecycle cases into the condition language; a dwell in calendar units of a zone has a form of its own.</summary>
internal static class LifecycleGuards
{
    public static StageGuard Of(Members guard)
    {
        if (guard.Has("all")) return StageGuard.All([.. guard.Objects("all").Select(Of)]);
        if (guard.Has("any")) return StageGuard.Any([.. guard.Objects("any").Select(Of)]);
        if (guard.Has("not")) return StageGuard.Not(Of(guard.Object("not")));
        if (guard.OptionalObject("dwell") is { } dwell)
            return StageGuard.All([.. dwell.Names.Select(name => StageGuard.Dwell(OperatorOf(guard, name), LifecycleFormat.SpanOf(dwell.Object(name))))]);

        Operand operand = guard.OptionalText("fact") is { } fact ? new AttributeOperand(fact)
            : guard.OptionalText("event") is { } field ? new EventFieldOperand(field)
            : new VisitsOperand(guard.Text("visits"));
        var tests = guard.Names.Except(["fact", "event", "visits"], StringComparer.Ordinal).Select(name => StageGuard.Rule(new(TestOf(operand, guard, name)))).ToArray();
        return tests.Length > 0 ? StageGuard.All(tests) : throw new NotUnderstoodException($"{guard.Place} tests nothing.");
    }

    private static TestCondition TestOf(Operand operand, Members guard, string name) => name switch
    {
        "exists" => new(operand, guard.Flag(name) ? RuleOperator.IsSet : RuleOperator.IsNotSet),
        "in" => new(operand, RuleOperator.In, guard.Raw(name).EnumerateArray().Select(ValueOf)),
        _ => new(operand, OperatorOf(guard, name), [ValueOf(guard.Raw(name))]),
    };

    private static RuleOperator OperatorOf(Members guard, string name) => name switch
    {
        "eq" => RuleOperator.Equal,
        "ne" => RuleOperator.NotEqual,
        "lt" => RuleOperator.Less,
        "le" => RuleOperator.LessOrEqual,
        "gt" => RuleOperator.Greater,
        "ge" => RuleOperator.GreaterOrEqual,
        _ => throw new NotUnderstoodException($"{guard.Place}/{name} is not a member that the runner knows."),
    };

    private static RuleValue ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => RuleValue.Of(number),
        JsonValueKind.String => RuleValue.Of(value.GetString()),
        JsonValueKind.True or JsonValueKind.False => RuleValue.Of(value.GetBoolean()),
        _ => throw new NotUnderstoodException($"{value.GetRawText()} is no number, text or truth value."),
    };
}
