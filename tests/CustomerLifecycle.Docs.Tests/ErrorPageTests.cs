using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerLifecycle.Docs.Tests;

/// <summary>docs/errors.md and the code know the same codes.</summary>
public class ErrorPageTests
{
    private static readonly string[] FileNames = ["csv", "db", "html", "json", "md", "txt", "sql"];

    private static readonly HashSet<string> Texts = [.. TextsOfTheSource()];

    [Fact]
    public void EachCode_OfTheSource_HasALineOnThePage() => Assert.Empty(Texts.Where(IsCode).Except(OnPage(), StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void EachLine_OfThePage_IsACodeOfTheSource() => Assert.All(OnPage(), code => Assert.True(Texts.Contains(code) || IsComposed(code), $"{code} is on the page and nowhere in the source."));

    [Fact]
    public void Page_IsInOrderAndSaysEachCodeOnce() => Assert.Equal(OnPage().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList(), OnPage());

    private static List<string> OnPage() =>
        [.. Page.Named("docs/errors.md").Lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];

    /// <summary>Whether the source has the area and the name apart, as <c>$"stages.{name}"</c> does.</summary>
    private static bool IsComposed(string code) => code.Split('.') is [var area, var name] && Texts.Contains($"{area}.") && Texts.Contains(name);

    /// <summary>Every text in the packages, and the fixed parts of those with holes.</summary>
    private static IEnumerable<string> TextsOfTheSource() =>
        from path in Directory.EnumerateFiles(Path.Combine(Page.Repository, "src"), "*.cs", SearchOption.AllDirectories)
        where !path.Split('/', '\\').Any(step => step is "obj" or "bin")
        from node in CSharpSyntaxTree.ParseText(File.ReadAllText(path), new CSharpParseOptions(LanguageVersion.Preview)).GetRoot().DescendantNodes()
        select node switch
        {
            LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal.Token.ValueText,
            InterpolatedStringTextSyntax part => part.TextToken.ValueText,
            _ => "",
        };

    private static bool IsCode(string text) =>
        text.Split('.') is [{ Length: > 0 } area, { Length: > 0 } name]
        && area.All(char.IsAsciiLetterLower)
        && char.IsAsciiLetterLower(name[0])
        && name[^1] != '-'
        && name.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign) || sign == '-')
        && !FileNames.Contains(name, StringComparer.Ordinal);
}
