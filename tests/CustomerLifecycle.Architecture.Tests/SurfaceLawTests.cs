using Microsoft.CodeAnalysis;

namespace CustomerLifecycle.Architecture.Tests;

/// <summary>What no public type may do, whichever package it is in.</summary>
public class SurfaceLawTests
{
    private static readonly HashSet<string> ForbiddenTypes = new(StringComparer.Ordinal) { "System.DateTime", "System.DateTimeOffset", "System.DateOnly", "System.TimeOnly", "System.Int128", "System.UInt128" };

    public static TheoryData<string> Packages => Package.Names;

    /// <summary>Law 2: instants and local dates are NodaTime's. Law 11: older compilers and frameworks know no Int128.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void Signatures_HoldNoDateTimeAndNoInt128(string package) =>
        Assert.Empty(Members(package)
            .Where(member => Signature(member).SelectMany(Parts).Any(type => ForbiddenTypes.Contains(type.ToDisplayString())))
            .Select(Show));

    [Theory]
    [MemberData(nameof(Packages))]
    public void State_IsNotPubliclyMutable(string package) =>
        Assert.Empty(Members(package).Where(IsMutable).Select(Show));

    /// <summary>Law 11: every public type can be made by a constructor from C# 7.3.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void Types_CanBeMadeFromOldCompilers(string package)
    {
        var required = Members(package).Where(member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true });
        var onlyByInitialiser = Members(package).OfType<IPropertySymbol>().Where(property => property.SetMethod is { IsInitOnly: true, DeclaredAccessibility: Accessibility.Public } && !IsSetByConstructor(property));

        Assert.Empty(required.Concat(onlyByInitialiser).Select(Show));
    }

    /// <summary>Law 11: no body and no static member in an interface; netstandard2.0 hosts could not implement it.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void Interfaces_HaveNoDefaultAndNoStaticMembers(string package) =>
        Assert.Empty(Types(package)
            .Where(type => type.TypeKind == TypeKind.Interface)
            .SelectMany(type => type.GetMembers())
            .Where(member => member is not INamedTypeSymbol && (!member.IsAbstract || member.IsStatic))
            .Select(Show));

    private static IEnumerable<INamedTypeSymbol> Types(string package) => PublicSurface.Types(Package.Named(package).Symbols());

    private static IEnumerable<ISymbol> Members(string package) => Types(package).SelectMany(PublicSurface.Members);

    private static bool IsMutable(ISymbol member) => member switch
    {
        IFieldSymbol field => !field.IsReadOnly && !field.IsConst,
        IPropertySymbol { SetMethod: { IsInitOnly: false, DeclaredAccessibility: Accessibility.Public } } property => property.IsStatic || !property.ContainingType.Name.EndsWith("Options", StringComparison.Ordinal), // options are set while a host starts
        _ => false,
    };

    private static bool IsSetByConstructor(IPropertySymbol property) => property.ContainingType.InstanceConstructors.Any(constructor =>
        constructor.DeclaredAccessibility == Accessibility.Public && constructor.Parameters.Any(parameter => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<ITypeSymbol> Signature(ISymbol member) => member switch
    {
        IMethodSymbol method => [method.ReturnType, .. method.Parameters.Select(parameter => parameter.Type)],
        IPropertySymbol property => [property.Type, .. property.Parameters.Select(parameter => parameter.Type)],
        IFieldSymbol field => [field.Type],
        IEventSymbol announced => [announced.Type],
        _ => [],
    };

    private static IEnumerable<ITypeSymbol> Parts(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        IPointerTypeSymbol pointer => Parts(pointer.PointedAtType),
        INamedTypeSymbol named => [named.OriginalDefinition, .. named.TypeArguments.SelectMany(Parts)],
        _ => [type],
    };

    private static string Show(ISymbol member) => member.ToDisplayString();
}
