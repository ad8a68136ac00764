namespace CustomerLifecycle.Conformance;

/// <summary>The command line.</summary>
/// <param name="Folders">Where case files are looked for, at any depth.</param>
/// <param name="Case">Only the case with this id.</param>
/// <param name="Path">Only the path of this name.</param>
/// <param name="Verbose">Print every difference, not only the first few of a case.</param>
/// <param name="AnswersFile">Where to write what the library answered.</param>
/// <param name="RatchetFile">The list of what must be wholly green; the rest is "not yet".</param>
internal sealed record Options(IReadOnlyList<string> Folders, string? Case, string? Path, bool Verbose, string? AnswersFile, string? RatchetFile)
{
    public const string Usage = """
        usage: FOLDER… [--case ID] [--path NAME] [--verbose] [--answers OUT.json] [--ratchet GREEN.txt]

          FOLDER            a folder with case files at any depth, or one file
          --case ID         only this case
          --path NAME       only this path, as printed: "span", "rows" …
          --verbose         every difference of a failure, not only the first few
          --answers OUT     write what the library answered; cases need not expect anything
          --ratchet GREEN   only what this list names must be green; the rest is counted as "not yet"
        """;

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">They make no sense; the message says why.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        List<string> folders = [];
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        var verbose = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--verbose":
                    verbose = true;
                    break;
                case "--case" or "--path" or "--answers" or "--ratchet":
                    if (i + 1 == arguments.Count) throw new ArgumentException($"{arguments[i]} needs a value after it.", nameof(arguments));
                    values[arguments[i]] = arguments[++i];
                    break;
                case var unknown when unknown.StartsWith('-'):
                    throw new ArgumentException($"{unknown} is no option.", nameof(arguments));
                case var folder:
                    if (!Directory.Exists(folder) && !File.Exists(folder)) throw new ArgumentException($"There is no folder or file '{folder}'.", nameof(arguments));
                    folders.Add(folder);
                    break;
            }
        }

        if (folders.Count == 0) throw new ArgumentException("Name at least one folder.", nameof(arguments));
        return new(folders, values.GetValueOrDefault("--case"), values.GetValueOrDefault("--path"), verbose, values.GetValueOrDefault("--answers"), values.GetValueOrDefault("--ratchet"));
    }
}
