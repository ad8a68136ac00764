using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime.Text;

namespace CustomerLifecycle.Rules;

/// <summary>Writes the JSON form of a tree. What is written reads back as an equal tree.</summary>
internal static class RuleJsonWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Condition condition)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options)) Write(condition, json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static void Write(Condition condition, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        switch (condition)
        {
            case AllCondition all:
                Parts("all", all.Conditions, json);
                break;
            case AnyCondition any:
                Parts("any", any.Conditions, json);
                break;
            case NotCondition not:
                json.WritePropertyName("not");
                Write(not.Condition, json);
                break;
            case TestCondition test:
                Write(test, json);
                break;
            case DateCondition date:
                Write(date.Operand, json);
                Write(date, json);
                break;
            case DwellCondition dwell:
                Gap("dwell", new(dwell.Amount, dwell.Unit), json);
                json.WriteString("op", RuleJsonWords.Word(dwell.Operator, false));
                break;
            case SegmentCondition segment:
                json.WriteString("segment", segment.Segment);
                break;
            case SequenceCondition sequence:
                Write(sequence, json);
                break;
            default:
                throw new InvalidOperationException("A condition of this kind has no JSON.");
        }

        json.WriteEndObject();
    }

    private static void Parts(string name, NodeList<Condition> parts, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (var part in parts) Write(part, json);
        json.WriteEndArray();
    }

    private static void Write(TestCondition test, Utf8JsonWriter json)
    {
        if (test is { Operand: SizeOperand size, Operator: RuleOperator.Equal })
        {
            json.WriteString("attr", size.Name);
            json.WriteString("op", "size_eq");
        }
        else
        {
            Write(test.Operand, json);
            json.WriteString("op", RuleJsonWords.Word(test.Operator, test.IgnoreCase));
        }

        if (test.Operator.TakesNothing()) return;
        json.WritePropertyName("value");
        if (test.Operator.TakesList() || test.Values.Count == 2)
        {
            json.WriteStartArray();
            foreach (var value in test.Values) Write(value, json);
            json.WriteEndArray();
        }
        else
        {
            Write(test.Values[0], json);
        }
    }

    private static void Write(DateCondition date, Utf8JsonWriter json)
    {
        switch (date.Test)
        {
            case DateTestKind.InWindow when date.Window!.Kind is WindowKind.Last or WindowKind.Calendar or WindowKind.Previous:
                json.WriteString("op", date.Window.Kind == WindowKind.Previous ? "in_previous" : "in_last");
                Amount(date.Window.Amount, date.Window.Unit, json);
                if (date.Window.Kind == WindowKind.Calendar) json.WriteString("mode", "calendar");
                break;
            case DateTestKind.InWindow:
                json.WriteString("op", "in_window");
                Write(date.Window!, json, "in");
                break;
            case DateTestKind.InNext or DateTestKind.InNextCalendar:
                json.WriteString("op", "in_next");
                Amount(date.Amount, date.Unit, json);
                if (date.Test == DateTestKind.InNextCalendar) json.WriteString("mode", "calendar");
                break;
            case DateTestKind.AnniversaryToday:
                json.WriteString("op", "anniversary_today");
                break;
            case DateTestKind.AnniversaryInNext:
                json.WriteString("op", "anniversary_in_next");
                json.WriteNumber("amount", date.Amount);
                break;
            case DateTestKind.MonthIs:
                json.WriteString("op", "month_is");
                json.WriteNumber("value", date.Amount);
                break;
            default:
                json.WriteString("op", date.Test == DateTestKind.BeforeAgo ? "before_ago" : "after_ago");
                Amount(date.Amount, date.Unit, json);
                break;
        }
    }

    private static void Write(SequenceCondition sequence, Utf8JsonWriter json)
    {
        json.WriteStartArray("sequence");
        foreach (var step in sequence.Steps)
        {
            json.WriteStartObject();
            Write(step.Events, json);
            if (step.Within is { } within) Gap("within", within, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (sequence.Window is not null) Write(sequence.Window, json);
    }

    private static void Write(Operand operand, Utf8JsonWriter json)
    {
        switch (operand)
        {
            case AttributeOperand attribute:
                json.WriteString("attr", attribute.Name);
                break;
            case AgeOperand age:
                json.WriteString("attr", age.Name);
                json.WriteString("fn", "age_years");
                break;
            case SizeOperand size:
                json.WriteString("attr", size.Name);
                json.WriteString("fn", "size");
                break;
            case EventFieldOperand field:
                json.WriteString("field", field.Name);
                break;
            case VisitsOperand visits:
                json.WriteString("visits", visits.Stage);
                break;
            case BucketOperand bucket:
                json.WriteStartObject("bucket");
                json.WriteString("salt", bucket.Salt);
                json.WriteNumber("buckets", bucket.Buckets);
                json.WriteEndObject();
                break;
            case AggregateOperand aggregate:
                Write(aggregate.Events, json);
                if (aggregate.Window is not null) Write(aggregate.Window, json);
                if (aggregate.Aggregation != Aggregation.Count) json.WriteString("agg", RuleJsonWords.Word(aggregate.Aggregation));
                if (aggregate.Property is not null) json.WriteString("of", aggregate.Property);
                break;
            default:
                throw new InvalidOperationException("An operand of this kind has no JSON.");
        }
    }

    private static void Write(EventSelector events, Utf8JsonWriter json)
    {
        json.WriteString("event", events.EventType);
        if (events.Where is null) return;
        json.WritePropertyName("where");
        Write(events.Where, json);
    }

    private static void Write(RuleWindow window, Utf8JsonWriter json, string name = "window")
    {
        json.WriteStartObject(name);
        switch (window.Kind)
        {
            case WindowKind.Last or WindowKind.Calendar or WindowKind.Previous:
                json.WriteNumber(window.Kind == WindowKind.Previous ? "previous" : "last", window.Amount);
                json.WriteString("unit", RuleJsonWords.Word(window.Unit));
                if (window.Kind == WindowKind.Calendar) json.WriteString("mode", "calendar");
                break;
            case WindowKind.Ago:
                json.WriteStartArray("between_ago");
                json.WriteNumberValue(window.Amount);
                json.WriteNumberValue(window.Until);
                json.WriteEndArray();
                json.WriteString("unit", RuleJsonWords.Word(window.Unit));
                break;
            default:
                json.WriteString("from", Write(window.From!.Value));
                if (window.To is { } to) json.WriteString("to", Write(to));
                break;
        }

        json.WriteEndObject();
    }

    private static string Write(RuleTime time) => time.Date is { } date ? LocalDatePattern.Iso.Format(date) : InstantPattern.ExtendedIso.Format(time.Instant!.Value);

    private static void Gap(string name, RuleGap gap, Utf8JsonWriter json)
    {
        json.WriteStartObject(name);
        Amount(gap.Amount, gap.Unit, json);
        json.WriteEndObject();
    }

    private static void Amount(int amount, RuleUnit unit, Utf8JsonWriter json)
    {
        json.WriteNumber("amount", amount);
        json.WriteString("unit", RuleJsonWords.Word(unit));
    }

    private static void Write(RuleValue value, Utf8JsonWriter json)
    {
        switch (value.Kind)
        {
            case RuleValueKind.Boolean:
                json.WriteBooleanValue(value.AsBoolean);
                break;
            case RuleValueKind.Text:
                json.WriteStringValue(value.AsText);
                break;
            case RuleValueKind.Date:
                Typed("$date", LocalDatePattern.Iso.Format(value.AsDate), json);
                break;
            case RuleValueKind.Instant:
                Typed("$instant", InstantPattern.ExtendedIso.Format(value.AsInstant), json);
                break;
            case RuleValueKind.Number when value.Form == NumberForm.Integer:
                json.WriteNumberValue(value.AsInteger);
                break;
            case RuleValueKind.Number when value.Form == NumberForm.Decimal:
                Typed("$decimal", RuleNumbers.Write(value.AsDecimal), json);
                break;
            case RuleValueKind.Number when double.IsInfinity(value.AsDouble):
                Typed("$double", value.AsDouble > 0 ? "Infinity" : "-Infinity", json);
                break;
            case RuleValueKind.Number:
                // A whole double needs its point, or it would read back as an integer.
                var digits = RuleNumbers.Write(value.AsDouble);
                json.WriteRawValue(digits.IndexOfAny(['.', 'e']) < 0 ? digits + ".0" : digits);
                break;
            default:
                throw new InvalidOperationException(string.Format(CultureInfo.InvariantCulture, "{0} has no literal.", value.Kind));
        }
    }

    private static void Typed(string name, string text, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(name, text);
        json.WriteEndObject();
    }
}
