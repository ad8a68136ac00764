namespace CustomerLifecycle.Conformance;

/// <summary>The folders and files that must be wholly green. Lines are added, never removed.</summary>
internal sealed class Ratchet
{
    private readonly IReadOnlyList<string> _lines;

    public Ratchet(IEnumerable<string> lines) => _lines = [.. lines.Select(line => line.Trim().TrimEnd('/')).Where(line => line.Length > 0 && line[0] != '#')];

    public static Ratchet Read(string path) => new(File.ReadLines(path));

    /// <summary>Whether a file, named by its place in a reference folder, must be green.</summary>
    public bool Holds(string name) => _lines.Any(line => Covers(line, name));

    /// <summary>Lines that name none of these files: a data set or folder that is not on this machine, or a slip of the pen.</summary>
    public IEnumerable<string> Unmatched(IReadOnlyCollection<string> names) => _lines.Where(line => !names.Any(name => Covers(line, name)));

    private static bool Covers(string line, string name)
    {
        // "ledger" and "ledger/scenarios.json" both cover Cases/ledger/scenarios.json: whole steps, at any depth.
        var (steps, inside) = ($"/{line}/", $"/{name}/");
        return inside.Contains(steps, StringComparison.Ordinal);
    }
}
