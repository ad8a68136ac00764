using System.Text.Json;

namespace CustomerLifecycle.Stages;

/// <summary>What came of reading a model: the model, or everything that is wrong with the text.</summary>
public sealed class StageModelLoad
{
    internal StageModelLoad(StageModel? model, IReadOnlyList<Finding> findings)
    {
        Model = model;
        Findings = findings;
    }

    /// <summary>The model; null when the text could not be read or the model has errors.</summary>
    public StageModel? Model { get; }

    /// <summary>Everything that was found, warnings of a usable model included.</summary>
    public IReadOnlyList<Finding> Findings { get; }
}

/// <summary>Stage models as JSON: the form is described in docs/stages.md. Members that it does not know are refused.</summary>
public static class StageModelJson
{
    /// <summary>The longest text, in UTF-16 code units.</summary>
    public const int MaxLength = 1_048_576;

    /// <summary>Reads a model and validates it. Every problem is reported at once.</summary>
    /// <param name="json">At most <see cref="MaxLength"/> UTF-16 code units.</param>
    public static StageModelLoad Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > MaxLength) return new(null, [new("stages.json-too-long", "$", $"A model has at most {MaxLength} characters; this one has {json.Length}.")]);
        try
        {
            using var document = JsonDocument.Parse(json);
            var reader = new StageModelReader();
            var model = reader.Model(document.RootElement);
            var findings = model is null || reader.Findings.Count > 0 ? reader.Findings : model.Validate();
            return new(findings.Any(finding => finding.Severity == FindingSeverity.Error) ? null : model, findings);
        }
        catch (JsonException exception)
        {
            return new(null, [new("stages.json-syntax", $"line {exception.LineNumber + 1}", "This is no JSON. Correct it there.")]);
        }
    }

    /// <summary>Writes a model, defaults left out.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">A guard is a predicate or calendar span in code, which JSON cannot hold.</exception>
    public static string Write(StageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) StageModelWriter.Write(writer, model);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}

/// <summary>Reads the JSON form of a model; collects problems and goes on.</summary>
internal sealed class StageModelReader
{
    private static readonly Dictionary<string, StageAggregate> Aggregates = new(StringComparer.Ordinal)
    {
        ["count"] = StageAggregate.Count,
        ["sum"] = StageAggregate.Sum,
        ["min"] = StageAggregate.Min,
        ["max"] = StageAggregate.Max,
        ["last"] = StageAggregate.Last,
        ["distinct"] = StageAggregate.Distinct,
    };

    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> Findings => _findings;

    public StageModel? Model(JsonElement json)
    {
        if (!IsObject(json, "$", "id", "version", "initial", "direction", "selection", "manualOnly", "name", "description", "zone", "facts", "stages", "transitions")) return null;
        var id = RequiredText(json, "id", "$");
        var direction = Choice(json, "direction", "$", "free", "forward");
        var selection = Choice(json, "selection", "$", "first", "exclusive");
        var facts = Items(json, "facts", "$", Fact);
        var stages = Items(json, "stages", "$", Stage);
        var transitions = Items(json, "transitions", "$", Transition);
        var (version, initial, manualOnly) = (Integer(json, "version", "$") ?? 1, Text(json, "initial", "$"), Texts(json, "manualOnly", "$"));
        var (name, description) = (People(json, "name", "$"), People(json, "description", "$"));
        var zone = Text(json, "zone", "$");
        if (_findings.Count > 0 || id is null) return null;
        return new(id, version, initial, stages, transitions, facts, (StageDirection)direction, (StageSelection)selection, manualOnly, name, description, zone);
    }

