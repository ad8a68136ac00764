using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerLifecycle.Docs.Tests;

/// <summary>docs/errors.md and the code know the same codes.</summary>
public class ErrorPageTests
{
    private static readonly string[] FileNames = ["csv", "db", "html", "json", "md", "txt", "sql"];

    [Fact]
    public void EachCode_OfTheSource_HasALineOnThePage() => Assert.Empty(InSource().Except(OnPage(), StringComparer.Ordinal));

    [Fact]
    public void EachLine_OfThePage_IsACodeOfTheSource() => Assert.Empty(OnPage().Except(InSource(), StringComparer.Ordinal));

    [Fact]
    public void Page_IsInOrderAndSaysEachCodeOnce() => Assert.Equal(OnPage().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList(), OnPage());

    private static List<string> OnPage() =>
        [.. Page.Named("docs/errors.md").Lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];

    /// <summary>Every text in the packages that has the form of a code: an area, a dot, kebab case.</summary>
    private static List<string> InSource() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Page.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split('/', '\\').Any(step => step is "obj" or "bin"))
            .SelectMany(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), new CSharpParseOptions(LanguageVersion.Preview)).GetRoot().DescendantNodes())
            .OfType<LiteralExpressionSyntax>()
            .Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression))
            .Select(literal => literal.Token.ValueText)
            .Where(IsCode)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private static bool IsCode(string text) =>
        text.Split('.') is [{ Length: > 0 } area, { Length: > 0 } name]
        && area.All(char.IsAsciiLetterLower)
        && char.IsAsciiLetterLower(name[0])
        && name[^1] != '-'
        && name.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign) || sign == '-')
        && !FileNames.Contains(name, StringComparer.Ordinal);
}
