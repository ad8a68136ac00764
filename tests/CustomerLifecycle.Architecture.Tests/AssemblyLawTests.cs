using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CustomerLifecycle.Architecture.Tests;

/// <summary>What each assembly may be made of, for every framework that it ships for.</summary>
public class AssemblyLawTests
{
    private const string Root = "CustomerLifecycle";

    private static readonly string[] Anywhere = ["netstandard2.0", "net8.0", "net10.0"];

    /// <summary>Who may know whom, and for which frameworks: the table of the house. A new package adds its line.</summary>
    private static readonly Dictionary<string, (string[] Packages, string[] Frameworks)> Table = new(StringComparer.Ordinal)
    {
        [Root] = ([], Anywhere),
        ["CustomerLifecycle.Statistics"] = ([Root], Anywhere),
        ["CustomerLifecycle.Rules"] = ([Root], Anywhere),
        ["CustomerLifecycle.Stages"] = ([Root, "CustomerLifecycle.Rules", "CustomerLifecycle.Statistics"], Anywhere),
        ["CustomerLifecycle.Segmentation"] = ([Root, "CustomerLifecycle.Rules", "CustomerLifecycle.Statistics"], Anywhere),
        ["CustomerLifecycle.Loyalty"] = ([Root, "CustomerLifecycle.Rules"], Anywhere),
        ["CustomerLifecycle.Value"] = ([Root, "CustomerLifecycle.Statistics"], Anywhere),
        ["CustomerLifecycle.Engagement"] = ([Root, "CustomerLifecycle.Rules", "CustomerLifecycle.Stages"], Anywhere),
        ["CustomerLifecycle.Testing"] = ([Root, "CustomerLifecycle.Statistics"], Anywhere),
        ["CustomerLifecycle.Storage.Sqlite"] = ([Root], Anywhere),
        ["CustomerLifecycle.Storage.PostgreSql"] = ([Root], ["net8.0", "net10.0"]),
        ["CustomerLifecycle.Storage.Conformance"] = ([Root], ["net8.0", "net10.0"]),
    };

    /// <summary>The Tool may know every package, and is no part of a host.</summary>
    private const string Tool = "CustomerLifecycle.Tool";

    /// <summary>Libraries that a package may use beside the framework's own, here or in the packages named.</summary>
    private static readonly Dictionary<string, string[]> Libraries = new(StringComparer.Ordinal)
    {
        ["NodaTime"] = [],
        ["Microsoft.Extensions.DependencyInjection.Abstractions"] = [],
        ["Microsoft.Extensions.Options"] = [],
        ["Microsoft.Extensions.Logging.Abstractions"] = [],
        ["Microsoft.Extensions.Options.ConfigurationExtensions"] = [Root],
        ["Microsoft.Extensions.Configuration.Abstractions"] = [Root],
        ["Microsoft.Data.Sqlite"] = ["CustomerLifecycle.Storage.Sqlite"],
        ["Npgsql"] = ["CustomerLifecycle.Storage.PostgreSql"],
    };

    public static TheoryData<string> HostPackages => [.. Package.All.Select(package => package.Name).Except([Tool], StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_StandsInTheTable(string package) => Assert.Contains(package, Table);

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_ShipsForTheFrameworksOfTheTable(string package)
    {
        var frameworks = Package.Named(package).Frameworks;

        Assert.Equal(Table[package].Frameworks, frameworks);
        Assert.All(frameworks, framework => Assert.True(File.Exists(Package.Named(package).AssemblyFor(framework)), $"{package} is not built for {framework}."));
    }

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_KnowsOnlyThePackagesBelowIt(string package) =>
        Assert.All(Package.Named(package).Frameworks, framework => Assert.Empty(References(package, framework).Where(name => name.StartsWith(Root, StringComparison.Ordinal)).Except(Table[package].Packages, StringComparer.Ordinal)));

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_UsesOnlyTheLibrariesOfTheTable(string package) =>
        Assert.All(Package.Named(package).Frameworks, framework => Assert.All(References(package, framework), name => Assert.True(IsAllowed(package, framework, name), $"{package} for {framework} references {name}: add it to the table with a reason, or do without.")));

    /// <summary>A signed ERP cannot load an unsigned assembly.</summary>
    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Assembly_IsStrongNamed(string package) =>
        Assert.All(Package.Named(package).Frameworks, framework => Assert.Equal(typeof(CustomerId).Assembly.GetName().GetPublicKey(), Read(package, framework, reader => reader.GetBlobBytes(reader.GetAssemblyDefinition().PublicKey))));

    /// <summary>Trimming and AOT: nothing is looked up by name at run time. Law 9: no regular expressions.</summary>
    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Assembly_UsesNoReflectionAndNoRegularExpressions(string package) =>
        Assert.All(Package.Named(package).Frameworks, framework => Assert.Empty(Read(package, framework, reader => ForbiddenTypes(reader).Concat(ForbiddenMembers(reader)).ToList())));

    private static bool IsAllowed(string package, string framework, string library) =>
        library.StartsWith(Root, StringComparison.Ordinal)
        || library is "netstandard" or "mscorlib"
        || (library.StartsWith("System.", StringComparison.Ordinal) && library is not "System.Numerics.Tensors")
        || (string.Equals(library, "Microsoft.Bcl.AsyncInterfaces", StringComparison.Ordinal) && string.Equals(framework, "netstandard2.0", StringComparison.Ordinal))
        || (Libraries.TryGetValue(library, out var packages) && (packages.Length == 0 || packages.Contains(package, StringComparer.Ordinal)));

    private static List<string> References(string package, string framework) =>
        Read(package, framework, reader => reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).ToList());

    private static IEnumerable<string> ForbiddenTypes(MetadataReader reader) =>
        from handle in reader.TypeReferences
        let type = reader.GetTypeReference(handle)
        let space = reader.GetString(type.Namespace)
        let name = reader.GetString(type.Name)
        where space is "System.Reflection.Emit" or "System.Linq.Expressions" or "System.Text.RegularExpressions"
            || (space is "System.Reflection" && !name.EndsWith("Attribute", StringComparison.Ordinal))
            || (space is "System" && name is "Activator")
        select $"{space}.{name}";

    private static IEnumerable<string> ForbiddenMembers(MetadataReader reader) =>
        from handle in reader.MemberReferences
        let member = reader.GetMemberReference(handle)
        where member.Parent.Kind == HandleKind.TypeReference
        let type = reader.GetTypeReference((TypeReferenceHandle)member.Parent)
        where reader.GetString(type.Namespace) is "System" && reader.GetString(type.Name) is "Type"
        let name = reader.GetString(member.Name)
        where name is "GetType" or "GetMethod" or "GetMethods" or "GetProperty" or "GetProperties" or "GetField" or "GetFields" or "GetMember" or "GetMembers" or "GetConstructor" or "GetConstructors" or "InvokeMember" or "MakeGenericType"
        select $"System.Type.{name}";

    private static T Read<T>(string package, string framework, Func<MetadataReader, T> read)
    {
        using var file = new PEReader(File.OpenRead(Package.Named(package).AssemblyFor(framework)));
        return read(file.GetMetadataReader());
    }
}