    private StageFact? Fact(JsonElement json, string place)
    {
        if (!IsObject(json, place, ["name", "field", "scope", "window", "description", .. Aggregates.Keys])) return null;
        var aggregates = Aggregates.Where(aggregate => json.TryGetProperty(aggregate.Key, out _)).ToArray();
        if (aggregates.Length != 1)
        {
            Add("stages.json-fact", place, $"A fact has exactly one of {string.Join(", ", Aggregates.Keys)}; this one has {aggregates.Length}.");
            return null;
        }

        var name = RequiredText(json, "name", place);
        var type = RequiredText(json, aggregates[0].Key, place);
        var field = aggregates[0].Value == StageAggregate.Count ? null : RequiredText(json, "field", place);
        if (aggregates[0].Value == StageAggregate.Count && json.TryGetProperty("field", out _)) Add("stages.json-fact", place, "A count has no field. Leave it out.");
        var scope = Choice(json, "scope", place, "lifetime", "stage");
        var (window, description) = (Span(json, "window", place), People(json, "description", place));
        return _findings.Count > 0 || name is null || type is null ? null : new(name, aggregates[0].Value, type, field, (StageFactScope)scope, window, description);
    }

    private Stage? Stage(JsonElement json, string place)
    {
        if (!IsObject(json, place, "id", "rank", "parent", "initial", "final", "entry", "exit", "timers", "name", "description", "reasons")) return null;
        var id = RequiredText(json, "id", place);
        var timers = Items(json, "timers", place, Timer);
        var (rank, parent, initial, isFinal) = (Integer(json, "rank", place) ?? 0, Text(json, "parent", place), Text(json, "initial", place), Flag(json, "final", place));
        var (entry, exit, reasons) = (Texts(json, "entry", place), Texts(json, "exit", place), Texts(json, "reasons", place));
        var (name, description) = (People(json, "name", place), People(json, "description", place));
        return _findings.Count > 0 || id is null ? null : new(id, rank, parent, initial, isFinal, entry, exit, timers, name, description, reasons);
    }

    private StageTimer? Timer(JsonElement json, string place)
    {
        if (!IsObject(json, place, "id", "after", "to", "since", "when", "effects", "allowBackward", "reason")) return null;
        var (id, to, after) = (RequiredText(json, "id", place), RequiredText(json, "to", place), Span(json, "after", place));
        if (after is null) Add("stages.json-missing", place + ".after", "Say how long after its anchor the timer is due.");
        var (since, when, effects) = (Texts(json, "since", place), Guard(json, place), Texts(json, "effects", place));
        var (allowBackward, reason) = (Flag(json, "allowBackward", place), Text(json, "reason", place));
        return _findings.Count > 0 || id is null || to is null || after is null ? null : new(id, after, to, since, when, effects, allowBackward, reason);
    }

    private StageTransition? Transition(JsonElement json, string place)
    {
        if (!IsObject(json, place, "id", "from", "on", "to", "when", "priority", "internal", "effects", "allowBackward")) return null;
        var (id, on, from) = (RequiredText(json, "id", place), RequiredText(json, "on", place), Texts(json, "from", place));
        if (from.Length == 0) Add("stages.json-missing", place + ".from", "Say which stages it leads from, or [\"*\"].");
        var (to, when, priority) = (Text(json, "to", place), Guard(json, place), Integer(json, "priority", place) ?? 0);
        var (isInternal, effects, allowBackward) = (Flag(json, "internal", place), Texts(json, "effects", place), Flag(json, "allowBackward", place));
        return _findings.Count > 0 || id is null || on is null ? null : new(id, from, on, to, when, priority, isInternal, effects, allowBackward);
    }

    // What the condition itself gets wrong is reported by the model's validation, at the transition or timer.
    private StageGuard? Guard(JsonElement json, string place) => Text(json, "when", place) is { } text ? StageGuard.Parse(text) : null;

    private StageSpan? Span(JsonElement json, string name, string place)
    {
        if (!json.TryGetProperty(name, out var span)) return null;
        place = $"{place}.{name}";
        if (!IsObject(span, place, "days", "hours", "minutes", "seconds", "years", "months", "calendarDays", "zone")) return null;
        int Of(string unit) => Integer(span, unit, place) ?? 0;
        var exact = Duration.FromDays(Of("days")) + Duration.FromHours(Of("hours")) + Duration.FromMinutes(Of("minutes")) + Duration.FromSeconds(Of("seconds"));
        var months = ((long)Of("years") * 12) + Of("months");
        if (months is > int.MaxValue or < int.MinValue) Add("stages.json-kind", place, "That is more months than there are. Shorten it.");
        return StageSpan.Of(exact, (int)Math.Min(int.MaxValue, Math.Max(int.MinValue, months)), Of("calendarDays"), Text(span, "zone", place));
    }

