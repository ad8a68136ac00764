using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CustomerLifecycle.Architecture.Tests;

/// <summary>What each assembly may be made of, for every framework that it ships for.</summary>
public class AssemblyLawTests
{
    public static TheoryData<string> HostPackages => House.HostPackages;

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_StandsInTheTable(string package) => Assert.Contains(package, House.Table);

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_ShipsForTheFrameworksOfTheTable(string package)
    {
        var frameworks = Package.Named(package).Frameworks;

        Assert.Equal(House.Table[package].Frameworks, frameworks);
        Assert.All(frameworks, framework => Assert.True(File.Exists(Package.Named(package).AssemblyFor(framework)), $"{package} is not built for {framework}."));
    }

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_KnowsOnlyThePackagesBelowIt(string package) =>
        Assert.All(Package.Named(package).Frameworks, framework => Assert.Empty(References(package, framework).Where(name => name.StartsWith(House.Root, StringComparison.Ordinal)).Except(House.Table[package].Packages, StringComparer.Ordinal)));

    [Theory]
    [MemberData(nameof(HostPackages))]
    public void Package_UsesOnlyTheLibrariesOfTheTable(string package) =>
        Assert.All(Package.Named(package).Frameworks, framework => Assert.All(References(package, framework), name => Assert.True(House.Allows(package, framework, name), $"{package} for {framework} references {name}: add it to the table with a reason, or do without.")));

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

    private static List<string> References(string package, string framework) =>
        Read(package, framework, reader => reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).ToList());

    private static IEnumerable<string> ForbiddenTypes(MetadataReader reader) =>
        from handle in reader.TypeReferences
        let type = reader.GetTypeReference(handle)
        let space = reader.GetString(type.Namespace)
        let name = reader.GetString(type.Name)
        where space is "System.Reflection.Emit" or "System.Linq.Expressions" or "System.Text.RegularExpressions"
            || (space is "System.Reflection" && name is not "Assembly" && !name.EndsWith("Attribute", StringComparison.Ordinal))
            || (space is "System" && name is "Activator")
        select $"{space}.{name}";

    private static IEnumerable<string> ForbiddenMembers(MetadataReader reader) =>
        from handle in reader.MemberReferences
        let member = reader.GetMemberReference(handle)
        where member.Parent.Kind == HandleKind.TypeReference
        let type = reader.GetTypeReference((TypeReferenceHandle)member.Parent)
        let owner = $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}"
        let name = reader.GetString(member.Name)
        where (owner is "System.Reflection.Assembly" && name is not "GetManifestResourceStream") // an assembly's own files are data
            || (owner is "System.Type" && name is "GetType" or "GetMethod" or "GetMethods" or "GetProperty" or "GetProperties" or "GetField" or "GetFields" or "GetMember" or "GetMembers" or "GetConstructor" or "GetConstructors" or "InvokeMember" or "MakeGenericType")
        select $"{owner}.{name}";

    private static T Read<T>(string package, string framework, Func<MetadataReader, T> read)
    {
        using var file = new PEReader(File.OpenRead(Package.Named(package).AssemblyFor(framework)));
        return read(file.GetMetadataReader());
    }
}
