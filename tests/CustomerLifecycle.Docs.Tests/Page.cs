using System.Reflection;

namespace CustomerLifecycle.Docs.Tests;

/// <summary>A Markdown page that people read.</summary>
internal sealed class Page
{
    private const string Fence = "```";

    private Page(string path)
    {
        Path = path;
        Lines = File.ReadAllLines(path);
    }

    /// <summary>The root of the clone.</summary>
    public static string Repository { get; } = typeof(Page).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key is "RepositoryRoot").Value!;

    /// <summary>The README, the pages under docs and the README of each package.</summary>
    public static IReadOnlyList<Page> All { get; } =
        [.. Files().Order(StringComparer.Ordinal).Select(path => new Page(path))];

    public string Path { get; }

    public IReadOnlyList<string> Lines { get; }

    /// <summary>The page as it is named from the root of the clone.</summary>
    public string Name => System.IO.Path.GetRelativePath(Repository, Path).Replace('\\', '/');

    public static Page Named(string name) => All.Single(page => string.Equals(page.Name, name, StringComparison.Ordinal));

    /// <summary>Fenced blocks of a language, each with the number of its first line.</summary>
    public IEnumerable<(int Line, string Text)> Blocks(string language)
    {
        int? start = null;
        var wanted = false;
        for (var i = 0; i < Lines.Count; i++)
        {
            var line = Lines[i].TrimStart();
            if (!line.StartsWith(Fence, StringComparison.Ordinal)) continue;

            if (start is { } opened)
            {
                if (wanted) yield return (opened + 2, string.Join('\n', Lines.Skip(opened + 1).Take(i - opened - 1)));
                start = null;
            }
            else
            {
                start = i;
                wanted = string.Equals(line[Fence.Length..].Trim(), language, StringComparison.Ordinal);
            }
        }

        if (start is not null) throw new InvalidDataException($"{Name}:{start + 1} opens a fence that is never closed.");
    }

    /// <summary>The lines outside of fences, with their numbers.</summary>
    public IEnumerable<(int Line, string Text)> Prose()
    {
        var inside = false;
        for (var i = 0; i < Lines.Count; i++)
        {
            if (Lines[i].TrimStart().StartsWith(Fence, StringComparison.Ordinal)) inside = !inside;
            else if (!inside) yield return (i + 1, Lines[i]);
        }
    }

    private static IEnumerable<string> Files()
    {
        yield return System.IO.Path.Combine(Repository, "README.md");
        foreach (var folder in new[] { "docs", "src", "samples", "tests", "benchmarks" }.Select(folder => System.IO.Path.Combine(Repository, folder)).Where(Directory.Exists))
        {
            var inside = Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories).Where(path => !path.Split('/', '\\').Any(step => step is "bin" or "obj" or "Cases"));
            foreach (var path in inside) yield return path;
        }
    }
}
