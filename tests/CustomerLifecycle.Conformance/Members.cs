using System.Globalization;
using System.Text.Json;

namespace CustomerLifecycle.Conformance;

/// <summary>A JSON object of a case file, read strictly: a member that nobody asked for means that the case is not understood.</summary>
/// <remarks>Read everything while the case is being prepared; <see cref="NothingElse"/> is asked before the first path runs.</remarks>
internal sealed class Members
{
    private static readonly string[] ForPeople = ["about", "title", "words", "why", "note", "description"];
    private readonly Dictionary<string, JsonElement> _members;
    private readonly HashSet<string> _read = new(ForPeople, StringComparer.Ordinal);
    private readonly List<Members> _children = [];

    public Members(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new NotUnderstoodException($"{place} is {Describe(element)}, not an object.");

        Place = place;
        _members = new(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!_members.TryAdd(member.Name, member.Value)) throw new NotUnderstoodException($"{At(member.Name)} is there twice.");
        }
    }

    /// <summary>Where the object stands in its file, for messages.</summary>
    public string Place { get; }

    public IEnumerable<string> Names => _members.Keys;

    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>The value as it stands. Who takes it answers for every member inside.</summary>
    public JsonElement Raw(string name) => Optional(name) ?? throw Missing(name);

    public JsonElement? Optional(string name)
    {
        _read.Add(name);
        return _members.TryGetValue(name, out var value) ? value : null;
    }

    public string Text(string name) => AsText(Raw(name), At(name));

    public string? OptionalText(string name) => IsAbsent(name) ? null : Text(name);

    public double Number(string name) => AsNumber(Raw(name), At(name));

    public double? OptionalNumber(string name) => IsAbsent(name) ? null : Number(name);

    public decimal Decimal(string name) => Raw(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetDecimal(out var value) => value,
        { ValueKind: JsonValueKind.String } text when decimal.TryParse(text.GetString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var value) => value,
        var other => throw new NotUnderstoodException($"{At(name)} is {Describe(other)}, not a decimal."),
    };

    public int Integer(string name) => AsInteger(Raw(name), At(name));

    public int? OptionalInteger(string name) => IsAbsent(name) ? null : Integer(name);

    public bool Flag(string name) => Raw(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag
        ? flag.GetBoolean()
        : throw new NotUnderstoodException($"{At(name)} is not true or false.");

    public LocalDate Date(string name) => NodaTime.Text.LocalDatePattern.Iso.Parse(Text(name)) is { Success: true } date
        ? date.Value
        : throw new NotUnderstoodException($"{At(name)} is not an ISO date.");

    public Instant Time(string name) => NodaTime.Text.InstantPattern.ExtendedIso.Parse(Text(name)) is { Success: true } instant
        ? instant.Value
        : throw new NotUnderstoodException($"{At(name)} is not an ISO instant.");

    public double[] Numbers(string name) => [.. Elements(name, AsNumber)];

    public int[] Integers(string name) => [.. Elements(name, AsInteger)];

    public string[] Texts(string name) => [.. Elements(name, AsText)];

    /// <summary>Numbers by which an answer names its columns, as they are written: as texts or as numbers.</summary>
    public string[] Labels(string name) => [.. Elements(name, (element, place) => element.ValueKind == JsonValueKind.Number ? element.GetRawText() : AsText(element, place))];

    public Members Object(string name)
    {
        var child = new Members(Raw(name), At(name));
        _children.Add(child);
        return child;
    }

    public Members? OptionalObject(string name) => IsAbsent(name) ? null : Object(name);

    public IReadOnlyList<Members> Objects(string name)
    {
        List<Members> objects = [.. Elements(name, (element, place) => new Members(element, place))];
        _children.AddRange(objects);
        return objects;
    }

    /// <summary>Skips members that speak to people only.</summary>
    public void Skip(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _read.Add(name);
    }

    /// <summary>Objects to the value of a member.</summary>
    public NotUnderstoodException Unknown(string name) => new($"{At(name)} has a value that the runner does not know: {Shorten(_members[name].GetRawText())}.");

    /// <param name="except">Objects taken from here that are checked on their own.</param>
    /// <exception cref="NotUnderstoodException">A member here, or in an object that was taken from here, was never asked for.</exception>
    public void NothingElse(params IReadOnlyCollection<Members?> except)
    {
        foreach (var name in _members.Keys)
        {
            if (!_read.Contains(name)) throw new NotUnderstoodException($"{At(name)} is not a member that the runner knows.");
        }

        foreach (var child in _children.Where(child => !except.Contains(child))) child.NothingElse(except);
    }

    private bool IsAbsent(string name) => Optional(name) is null or { ValueKind: JsonValueKind.Null };

    private IEnumerable<T> Elements<T>(string name, Func<JsonElement, string, T> read)
    {
        var list = Raw(name);
        if (list.ValueKind != JsonValueKind.Array) throw new NotUnderstoodException($"{At(name)} is {Describe(list)}, not a list.");

        var index = 0;
        foreach (var element in list.EnumerateArray()) yield return read(element, $"{At(name)}/{index++}");
    }

    private string At(string name) => Place.Length == 0 ? name : $"{Place}/{name}";

    private NotUnderstoodException Missing(string name) => new($"{At(name)} is missing.");

    private static string AsText(JsonElement element, string place) => element.ValueKind == JsonValueKind.String
        ? element.GetString()!
        : throw new NotUnderstoodException($"{place} is {Describe(element)}, not a text.");

    private static double AsNumber(JsonElement element, string place) => element.ValueKind == JsonValueKind.Number
        ? element.GetDouble()
        : throw new NotUnderstoodException($"{place} is {Describe(element)}, not a number.");

    private static int AsInteger(JsonElement element, string place) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value)
        ? value
        : throw new NotUnderstoodException($"{place} is {Describe(element)}, not an integer.");

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => Shorten(element.GetRawText()),
    };

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text.AsSpan(0, 80)}…";
}

/// <summary>A case, field or file that the runner does not understand. It counts as failed.</summary>
internal sealed class NotUnderstoodException(string message) : Exception(message);

/// <summary>A data set that a case names is not on this machine.</summary>
internal sealed class DataAbsentException(string message) : Exception(message);
