using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerLifecycle.Rules;
using NodaTime.Text;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary>One case, in the library's terms: a condition in JSON, a customer, and the moments at which it is asked.</summary>
internal sealed record SegmentationCase(
    JsonElement Condition,
    IReadOnlyList<KeyValuePair<string, JsonElement>> Segments,
    RuleProfile<CustomerFacts> Profile,
    IReadOnlyDictionary<string, RuleKind>? Schema,
    IReadOnlyList<KeyValuePair<string, RuleValue>> Attributes,
    IReadOnlyList<RuleEvent> Events,
    string Customer,
    LocalCalendar Calendar,
    Instant AsOf,
    IReadOnlyList<Instant>? Timeline)
{
    public CustomerFacts Facts => new(Attributes, EventLog.Of(Events), Customer);

    public static SegmentationCase Read(Members entry)
    {
        var zone = entry.Text("zone");
        var schema = entry.OptionalObject("schema") is { } kinds ? Kinds(kinds) : null;
        return new(
            entry.Raw("condition"),
            entry.OptionalObject("segments") is { } segments ? [.. segments.Names.ToList().Select(name => KeyValuePair.Create(name, segments.Raw(name)))] : [],
            Profiled(schema),
            schema,
            entry.OptionalObject("profile") is { } profile ? [.. profile.Names.ToList().Select(name => KeyValuePair.Create(name, Value(profile.Raw(name))))] : [],
            entry.Has("events") ? [.. entry.Objects("events").Select(Event)] : [],
            entry.OptionalText("customerId") ?? "",
            new(DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? throw new NotUnderstoodException($"The zone '{zone}' is not known.")),
            Time(entry, "asOf"),
            entry.Has("timeline") ? [.. entry.Objects("timeline").Select(Moment)] : null);
    }

    /// <summary>Reads and binds the condition; null when it is refused.</summary>
    public BoundRule? Bind()
    {
        if (Rule.ParseJson(Condition) is not { IsLoaded: true } rule) return null;
        return rule.Value.Bind(Profile.Schema, new JsonSegments(Segments)) is { IsLoaded: true } bound ? bound.Value : null;
    }

    /// <summary>An answer in the shape of the expected members.</summary>
    public JsonObject Answer(Func<Instant, (bool Matches, Instant? NextChange)> judge)
    {
        JsonObject answer = At(judge(AsOf));
        if (Timeline is not null) answer["timeline"] = new JsonArray([.. Timeline.Select(asOf => At(judge(asOf)))]);
        return answer;
    }

    public static JsonObject LoadError() => new() { ["expect"] = "load-error" };

    public static JsonNode Write(Instant instant) => JsonValue.Create(InstantPattern.ExtendedIso.Format(instant))!;

    private static JsonObject At((bool Matches, Instant? NextChange) verdict) => new() { ["expect"] = verdict.Matches, ["nextChange"] = verdict.NextChange is { } change ? Write(change) : null };

    private static Instant Moment(Members moment)
    {
        moment.Skip("expect", "nextChange");
        return Time(moment, "asOf");
    }

    private static RuleEvent Event(Members entry) => new(
        entry.Text("type"),
        Time(entry, "at"),
        entry.OptionalObject("props") is { } properties ? [.. properties.Names.ToList().Select(name => KeyValuePair.Create(name, Value(properties.Raw(name))))] : null,
        entry.OptionalText("id"),
        entry.OptionalInteger("order") ?? 0,
        entry.Has("receivedAt") ? Time(entry, "receivedAt") : null);

    private static Instant Time(Members entry, string name) =>
        OffsetDateTimePattern.ExtendedIso.Parse(entry.Text(name)) is { Success: true } time ? time.Value.ToInstant() : throw entry.Unknown(name);

    private static RuleValue Value(JsonElement value)
    {
        try
        {
            return RuleValueJson.Read(value);
        }
        catch (FormatException unknown)
        {
            throw new NotUnderstoodException(unknown.Message);
        }
    }

    private static RuleProfile<CustomerFacts> Profiled(IReadOnlyDictionary<string, RuleKind>? schema)
    {
        if (schema is null) return CustomerFacts.Profile();
        var profile = new RuleProfile<CustomerFacts>().AnyEvent().Events(facts => facts.Events).Id(facts => facts.Customer);
        foreach (var (name, kind) in schema) profile.Value(name, kind, facts => facts[name]);
        return profile;
    }

    private static Dictionary<string, RuleKind> Kinds(Members kinds) => kinds.Names.ToList().ToDictionary(
        name => name,
        name => kinds.Text(name) switch
        {
            "bool" => RuleKind.Boolean,
            "number" => RuleKind.Number,
            "integer" => RuleKind.Integer,
            "decimal" => RuleKind.Decimal,
            "double" => RuleKind.Double,
            "string" => RuleKind.Text,
            "date" => RuleKind.Date,
            "instant" => RuleKind.Instant,
            "set" => RuleKind.Set,
            _ => throw kinds.Unknown(name),
        },
        StringComparer.Ordinal);

    /// <summary>The named conditions. One that cannot be read is a segment that cannot be loaded.</summary>
    private sealed class JsonSegments(IReadOnlyList<KeyValuePair<string, JsonElement>> segments) : ISegmentLookup
    {
        public IEnumerable<string> Names => segments.Select(segment => segment.Key);

        public Rule? Find(string name) =>
            segments.FirstOrDefault(segment => string.Equals(segment.Key, name, StringComparison.Ordinal)) is { Key: not null } found && Rule.ParseJson(found.Value) is { IsLoaded: true } rule ? rule.Value : null;
    }
}
