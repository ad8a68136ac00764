using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CustomerLifecycle.Architecture.Tests;

/// <summary>A package as it is built: its project and its assemblies.</summary>
internal sealed class Package
{
    private Package(string project)
    {
        Name = Path.GetFileNameWithoutExtension(project);
        Folder = Path.GetDirectoryName(project)!;
        Project = XDocument.Load(project);
    }

    /// <summary>The root of the clone.</summary>
    public static string Repository { get; } = Metadata("RepositoryRoot");

    /// <summary>All packages under src, by name.</summary>
    public static IReadOnlyList<Package> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository, "src"), "*.csproj", SearchOption.AllDirectories).Select(project => new Package(project)).OrderBy(package => package.Name, StringComparer.Ordinal)];

    public static TheoryData<string> Names => [.. All.Select(package => package.Name)];

    public string Name { get; }

    public string Folder { get; }

    public XDocument Project { get; }

    /// <summary>The frameworks that the package ships for.</summary>
    public IReadOnlyList<string> Frameworks => (Property(Project, "TargetFrameworks") ?? Property(Project, "TargetFramework") ?? Property(XDocument.Load(Path.Combine(Repository, "src", "Directory.Build.props")), "TargetFrameworks")!).Split(';');

    public static Package Named(string name) => All.Single(package => string.Equals(package.Name, name, StringComparison.Ordinal));

    /// <summary>The assembly built for one framework.</summary>
    public string AssemblyFor(string framework) => Path.Combine(Folder, "bin", Metadata("Configuration"), framework, $"{Name}.dll");

    /// <summary>The assembly for net10.0 as symbols, with everything it references resolved.</summary>
    public IAssemblySymbol Symbols()
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var own = MetadataReference.CreateFromFile(AssemblyFor("net10.0"));
        var others = platform.Where(path => !string.Equals(Path.GetFileNameWithoutExtension(path), Name, StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("surface", references: [own, .. others]);
        return (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(own)!;
    }

    private static string? Property(XDocument project, string name) => project.Descendants(name).FirstOrDefault()?.Value;

    private static string Metadata(string key) =>
        typeof(Package).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal)).Value!;
}