    private StageText? People(JsonElement json, string name, string place)
    {
        if (!json.TryGetProperty(name, out var text)) return null;
        place = $"{place}.{name}";
        if (!IsObject(text, place, "en", "zh")) return null;
        return RequiredText(text, "en", place) is { } english ? new(english, Text(text, "zh", place)) : null;
    }

    private T[] Items<T>(JsonElement json, string name, string place, Func<JsonElement, string, T?> read)
        where T : class
    {
        if (!json.TryGetProperty(name, out var items)) return [];
        place = $"{place}.{name}";
        if (items.ValueKind != JsonValueKind.Array)
        {
            Add("stages.json-kind", place, "It must be a list.");
            return [];
        }

        var index = 0;
        var taken = new List<T>();
        foreach (var item in items.EnumerateArray())
        {
            if (read(item, $"{place}[{index++}]") is { } value) taken.Add(value);
        }

        return [.. taken];
    }

    private bool IsObject(JsonElement json, string place, params string[] members)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Add("stages.json-kind", place, "It must be an object.");
            return false;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (Array.IndexOf(members, member.Name) < 0) Add("stages.json-unknown-member", $"{place}.{member.Name}", $"There is no such member. Here may stand {string.Join(", ", members)}.");
            if (!seen.Add(member.Name)) Add("stages.json-duplicate-member", $"{place}.{member.Name}", "It is there twice. Take one away.");
        }

        return true;
    }

    private string? RequiredText(JsonElement json, string name, string place)
    {
        var text = Text(json, name, place);
        if (text is null && !json.TryGetProperty(name, out _)) Add("stages.json-missing", $"{place}.{name}", "It is missing. Add it.");
        else if (text is not null && string.IsNullOrWhiteSpace(text)) Add("stages.json-missing", $"{place}.{name}", "It is blank. Give it a value.");
        return text;
    }

    private string? Text(JsonElement json, string name, string place)
    {
        if (!json.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Add("stages.json-kind", $"{place}.{name}", "It must be a text.");
        return null;
    }

    private string[] Texts(JsonElement json, string name, string place)
    {
        if (!json.TryGetProperty(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)) return [.. value.EnumerateArray().Select(item => item.GetString()!)];
        Add("stages.json-kind", $"{place}.{name}", "It must be a list of texts.");
        return [];
    }

    private int? Integer(JsonElement json, string name, string place)
    {
        if (!json.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)) return number;
        Add("stages.json-kind", $"{place}.{name}", "It must be a whole number of at most 31 bits.");
        return null;
    }

    private bool Flag(JsonElement json, string name, string place)
    {
        if (!json.TryGetProperty(name, out var value)) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Add("stages.json-kind", $"{place}.{name}", "It must be true or false.");
        return false;
    }

    private int Choice(JsonElement json, string name, string place, params string[] choices)
    {
        if (Text(json, name, place) is not { } text) return 0;
        var choice = Array.IndexOf(choices, text);
        if (choice < 0) Add("stages.json-kind", $"{place}.{name}", $"It must be one of {string.Join(", ", choices)}.");
        return Math.Max(0, choice);
    }

    private void Add(string code, string place, string advice) => _findings.Add(new(code, place, advice));
}

/// <summary>Writes the JSON form of a model.</summary>
internal static class StageModelWriter
{
    public static void Write(Utf8JsonWriter writer, StageModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("id", model.Id);
        writer.WriteNumber("version", model.Version);
        if (model.Initial is not null) writer.WriteString("initial", model.Initial);
        if (model.Direction == StageDirection.Forward) writer.WriteString("direction", "forward");
        if (model.Selection == StageSelection.Exclusive) writer.WriteString("selection", "exclusive");
        Texts(writer, "manualOnly", model.ManualOnly);
        People(writer, "name", model.Name, model.Id);
        People(writer, "description", model.Description, null);
        if (model.ZoneId is not null) writer.WriteString("zone", model.ZoneId);
        Items(writer, "facts", model.Facts, Fact);
        Items(writer, "stages", model.Stages, Stage);
        Items(writer, "transitions", model.Transitions, Transition);
        writer.WriteEndObject();
    }

