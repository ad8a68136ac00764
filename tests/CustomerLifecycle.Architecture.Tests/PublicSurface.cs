using System.Text;
using Microsoft.CodeAnalysis;

namespace CustomerLifecycle.Architecture.Tests;

/// <summary>What a host sees of an assembly.</summary>
internal static class PublicSurface
{
    private static readonly SymbolDisplayFormat MemberFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeExplicitInterface,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat TypeFormat = MemberFormat.WithMemberOptions(SymbolDisplayMemberOptions.None).WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword)
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance);

    /// <summary>The types that are visible from outside, nested ones included, sorted by name.</summary>
    public static IEnumerable<INamedTypeSymbol> Types(IAssemblySymbol assembly) =>
        TypesOf(assembly.GlobalNamespace).SelectMany(WithNested).OrderBy(type => type.ToDisplayString(), StringComparer.Ordinal);

    /// <summary>What the author declared on the type and a host can use or override; what the compiler adds to records is left out.</summary>
    public static IEnumerable<ISymbol> Members(INamedTypeSymbol type) => type.GetMembers()
        .Where(IsVisible)
        .Where(member => member is not INamedTypeSymbol)
        .Where(member => member is not IMethodSymbol method || IsWritten(method))
        .Where(member => member is not IPropertySymbol { Name: "EqualityContract" });

    /// <summary>The listing, C#-like and sorted, so that a change of surface is a readable difference.</summary>
    public static string Describe(IAssemblySymbol assembly)
    {
        var text = new StringBuilder();
        foreach (var space in Types(assembly).GroupBy(type => type.ContainingNamespace.ToDisplayString(), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append("namespace ").Append(space.Key).Append('\n');
            foreach (var type in space)
            {
                text.Append('\n').Append("  ").Append(Head(type)).Append('\n');
                foreach (var line in Lines(type)) text.Append("    ").Append(line).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Lines(INamedTypeSymbol type) => type.TypeKind switch
    {
        TypeKind.Delegate => [],
        TypeKind.Enum => type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue).Select(field => $"{field.Name} = {field.ConstantValue}"),
        _ => Members(type)
            .Select(member => (member.Name, Rank: Rank(member), Line: $"{Marks(member)}{member.ToDisplayString(MemberFormat)}"))
            .OrderBy(member => member.Rank).ThenBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Line, StringComparer.Ordinal)
            .Select(member => member.Line),
    };

    private static int Rank(ISymbol member) => member switch
    {
        IFieldSymbol => 0,
        IMethodSymbol { MethodKind: MethodKind.Constructor } => 1,
        IPropertySymbol => 2,
        IEventSymbol => 3,
        IMethodSymbol { MethodKind: MethodKind.Ordinary } => 4,
        _ => 5,
    };

    private static string Head(INamedTypeSymbol type)
    {
        if (type.DelegateInvokeMethod is { } invoke) return $"public delegate {invoke.ReturnType.ToDisplayString(MemberFormat)} {type.ToDisplayString(TypeFormat.WithKindOptions(SymbolDisplayKindOptions.None))}({string.Join(", ", invoke.Parameters.Select(parameter => parameter.ToDisplayString(MemberFormat)))})";

        var modifier = type switch
        {
            not { TypeKind: TypeKind.Class } => "",
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        var bases = Bases(type).ToList();
        return $"{Marks(type)}{Word(type.DeclaredAccessibility)} {modifier}{Name(type)}{(bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}")}{Constraints(type)}";
    }

    private static string Name(INamedTypeSymbol type)
    {
        var name = type.ToDisplayString(TypeFormat);
        return type.TypeKind == TypeKind.Struct && IsRecord(type) ? name.Replace("struct ", "record struct ", StringComparison.Ordinal) : name;
    }

    private static string Constraints(INamedTypeSymbol type)
    {
        var full = type.ToDisplayString(TypeFormat.AddGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeConstraints));
        var where = full.IndexOf(" where ", StringComparison.Ordinal);
        return where < 0 ? "" : full[where..];
    }

    private static IEnumerable<string> Bases(INamedTypeSymbol type)
    {
        if (type is { TypeKind: TypeKind.Class, BaseType: { SpecialType: SpecialType.None } parent }) yield return parent.ToDisplayString(TypeFormat.WithKindOptions(SymbolDisplayKindOptions.None));
        if (type.TypeKind == TypeKind.Enum) yield break;

        foreach (var contract in type.Interfaces.Where(IsVisibleType).Where(contract => !IsOfRecord(type, contract)).Select(contract => contract.ToDisplayString(TypeFormat.WithKindOptions(SymbolDisplayKindOptions.None))).Order(StringComparer.Ordinal))
            yield return contract;
    }

    // A record's IEquatable<itself> says nothing that "record" does not.
    private static bool IsOfRecord(INamedTypeSymbol type, INamedTypeSymbol contract) =>
        IsRecord(type) && string.Equals(contract.Name, "IEquatable", StringComparison.Ordinal) && SymbolEqualityComparer.Default.Equals(contract.TypeArguments[0], type);

    // Metadata does not mark a record struct; the equality that the compiler wrote gives it away.
    private static bool IsRecord(INamedTypeSymbol type) => type.IsRecord || type.GetMembers("op_Equality").Any(IsGenerated);

    private static string Marks(ISymbol symbol) =>
        string.Concat(symbol.GetAttributes().Where(attribute => attribute.AttributeClass?.Name is "ObsoleteAttribute" or "ExperimentalAttribute" or "FlagsAttribute").Select(attribute => $"[{attribute.AttributeClass!.Name[..^"Attribute".Length]}] "));

    private static string Word(Accessibility accessibility) => accessibility switch
    {
        Accessibility.Public => "public",
        Accessibility.Protected => "protected",
        Accessibility.ProtectedOrInternal => "protected",
        _ => accessibility.ToString(),
    };

    private static bool IsWritten(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.Constructor or MethodKind.UserDefinedOperator or MethodKind.Conversion
        && !(method.MethodKind == MethodKind.Constructor && method.Parameters.IsEmpty && method.ContainingType.IsValueType)
        && !IsGenerated(method);

    private static bool IsGenerated(ISymbol symbol) => symbol.GetAttributes().Any(attribute => string.Equals(attribute.AttributeClass?.Name, "CompilerGeneratedAttribute", StringComparison.Ordinal));

    private static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Public => true,
        Accessibility.Protected or Accessibility.ProtectedOrInternal => !symbol.ContainingType.IsSealed && symbol.ContainingType.TypeKind == TypeKind.Class && HasVisibleConstructor(symbol.ContainingType),
        _ => false,
    };

    private static bool HasVisibleConstructor(INamedTypeSymbol type) => type.InstanceConstructors.Any(constructor => constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal);

    private static bool IsVisibleType(INamedTypeSymbol type) => type.DeclaredAccessibility == Accessibility.Public && (type.ContainingType is null || IsVisibleType(type.ContainingType));

    private static IEnumerable<INamedTypeSymbol> WithNested(INamedTypeSymbol type) => [type, .. type.GetTypeMembers().Where(IsVisible).SelectMany(WithNested)];

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceSymbol space) =>
        [.. space.GetTypeMembers().Where(type => type.DeclaredAccessibility == Accessibility.Public), .. space.GetNamespaceMembers().SelectMany(TypesOf)];
}
