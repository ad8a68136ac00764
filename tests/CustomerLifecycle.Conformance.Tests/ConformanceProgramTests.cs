using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance.Tests;

/// <summary>The runner over a format of its own, so that what is proved here is the runner.</summary>
public sealed class ConformanceProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("conformance-").FullName;

    [Fact]
    public void Run_AllPathsRight_CountsEachCaseOnce()
    {
        Write("a.json", """{"format": "sums/1", "cases": [{"id": "one", "terms": [1, 2], "expect": {"sum": 3}}, {"id": "two", "terms": [], "expect": {"sum": 0}}]}""");

        var (code, output) = Run();

        Assert.Equal(0, code);
        Assert.Contains("forwards                 2 passed,     0 failed,     0 not understood", output);
        Assert.Contains("backwards                2 passed,     0 failed,     0 not understood", output);
        Assert.Equal("2 passed, 0 failed", LastLine(output));
    }

    [Fact]
    public void Run_OnePathWrong_FailsTheCaseWithExpectedAndActual()
    {
        Write("a.json", """{"format": "sums/1", "cases": [{"id": "one", "terms": [1, 2], "off": 1, "expect": {"sum": 3}}]}""");

        var (code, output) = Run();

        Assert.Equal(1, code);
        Assert.Contains("FAILED one [backwards]", output);
        Assert.Contains("sum: expected 3, actual 4", output);
        Assert.Equal("0 passed, 1 failed", LastLine(output));
    }

    [Theory]
    [InlineData("""{"format": "sums/1", "cases": [{"id": "one", "terms": [1], "weights": [2], "expect": {"sum": 1}}]}""", "weights is not a member that the runner knows")]
    [InlineData("""{"format": "sums/1", "mode": "exact", "cases": [{"id": "one", "terms": [1], "expect": {"sum": 1}}]}""", "mode is not a member that the runner knows")]
    [InlineData("""{"format": "sums/2", "cases": [{"id": "one", "terms": [1], "expect": {"sum": 1}}]}""", "Files of the format 'sums/2' are not understood")]
    [InlineData("""{"format": "sums/1", "cases": [{"id": "one", "terms": "1", "expect": {"sum": 1}}]}""", "terms is \"1\", not a list")]
    [InlineData("""{"cases": [{"id": "one", "terms": [1], "expect": {"sum": 1}}]}""", "format is missing")]
    [InlineData("""{"format": "sums/1", "cases": []}""", "The file has no cases")]
    [InlineData("""[1, 2]""", "is a list, not an object")]
    [InlineData("""{"format": """, "")]
    public void Run_SomethingUnknown_CountsAsFailed(string file, string why)
    {
        Write("a.json", file);

        var (code, output) = Run();

        Assert.Equal(1, code);
        Assert.Contains("NOT UNDERSTOOD", output);
        Assert.Contains(why, output);
        Assert.Equal("0 passed, 1 failed", LastLine(output));
    }

    [Fact]
    public void Run_ExpectedMemberThatIsNotAnswered_Fails()
    {
        Write("a.json", """{"format": "sums/1", "cases": [{"id": "one", "terms": [1], "expect": {"sum": 1, "product": 1}}]}""");

        var (code, output) = Run();

        Assert.Equal(1, code);
        Assert.Contains("product: expected 1, actual nothing", output);
    }

    [Fact]
    public void Run_LibraryThrows_FailsThatCaseOnly()
    {
        Write("a.json", """{"format": "sums/1", "cases": [{"id": "one", "terms": [1], "broken": true, "expect": {"sum": 1}}, {"id": "two", "terms": [1], "expect": {"sum": 1}}]}""");

        var (_, output) = Run();

        Assert.Contains("threw InvalidOperationException: broken on purpose", output);
        Assert.Equal("1 passed, 1 failed", LastLine(output));
    }

    [Theory]
    [InlineData("""{"id": "one", "terms": [1]}""")]
    [InlineData("""{"id": "one", "terms": [1], "expect": null}""")]
    [InlineData("""{"id": "one", "terms": [1], "expect": {}}""")]
    [InlineData("""{"id": "one", "terms": [1], "expect": {"sum": {}}}""")]
    [InlineData("""{"id": "one", "terms": [1], "expect": [{}, {"sum": [{}]}]}""")]
    public void Run_NothingExpected_ProvesNothingSoItFails(string @case)
    {
        Write("a.json", $$"""{"format": "sums/1", "cases": [{{@case}}]}""");

        var (code, output) = Run();

        Assert.Equal(1, code);
        Assert.Contains("The case expects nothing, so nothing was proved.", output);
        Assert.Equal("0 passed, 1 failed", LastLine(output));
    }

    [Fact]
    public void Run_AnswersWanted_WritesThemWithoutExpectations()
    {
        Write("a.json", """{"format": "sums/1", "cases": [{"id": "one", "terms": [1, 2]}]}""");
        var answers = Path.Combine(_folder, "answers.out");

        var (code, _) = Run("--answers", answers);

        Assert.Equal(0, code);
        var first = JsonNode.Parse(File.ReadAllText(answers))!["answers"]![0]!;
        Assert.Equal("""{"sum":3}""", first["answer"]!.ToJsonString());
        Assert.Equal("one", first["id"]!.GetValue<string>());
        Assert.Equal("forwards", first["path"]!.GetValue<string>());
        Assert.EndsWith("a.json", first["file"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PathsThatPromiseTheSameBits_FailOnTheLastBit()
    {
        Write("a.json", """{"format": "sums/1", "cases": [{"id": "one", "terms": [1], "off": 1e-12, "expect": {"sum": 1}, "tolerance": {"relative": 1e-9}}]}""");

        var (code, output) = Run();

        Assert.Equal(1, code);
        Assert.Contains("not the bits of 'forwards'", output);
    }

    [Fact]
    public void Run_CaseAndPathGiven_RunsNothingElse()
    {
        Write("a.json", """{"format": "sums/1", "cases": [{"id": "one", "terms": [1], "expect": {"sum": 1}}, {"id": "two", "terms": [1], "off": 1, "expect": {"sum": 1}}]}""");

        Assert.Equal("1 passed, 0 failed", LastLine(Run("--case", "one").Output));
        Assert.Equal("2 passed, 0 failed", LastLine(Run("--path", "forwards").Output));
    }

    [Fact]
    public void Run_SameFileUnderTwoFolders_CountsOnce()
    {
        const string Text = """{"format": "sums/1", "cases": [{"id": "one", "terms": [1], "expect": {"sum": 1}}]}""";
        Write("x/a.json", Text);
        Write("y/a.json", Text);

        Assert.Equal("1 passed, 0 failed", LastLine(Run().Output));
    }

    [Fact]
    public void Run_Ratchet_HoldsWhatItNamesAndCountsTheRest()
    {
        Write("green/a.json", """{"format": "sums/1", "cases": [{"id": "one", "terms": [1], "expect": {"sum": 1}}]}""");
        Write("red/b.json", """{"format": "sums/1", "cases": [{"id": "two", "terms": [1], "expect": {"sum": 2}}]}""");
        var ratchet = Write("green.txt", "# a remark\ngreen\nabsent/c.json\n");

        var (code, output) = Run("--ratchet", ratchet);

        Assert.Equal(0, code);
        Assert.Contains("not yet: ", output);
        Assert.Contains("red/b.json, 0 of 1 passed", output);
        Assert.Contains("not here: absent/c.json, skipped", output);
        Assert.Equal("1 passed, 0 failed", LastLine(output));

        File.WriteAllText(ratchet, "green\nred/b.json\n");
        (code, output) = Run("--ratchet", ratchet);

        Assert.Equal(1, code);
        Assert.Equal("1 passed, 1 failed", LastLine(output));
    }

    [Fact]
    public void Run_EmptyFolder_IsNoSuccess() => Assert.Equal(1, Run().Code);

    [Fact]
    public void Run_CommandLineThatMakesNoSense_SaysSo()
    {
        using var error = new StringWriter();

        var code = ConformanceProgram.Run([new Sums()], ["--nonsense", _folder], TextWriter.Null, error);

        Assert.Equal(2, code);
        Assert.Contains("--nonsense is no option.", error.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (int Code, string Output) Run(params string[] options)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var code = ConformanceProgram.Run([new Sums()], [_folder, .. options], output, TextWriter.Null);
        return (code, output.ToString());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static string LastLine(string output) => output.TrimEnd('\n').Split('\n')[^1];

    /// <summary>Adds numbers up, forwards and backwards; <c>off</c> spoils the way back.</summary>
    private sealed class Sums : IFormat
    {
        public string Name => "sums/1";

        public IEnumerable<FoundCase> Cases(CaseFile file) => file.Members.Objects("cases").Select(entry => new FoundCase(entry.Text("id"), entry, () => Prepare(entry)));

        private static Case Prepare(Members entry)
        {
            var terms = entry.Numbers("terms");
            var off = entry.OptionalNumber("off") ?? 0;
            var broken = entry.Has("broken") && entry.Flag("broken");
            var tolerance = Tolerance.Read(entry.OptionalObject("tolerance"));
            return new(Answers.Tree(entry.Optional("expect")), tolerance,
                new CasePath("forwards", () => broken ? throw new InvalidOperationException("broken on purpose") : Sum(terms.Sum())),
                new CasePath("backwards", () => Sum(terms.Reverse().Sum() + off)))
            {
                SameBits = [["forwards", "backwards"]],
            };
        }

        private static JsonObject Sum(double sum) => new() { ["sum"] = Answers.Of(sum) };
    }
}
