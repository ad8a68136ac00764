using System.Xml.Linq;

namespace CustomerLifecycle.Architecture.Tests;

/// <summary>Directory.Packages.props is the one list of what the repository depends on.</summary>
public class CentralVersionsTests
{
    private static readonly XDocument Central = XDocument.Load(Path.Combine(Package.Repository, "Directory.Packages.props"));

    /// <summary>Pins of indirect dependencies, which no project names itself.</summary>
    private static readonly HashSet<string> Pins = [.. Lines().Where(line => Comment(line).Contains("cures NU1603", StringComparison.Ordinal)).Select(Name)];

    [Fact]
    public void EachVersion_HasAReason() =>
        Assert.Empty(Lines().Where(line => Comment(line).Length < 20).Select(Name));

    [Fact]
    public void EachVersion_IsUsed()
    {
        var used = Projects().SelectMany(project => XDocument.Load(project).Descendants("PackageReference")).Select(Name).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Central.Descendants("PackageVersion").Select(Name).Except(used, StringComparer.Ordinal).Except(Pins, StringComparer.Ordinal));
    }

    private static IEnumerable<XElement> Lines() => Central.Descendants().Where(element => element.Name.LocalName is "PackageVersion" or "GlobalPackageReference");

    private static string Name(XElement element) => element.Attribute("Include")?.Value ?? element.Attribute("Update")?.Value ?? "";

    /// <summary>The comment above a line, or above the family of lines that it belongs to.</summary>
    private static string Comment(XElement line) => line.NodesBeforeSelf().Reverse().OfType<XComment>().FirstOrDefault()?.Value.Trim() ?? "";

    private static IEnumerable<string> Projects() =>
        new[] { "src", "tests", "benchmarks", "samples" }
            .Select(folder => Path.Combine(Package.Repository, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.*proj", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(folder, "Directory.Build.props", SearchOption.AllDirectories)));
}
