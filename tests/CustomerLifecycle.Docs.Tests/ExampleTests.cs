using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerLifecycle.Docs.Tests;

/// <summary>Every C# example on every page compiles against the packages, by itself, as a new project would have it: nullable and implicit usings on.</summary>
public class ExampleTests
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview);

    private static readonly List<PortableExecutableReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(File.Exists).Select(path => MetadataReference.CreateFromFile(path))];

    public static TheoryData<string, int> Examples
    {
        get
        {
            var examples = new TheoryData<string, int>();
            foreach (var page in Page.All)
            {
                foreach (var (line, _) in page.Blocks("csharp")) examples.Add(page.Name, line);
            }

            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_OnEachPage_Compiles(string page, int line)
    {
        var text = Page.Named(page).Blocks("csharp").Single(block => block.Line == line).Text;
        var example = CSharpSyntaxTree.ParseText(text, Parsing);
        var isProgram = example.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any();
        var compilation = CSharpCompilation.Create(
            "Example",
            [example, CSharpSyntaxTree.ParseText(ImplicitUsings, Parsing)],
            References,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        Assert.Empty(compilation.GetDiagnostics()
            .Where(finding => finding.Severity == DiagnosticSeverity.Error)
            .Select(finding => $"{page}:{line + finding.Location.GetLineSpan().StartLinePosition.Line}: {finding.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"));
    }
}
