namespace CustomerLifecycle.Conformance;

/// <summary>How far a number may be from the expected one, as the case says: a number passes when
/// <c>|actual - expected| &lt;= max(absolute, relative * |expected|)</c>.</summary>
internal sealed class Tolerance
{
    private readonly Bounds _everywhere;
    private readonly IReadOnlyDictionary<string, Bounds> _fields;

    private Tolerance(Bounds everywhere, IReadOnlyDictionary<string, Bounds> fields)
    {
        _everywhere = everywhere;
        _fields = fields;
    }

    /// <summary>Every number is compared by value.</summary>
    public static Tolerance Exact { get; } = new(new(0, 0), new Dictionary<string, Bounds>(StringComparer.Ordinal));

    /// <summary>Reads <c>{"relative", "absolute", "fields": {path: {…}}}</c>; a bound that is missing is 0.</summary>
    public static Tolerance Read(Members? tolerance)
    {
        if (tolerance is null) return Exact;

        var fields = new Dictionary<string, Bounds>(StringComparer.Ordinal);
        if (tolerance.OptionalObject("fields") is { } overrides)
        {
            foreach (var path in overrides.Names) fields[path] = BoundsOf(overrides.Object(path));
        }

        return new(BoundsOf(tolerance), fields);
    }

    /// <summary>Whether a number is near enough, at a path below the expected members. The longest field that is a prefix by whole steps decides.</summary>
    public bool Allows(string path, double expected, double actual)
    {
        var bounds = BoundsAt(path);
        if (actual.Equals(expected)) return true;

        var allowed = Math.Max(bounds.Absolute, bounds.Relative * Math.Abs(expected));
        return Math.Abs(actual - expected) <= allowed;
    }

    /// <summary>Whether numbers at this path have to be equal.</summary>
    public bool IsExact(string path) => BoundsAt(path) is { Relative: 0, Absolute: 0 };

    private Bounds BoundsAt(string path)
    {
        for (var prefix = path; prefix.Length > 0; prefix = prefix[..Math.Max(0, prefix.LastIndexOf('/'))])
        {
            if (_fields.TryGetValue(prefix, out var bounds)) return bounds;
        }

        return _everywhere;
    }

    private static Bounds BoundsOf(Members bounds) => new(bounds.OptionalNumber("relative") ?? 0, bounds.OptionalNumber("absolute") ?? 0);

    private sealed record Bounds(double Relative, double Absolute);
}