    private static void Fact(Utf8JsonWriter writer, StageFact fact)
    {
        writer.WriteString("name", fact.Name);
#pragma warning disable CA1308 // the form's own words are in lower case
        writer.WriteString(fact.Aggregate.ToString().ToLowerInvariant(), fact.EventType);
#pragma warning restore CA1308
        if (fact.Field is not null) writer.WriteString("field", fact.Field);
        if (fact.Scope == StageFactScope.Stage) writer.WriteString("scope", "stage");
        if (fact.Window is not null) Span(writer, "window", fact.Window);
        People(writer, "description", fact.Description, null);
    }

    private static void Stage(Utf8JsonWriter writer, Stage stage)
    {
        writer.WriteString("id", stage.Id);
        if (stage.Rank != 0) writer.WriteNumber("rank", stage.Rank);
        if (stage.Parent is not null) writer.WriteString("parent", stage.Parent);
        if (stage.Initial is not null) writer.WriteString("initial", stage.Initial);
        if (stage.IsFinal) writer.WriteBoolean("final", true);
        Texts(writer, "entry", stage.Entry);
        Texts(writer, "exit", stage.Exit);
        Texts(writer, "reasons", stage.Reasons);
        People(writer, "name", stage.Name, stage.Id);
        People(writer, "description", stage.Description, null);
        Items(writer, "timers", stage.Timers, Timer);
    }

    private static void Timer(Utf8JsonWriter writer, StageTimer timer)
    {
        writer.WriteString("id", timer.Id);
        Span(writer, "after", timer.After);
        writer.WriteString("to", timer.To);
        Texts(writer, "since", timer.Since);
        Guard(writer, timer.When);
        Texts(writer, "effects", timer.Effects);
        if (timer.AllowBackward) writer.WriteBoolean("allowBackward", true);
        if (timer.Reason is not null) writer.WriteString("reason", timer.Reason);
    }

    private static void Transition(Utf8JsonWriter writer, StageTransition transition)
    {
        writer.WriteString("id", transition.Id);
        Texts(writer, "from", transition.From);
        writer.WriteString("on", transition.On);
        if (transition.To is not null) writer.WriteString("to", transition.To);
        Guard(writer, transition.When);
        if (transition.Priority != 0) writer.WriteNumber("priority", transition.Priority);
        if (transition.IsInternal) writer.WriteBoolean("internal", true);
        Texts(writer, "effects", transition.Effects);
        if (transition.AllowBackward) writer.WriteBoolean("allowBackward", true);
    }

    private static void Guard(Utf8JsonWriter writer, StageGuard? guard)
    {
        if (guard is null) return;
        if (!guard.IsText) throw new ArgumentException($"The guard '{guard.Text}' is code, which JSON cannot hold. Write it in the condition language, or keep the model in code.", nameof(guard));
        writer.WriteString("when", guard.Text);
    }

    private static void Span(Utf8JsonWriter writer, string name, StageSpan span)
    {
        writer.WriteStartObject(name);
        Number(writer, "years", span.Months / 12);
        Number(writer, "months", span.Months % 12);
        Number(writer, "calendarDays", span.CalendarDays);
        Number(writer, "days", span.Exact.Days);
        Number(writer, "hours", span.Exact.Hours);
        Number(writer, "minutes", span.Exact.Minutes);
        Number(writer, "seconds", span.Exact.Seconds);
        if (span.ZoneId is not null) writer.WriteString("zone", span.ZoneId);
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, int number)
    {
        if (number != 0) writer.WriteNumber(name, number);
    }

    private static void People(Utf8JsonWriter writer, string name, StageText? text, string? ofNone)
    {
        if (text is null || (text.Chinese is null && string.Equals(text.English, ofNone, StringComparison.Ordinal))) return;
        writer.WriteStartObject(name);
        writer.WriteString("en", text.English);
        if (text.Chinese is not null) writer.WriteString("zh", text.Chinese);
        writer.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void Items<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(writer, item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
