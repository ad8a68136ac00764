using System.Globalization;
using System.Text;
using NodaTime.Text;

namespace CustomerLifecycle.Rules;

/// <summary>Writes a tree as the language's canonical text, in the words of a table. What is written reads back as an equal tree.</summary>
internal sealed class RuleTextWriter
{
    private readonly StringBuilder _text = new();
    private readonly RuleKeywords _words;

    private RuleTextWriter(RuleKeywords words) => _words = words;

    public static string Write(Condition condition, RuleKeywords words)
    {
        var writer = new RuleTextWriter(words);
        writer.Write(condition, Binding.Any);
        return writer._text.ToString();
    }

    public static string Write(Operand operand, RuleKeywords words)
    {
        var writer = new RuleTextWriter(words);
        writer.Write(operand);
        return writer._text.ToString();
    }

    public static string Write(RuleWindow window, RuleKeywords words)
    {
        var writer = new RuleTextWriter(words);
        writer.Write(window);
        return writer._text.ToString();
    }

    public static string Literal(in RuleValue value, RuleKeywords words)
    {
        var writer = new RuleTextWriter(words);
        writer.Write(value);
        return writer._text.ToString();
    }

    // How tightly the place binds: an "all" inside "any" needs no parentheses, an "any" inside "all" does, and so does a chain inside its own kind.
    private enum Binding
    {
        Any,
        InAny,
        InAll,
        InNot,
    }

    private RuleTextWriter Word(string phrase)
    {
        _text.Append(_words.Write(phrase));
        return this;
    }

    private RuleTextWriter Space()
    {
        _text.Append(' ');
        return this;
    }

    private void Write(Condition condition, Binding place)
    {
        switch (condition)
        {
            case AllCondition { Conditions.Count: 0 }:
                Word("true");
                break;
            case AnyCondition { Conditions.Count: 0 }:
                Word("false");
                break;
            case AllCondition all:
                Chain(all.Conditions, "and", Binding.InAll, place is Binding.InAll or Binding.InNot);
                break;
            case AnyCondition any:
                Chain(any.Conditions, "or", Binding.InAny, place != Binding.Any);
                break;
            case NotCondition not:
                Word("not").Space().Write(not.Condition, Binding.InNot);
                break;
            case TestCondition test:
                Write(test);
                break;
            case DateCondition date:
                Write(date);
                break;
            case DwellCondition dwell:
                Word("dwell").Space()._text.Append(Symbol(dwell.Operator));
                Space().Write(dwell.Amount, dwell.Unit);
                break;
            case SegmentCondition segment:
                Word("in segment").Space().Quote(segment.Segment, '\'');
                break;
            case SequenceCondition sequence:
                Write(sequence);
                break;
            default:
                throw new InvalidOperationException("A condition of this kind has no text.");
        }
    }

