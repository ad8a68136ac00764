using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance.Tests;

public class ComparisonTests
{
    [Theory]
    [InlineData("null", "null", true)]
    [InlineData("null", "0", false)]
    [InlineData("0", "null", false)]
    [InlineData("true", "true", true)]
    [InlineData("true", "false", false)]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "\"A\"", false)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("3", "3.0", true)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("[1, 2]", "[1, 2]", true)]
    [InlineData("[1, 2]", "[1]", false)]
    [InlineData("[1]", "[1, 2]", false)]
    [InlineData("""{"a": 1}""", """{"a": 1, "b": 2}""", true)]
    [InlineData("""{"a": null}""", "{}", false)]
    [InlineData("""{"a": {"b": [1, {"c": 2}]}}""", """{"a": {"b": [1, {"c": 3}]}}""", false)]
    public void Compare_Exact_IsByValue(string expected, string actual, bool same) =>
        Assert.Equal(same, Compare(expected, actual, Tolerance.Exact).Count == 0);

    [Theory]
    [InlineData("100", "100.09", true)]
    [InlineData("100", "100.11", false)]
    [InlineData("-100", "-99.91", true)]
    [InlineData("0", "0.01", true)]
    [InlineData("0", "0.011", false)]
    [InlineData("5", "\"NaN\"", false)]
    public void Compare_WithTolerance_TakesTheWiderBound(string expected, string actual, bool same) =>
        Assert.Equal(same, Compare(expected, actual, Read("""{"relative": 1e-3, "absolute": 0.01}""")).Count == 0);

    [Fact]
    public void Compare_FieldOverride_IsTheLongestPrefixByWholeStepsAndReplacesBothBounds()
    {
        var tolerance = Read("""{"relative": 0.5, "absolute": 0.5, "fields": {"parameters": {"relative": 0.1}, "parameters/beta": {"absolute": 0}}}""");

        var differences = Compare(
            """{"parameters": {"alpha": 10, "beta": 10}, "parametersToo": 10}""",
            """{"parameters": {"alpha": 11.1, "beta": 10.0001}, "parametersToo": 14.9}""",
            tolerance);

        Assert.Collection(differences, first => Assert.Equal("parameters/alpha", first.Path), second => Assert.Equal("parameters/beta", second.Path));
    }

    [Theory]
    [InlineData("logLikelihoodAtLeast", "-10", "-9", true)]
    [InlineData("logLikelihoodAtLeast", "-10", "-10", true)]
    [InlineData("logLikelihoodAtLeast", "-10", "-10.0000001", false)]
    [InlineData("logLikelihoodAtMost", "-10", "-10.5", true)]
    [InlineData("logLikelihoodAtMost", "-10", "-9.9", false)]
    public void Compare_AtLeastAndAtMost_AreOneSidedAndKnowNoTolerance(string name, string expected, string actual, bool same) =>
        Assert.Equal(same, Compare($$"""{"{{name}}": {{expected}}}""", $$"""{"{{name}}": {{actual}}}""", Read("""{"relative": 0.5}""")).Count == 0);

    [Fact]
    public void Answers_OfNumbers_KeepUndefinedApartFromNotANumber() =>
        Assert.Equal("""[1.5,null,"NaN","Infinity"]""", Answers.Of([1.5, null, double.NaN, double.PositiveInfinity]).ToJsonString());

    private static IReadOnlyList<Difference> Compare(string expected, string actual, Tolerance tolerance) => Comparison.Compare(JsonNode.Parse(expected), JsonNode.Parse(actual), tolerance);

    private static Tolerance Read(string tolerance)
    {
        using var document = JsonDocument.Parse(tolerance);
        return Tolerance.Read(new(document.RootElement, "tolerance"));
    }
}
