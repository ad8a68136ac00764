using System.Text;
using System.Text.Json;
using NodaTime.Text;

namespace CustomerLifecycle;

/// <summary>Property bags as JSON: one object, numbers and texts and truth values as themselves, <c>{"$instant":"2026-06-01T08:00:00Z"}</c>, <c>{"$date":"2000-02-29"}</c>.</summary>
/// <remarks>The form is stored, in outboxes among others, and never changes.</remarks>
public static class PropertyBagJson
{
    private const string InstantName = "$instant";
    private const string DateName = "$date";

    /// <summary>Writes a bag, names in code point order.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="properties">The bag.</param>
    public static void Write(Utf8JsonWriter writer, PropertyBag properties)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(properties);
        writer.WriteStartObject();
        for (var i = 0; i < properties.Count; i++)
        {
            var (name, value) = (properties[i].Key, properties[i].Value);
            writer.WritePropertyName(name);
            switch (value.Kind)
            {
                case PropertyKind.Number: writer.WriteNumberValue(value.AsNumber!.Value); break;
                case PropertyKind.Text: writer.WriteStringValue(value.AsText); break;
                case PropertyKind.Truth: writer.WriteBooleanValue(value.AsTruth!.Value); break;
                case PropertyKind.Instant: WriteWrapped(writer, InstantName, InstantPattern.ExtendedIso.Format(value.AsInstant!.Value)); break;
                default: WriteWrapped(writer, DateName, LocalDatePattern.Iso.Format(value.AsDate!.Value)); break;
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads a bag.</summary>
    /// <param name="reader">At the start of the object; afterwards at its end.</param>
    /// <exception cref="FormatException">The JSON is no property bag.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static PropertyBag Read(ref Utf8JsonReader reader)
    {
        try
        {
            return ReadObject(ref reader);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            throw new FormatException("A name stands twice, is blank or too long, or a text is too long or no Unicode.", fault);
        }
    }

    /// <summary>Writes a bag as text.</summary>
    /// <param name="properties">The bag.</param>
    public static string ToText(PropertyBag properties)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer, properties);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Reads a bag from text.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">The text is no property bag.</exception>
    public static PropertyBag FromText(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            Next(ref reader);
            var properties = Read(ref reader);
            return reader.Read() ? throw new FormatException("There is more behind the object.") : properties;
        }
        catch (JsonException fault)
        {
            throw new FormatException("The text is no JSON object.", fault);
        }
    }

    private static void WriteWrapped(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartObject();
        writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    private static PropertyBag ReadObject(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType, JsonTokenType.StartObject);
        var properties = new List<KeyValuePair<string, PropertyValue>>();
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            if (properties.Count == PropertyBag.MaxCount) throw new FormatException($"There are more than {PropertyBag.MaxCount} properties.");
            properties.Add(new(name, Next(ref reader) switch
            {
                JsonTokenType.Number => reader.TryGetDecimal(out var number) ? number : throw new FormatException("A number has more digits than a decimal."),
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.True => true,
                JsonTokenType.False => false,
                JsonTokenType.StartObject => ReadWrapped(ref reader),
                var other => throw new FormatException($"A property is a number, text, truth value, instant or date; found {other}."),
            }));
        }

        return properties.Count == 0 ? PropertyBag.Empty : new(properties);
    }

    private static PropertyValue ReadWrapped(ref Utf8JsonReader reader)
    {
        Expect(Next(ref reader), JsonTokenType.PropertyName);
        var name = reader.GetString();
        Expect(Next(ref reader), JsonTokenType.String);
        var text = reader.GetString()!;
        Expect(Next(ref reader), JsonTokenType.EndObject);
        return name switch
        {
            InstantName when InstantPattern.ExtendedIso.Parse(text) is { Success: true } instant => instant.Value,
            DateName when LocalDatePattern.Iso.Parse(text) is { Success: true } date => date.Value,
            _ => throw new FormatException($"An object is {{\"{InstantName}\":…}} or {{\"{DateName}\":…}} in ISO 8601."),
        };
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : throw new FormatException("The JSON ends too early.");

    private static void Expect(JsonTokenType found, JsonTokenType wanted)
    {
        if (found != wanted) throw new FormatException($"Found {found} where {wanted} was wanted.");
    }
}