    private void Chain(NodeList<Condition> parts, string word, Binding inside, bool parentheses)
    {
        if (parentheses) _text.Append('(');
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) Space().Word(word).Space();
            Write(parts[i], inside);
        }

        if (parentheses) _text.Append(')');
    }

    private void Write(TestCondition test)
    {
        Write(test.Operand);
        Space();
        switch (test.Operator)
        {
            case RuleOperator.Between or RuleOperator.NotBetween:
                Word(test.Operator == RuleOperator.Between ? "between" : "not between").Space().Write(test.Values[0]);
                Space().Word("and").Space().Write(test.Values[1]);
                break;
            case var op when op.TakesNothing():
                Word(Phrase(op));
                break;
            case var op when op.TakesList():
                Word(Phrase(op)).Space();
                _text.Append('(');
                for (var i = 0; i < test.Values.Count; i++)
                {
                    if (i > 0) _text.Append(", ");
                    Write(test.Values[i]);
                }

                _text.Append(')');
                break;
            default:
                if (test.Operator.IsComparison()) _text.Append(Symbol(test.Operator));
                else Word(Phrase(test.Operator));
                Space().Write(test.Values[0]);
                break;
        }

        if (test.IgnoreCase) Space().Word("ignoring case");
    }

    internal static string Symbol(RuleOperator op) => op switch
    {
        RuleOperator.Equal => "=",
        RuleOperator.NotEqual => "!=",
        RuleOperator.Less => "<",
        RuleOperator.LessOrEqual => "<=",
        RuleOperator.Greater => ">",
        _ => ">=",
    };

    private static string Phrase(RuleOperator op) => op switch
    {
        RuleOperator.In => "in",
        RuleOperator.NotIn => "not in",
        RuleOperator.Contains => "contains",
        RuleOperator.NotContains => "not contains",
        RuleOperator.StartsWith => "starts with",
        RuleOperator.EndsWith => "ends with",
        RuleOperator.Like => "like",
        RuleOperator.IsSet => "is set",
        RuleOperator.IsNotSet => "is not set",
        RuleOperator.IsEmpty => "is empty",
        RuleOperator.IsNotEmpty => "is not empty",
        RuleOperator.HasAny => "has any of",
        RuleOperator.HasAll => "has all of",
        RuleOperator.HasNone => "has none of",
        _ => throw new InvalidOperationException($"{op} is no word."),
    };

    private void Write(DateCondition date)
    {
        Write(date.Operand);
        Space();
        switch (date.Test)
        {
            case DateTestKind.InWindow:
                Word("in").Space().Write(date.Window!);
                break;
            case DateTestKind.InNext:
                Word("in next").Space().Write(date.Amount, date.Unit);
                break;
            case DateTestKind.InNextCalendar:
                Word("in next").Space().Write(date.Amount, date.Unit, "calendar");
                break;
            case DateTestKind.AnniversaryToday:
                Word("anniversary").Space().Word("today");
                break;
            case DateTestKind.AnniversaryInNext:
                Word("anniversary").Space().Word("in next").Space().Write(date.Amount, RuleUnit.Day);
                break;
            case DateTestKind.MonthIs:
                Word("anniversary").Space().Word("in month").Space()._text.Append(date.Amount.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                Word(date.Test == DateTestKind.BeforeAgo ? "before" : "after").Space().Write(date.Amount, date.Unit);
                Space().Word("ago");
                break;
        }
    }

    private void Write(SequenceCondition sequence)
    {
        Word("sequence")._text.Append('(');
        for (var i = 0; i < sequence.Steps.Count; i++)
        {
            if (i > 0) Space().Word("then").Space();
            Write(sequence.Steps[i].Events);
            if (sequence.Steps[i].Within is { } within) Space().Word("within").Space().Write(within.Amount, within.Unit);
        }

        _text.Append(')');
        if (sequence.Window is not null) Space().Write(sequence.Window);
    }

    private void Write(Operand operand)
    {
        switch (operand)
        {
            case AttributeOperand attribute:
                Name(attribute.Name);
                break;
            case EventFieldOperand field:
                Word("event")._text.Append('.');
                Name(field.Name);
                break;
            case AgeOperand age:
                Call("age").Name(age.Name);
                _text.Append(')');
                break;
            case SizeOperand size:
                Call("size").Name(size.Name);
                _text.Append(')');
                break;
            case VisitsOperand visits:
                Call("visits").Quote(visits.Stage, '\'');
                _text.Append(')');
                break;
            case BucketOperand bucket:
                Call("bucket").Quote(bucket.Salt, '\'');
                if (bucket.Buckets != BucketOperand.DefaultBuckets) _text.Append(", ").Append(bucket.Buckets.ToString(CultureInfo.InvariantCulture));
                _text.Append(')');
                break;
            case AggregateOperand aggregate:
                Write(aggregate.Events);
                _text.Append('.');
                Call(Phrase(aggregate.Aggregation));
                if (aggregate.Property is not null) Name(aggregate.Property);
                if (aggregate.Property is not null && aggregate.Window is not null) _text.Append(", ");
                if (aggregate.Window is not null) Write(aggregate.Window);
                _text.Append(')');
                break;
            default:
                throw new InvalidOperationException("An operand of this kind has no text.");
        }
    }

    private RuleTextWriter Call(string word)
    {
        Word(word)._text.Append('(');
        return this;
    }

    internal static string Phrase(Aggregation aggregation) => aggregation switch
    {
        Aggregation.Count => "count",
        Aggregation.Sum => "sum",
        Aggregation.Average => "avg",
        Aggregation.Minimum => "min",
        Aggregation.Maximum => "max",
        Aggregation.Distinct => "distinct",
        Aggregation.First => "first",
        Aggregation.Last => RuleKeywords.LastEvent,
        _ => "latest",
    };

    private void Write(EventSelector events)
    {
        Name(events.EventType);
        if (events.Where is null) return;
        _text.Append('[');
        Write(events.Where, Binding.Any);
        _text.Append(']');
    }

    private void Write(RuleWindow window)
    {
        switch (window.Kind)
        {
            case WindowKind.Last:
                Word("last").Space().Write(window.Amount, window.Unit);
                break;
            case WindowKind.Calendar when window.Amount == 1:
                Word("this").Space().Word(Phrase(window.Unit, 1));
                break;
            case WindowKind.Calendar:
                Word("last").Space().Write(window.Amount, window.Unit, "calendar");
                break;
            case WindowKind.Previous:
                Word("previous").Space().Write(window.Amount, window.Unit);
                break;
            case WindowKind.Ago:
                Word("between").Space()._text.Append(window.Amount.ToString(CultureInfo.InvariantCulture));
                Space().Word("and").Space().Write(window.Until, window.Unit);
                Space().Word("ago");
                break;
            default:
                Word("from").Space().Write(window.From!.Value);
                if (window.To is { } to) Space().Word("to").Space().Write(to);
                break;
        }
    }

    private void Write(RuleTime time) => Write(time.Date is { } date ? RuleValue.Of(date) : RuleValue.Of(time.Instant!.Value));

    private void Write(int amount, RuleUnit unit, string? between = null)
    {
        _text.Append(amount.ToString(CultureInfo.InvariantCulture)).Append(' ');
        if (between is not null) Word(between).Space();
        Word(Phrase(unit, amount));
    }

    internal static string Phrase(RuleUnit unit, int amount)
    {
        var singular = unit switch
        {
            RuleUnit.Second => "second",
            RuleUnit.Minute => "minute",
            RuleUnit.Hour => "hour",
            RuleUnit.Day => "day",
            RuleUnit.Week => "week",
            RuleUnit.Month => "month",
            RuleUnit.Quarter => "quarter",
            _ => "year",
        };
        return amount == 1 ? singular : singular + "s";
    }

    private void Write(RuleValue value)
    {
        switch (value.Kind)
        {
            case RuleValueKind.Boolean:
                Word(value.AsBoolean ? "true" : "false");
                break;
            case RuleValueKind.Number when value.Form == NumberForm.Double && double.IsInfinity(value.AsDouble):
                if (value.AsDouble < 0) _text.Append('-');
                Word("infinity");
                break;
            case RuleValueKind.Number:
                _text.Append(RuleNumbers.Write(value));
                break;
            case RuleValueKind.Text:
                Quote(value.AsText, '\'');
                break;
            case RuleValueKind.Date:
                _text.Append(LocalDatePattern.Iso.Format(value.AsDate));
                break;
            case RuleValueKind.Instant:
                _text.Append(NodaTime.Text.InstantPattern.ExtendedIso.Format(value.AsInstant));
                break;
            default:
                throw new InvalidOperationException($"{value.Kind} has no literal.");
        }
    }

    private void Quote(string text, char quote)
    {
        _text.Append(quote);
        foreach (var unit in text)
        {
            if (unit == quote) _text.Append(quote);
            _text.Append(unit);
        }

        _text.Append(quote);
    }

    private void Name(string name)
    {
        var words = _words.Read(name);
        var plain = words is null || (words.Length == 1 && !RuleTextReader.IsReserved(words[0]) && words[0] is not ("event" or "dwell" or "age" or "size" or "bucket" or "visits" or "sequence" or "last" or "previous" or "this" or "between" or "from"));
        plain = plain && RuleLexer.IsNameStart(name[0]);
        for (var i = 1; plain && i < name.Length; i++) plain = RuleLexer.IsNamePart(name[i]);
        if (plain) _text.Append(name);
        else Quote(name, '"');
    }
}
