namespace CustomerLifecycle.Docs.Tests;

public class LinkTests
{
    public static TheoryData<string> Pages => [.. Page.All.Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void RelativeLinks_OfEachPage_LeadSomewhere(string name)
    {
        var page = Page.Named(name);

        Assert.Empty(page.Prose().SelectMany(line => Targets(line.Text).Where(target => !LeadsSomewhere(page, target)).Select(target => $"{name}:{line.Line}: {target}")));
    }

    private static IEnumerable<string> Targets(string line)
    {
        for (var at = line.IndexOf("](", StringComparison.Ordinal); at >= 0; at = line.IndexOf("](", at + 2, StringComparison.Ordinal))
        {
            var end = line.IndexOf(')', at);
            if (end > at) yield return line[(at + 2)..end].Split(' ')[0];
        }
    }

    private static bool LeadsSomewhere(Page page, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) return true;

        var (file, anchor) = target.Split('#') switch
        {
            [var only] => (only, null),
            [var before, var after, ..] => (before, (string?)after),
            _ => ("", null),
        };
        var path = file.Length == 0 ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, file));
        if (!File.Exists(path) && !Directory.Exists(path)) return false;
        return anchor is null || Page.All.FirstOrDefault(other => string.Equals(other.Path, path, StringComparison.Ordinal)) is not { } there || Headings(there).Contains(anchor, StringComparer.Ordinal);
    }

    /// <summary>Headings as GitHub turns them into anchors: lower case, spaces to hyphens, other signs dropped.</summary>
    private static IEnumerable<string> Headings(Page page) => page.Prose()
        .Where(line => line.Text.StartsWith('#'))
        .Select(line => string.Concat(line.Text.TrimStart('#').Trim().ToLowerInvariant().Where(sign => char.IsLetterOrDigit(sign) || sign is ' ' or '-' or '_').Select(sign => sign == ' ' ? '-' : sign)));
}
