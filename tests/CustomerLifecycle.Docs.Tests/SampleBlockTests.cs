namespace CustomerLifecycle.Docs.Tests;

/// <summary>Blocks marked <c>c#</c> are pieces of the sample that the page links to just before: what a reader sees is what is compiled and run.</summary>
public class SampleBlockTests
{
    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            foreach (var page in Page.All)
            {
                foreach (var (line, _) in page.Blocks("c#")) blocks.Add(page.Name, line);
            }

            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_IsAPieceOfTheSampleThatIsLinkedBeforeIt(string page, int line)
    {
        var found = Page.Named(page);
        var link = found.Prose().Where(prose => prose.Line < line && prose.Text.Contains(".cs)", StringComparison.Ordinal)).Select(prose => prose.Text).Last();
        var start = link.LastIndexOf("](", StringComparison.Ordinal) + 2;
        var sample = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(found.Path)!, link[start..link.IndexOf(')', start)]));
        var block = found.Blocks("c#").Single(candidate => candidate.Line == line).Text;

        Assert.Contains(Squeezed(block), Squeezed(File.ReadAllText(sample)), StringComparison.Ordinal);
    }

    /// <summary>Without indentation, which differs between a page and a class.</summary>
    private static string Squeezed(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
