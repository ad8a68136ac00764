using System.IO.Compression;
using System.Xml.Linq;

namespace CustomerLifecycle.Architecture.Tests;

/// <summary>What a host downloads. The packages are made by the Release build of this project.</summary>
public sealed class PackageContentTests
{
    private static readonly string Packed = Path.Combine(AppContext.BaseDirectory, "packages");

    public static TheoryData<string> HostPackages => House.HostPackages;

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_HoldsItsAssembliesTheirDocumentationAndAReadme_AndNothingElse(string package)
    {
        string[] wanted =
        [
            $"{package}.nuspec",
            "README.md",
            .. House.Table[package].Frameworks.SelectMany(framework => new[] { $"lib/{framework}/{package}.dll", $"lib/{framework}/{package}.xml" }),
            .. House.ShippedFiles(package),
        ];

        Assert.Equal(wanted.Order(StringComparer.Ordinal).ToList(), Files(package, "nupkg"));
    }

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_HasSymbolsForEachFramework(string package)
    {
        string[] wanted = [$"{package}.nuspec", .. House.Table[package].Frameworks.Select(framework => $"lib/{framework}/{package}.pdb")];

        Assert.Equal(wanted.Order(StringComparer.Ordinal).ToList(), Files(package, "snupkg"));
    }

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_SaysWhatItIsAndUnderWhichLicence(string package)
    {
        var metadata = Nuspec(package);

        Assert.Equal("Apache-2.0", Value(metadata, "license"));
        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.InRange(Value(metadata, "description").Length, 40, 400);
        Assert.Contains("customer", Value(metadata, "tags"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_DependsOnWhatTheTableAllows_ForEachFramework(string package)
    {
        var groups = Nuspec(package).Descendants().Where(element => element.Name.LocalName is "group").ToDictionary(Framework, group => group.Elements().Select(dependency => dependency.Attribute("id")!.Value).ToList(), StringComparer.Ordinal);

        Assert.Equal(House.Table[package].Frameworks.Order(StringComparer.Ordinal).ToList(), groups.Keys.Order(StringComparer.Ordinal).ToList());
        Assert.All(groups, group => Assert.All(group.Value, library => Assert.True(House.Allows(package, group.Key, library) && !IsInTheBox(group.Key, library), $"{package} for {group.Key} depends on {library}.")));
    }

    private static bool IsInTheBox(string framework, string library) => framework is not "netstandard2.0" && library.StartsWith("System.", StringComparison.Ordinal);

    private static string Framework(XElement group) => group.Attribute("targetFramework")!.Value is ".NETStandard2.0" ? "netstandard2.0" : group.Attribute("targetFramework")!.Value;

    private static string Value(XElement metadata, string name) => metadata.Descendants().Single(element => string.Equals(element.Name.LocalName, name, StringComparison.Ordinal)).Value;

    private static XElement Nuspec(string package)
    {
        using var archive = Open(package, "nupkg");
        using var nuspec = archive.GetEntry($"{package}.nuspec")!.Open();
        return XElement.Load(nuspec);
    }

    /// <summary>The files, those of the container format left out.</summary>
    private static List<string> Files(string package, string extension)
    {
        using var archive = Open(package, extension);
        return [.. archive.Entries.Select(entry => entry.FullName).Where(name => name is not "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static ZipArchive Open(string package, string extension) =>
        ZipFile.OpenRead(Directory.EnumerateFiles(Packed, $"{package}.*.{extension}").Single(file => char.IsAsciiDigit(Path.GetFileName(file)[package.Length + 1])));
}
