namespace CustomerLifecycle.Rules.Tests.Json;

public class RuleJsonTests
{
    [Theory]
    [InlineData("""{"all":[{"attr":"x","op":"eq","value":1}]}""", "x = 1")]
    [InlineData("""{"any":[]}""", "false")]
    [InlineData("""{"attr":"birth","op":"ge","value":18,"fn":"age_years"}""", "age(birth) >= 18")]
    [InlineData("""{"attr":"tags","op":"size_eq","value":1}""", "size(tags) = 1")]
    [InlineData("""{"event":"order","op":"ge","value":1,"window":{"last":2,"unit":"day","mode":"calendar"}}""", "order.count(last 2 calendar days) >= 1")]
    [InlineData("""{"event":"order","op":"in_last","agg":"first","amount":30,"unit":"day"}""", "order.first() in last 30 days")]
    [InlineData("""{"sequence":[{"event":"view"},{"event":"order","within":{"amount":1,"unit":"day"}}],"window":{"from":"2026-01-01T00:00:00Z"}}""", "sequence(view then order within 1 day) from 2026-01-01T00:00:00Z")]
    [InlineData("""{"dwell":{"amount":30,"unit":"day"},"op":"ge"}""", "dwell >= 30 days")]
    [InlineData("""{"attr":"x","op":"eq","value":12345678901234567890}""", "x = 12345678901234567890.0")]
    [InlineData("""{"attr":"x","op":"eq","value":0.5}""", "x = 0.5e0")]
    [InlineData("""{"attr":"x","op":"has_any","value":{"$set":["a"]}}""", "x has any of ('a')")]
    [InlineData("""{"attr":"x","op":"eq","value":{"$set":["a","b","a"]}}""", "x is set and x has all of ('a', 'b', 'a') and size(x) = 2")]
    public void Json_OfEachForm_IsTheTree(string json, string text) => Assert.Equal(text, Rule.ParseJson(json).Value.ToText());

    [Theory]
    [InlineData("""{"attr":"x","op":"eq","value":null}""", "rules.null-literal", "$.value")]
    [InlineData("""{"attr":"x","op":"eq","value":{"$double":"NaN"}}""", "rules.null-literal", "$.value.$double")]
    [InlineData("""{"attr":"x","op":"eqq","value":1}""", "rules.unknown-operator", "$.op")]
    [InlineData("""{"attr":"x","op":"eq","value":1,"values":2}""", "rules.unknown-member", "$.values")]
    [InlineData("""{"attr":"x","op":"eq"}""", "rules.missing-member", "$")]
    [InlineData("""{"attr":"x","attr":"y","op":"eq","value":1}""", "rules.duplicate-member", "$.attr")]
    [InlineData("""{"all":[{"attr":"x","op":"eq","value":1}],"op":"eq"}""", "rules.unknown-member", "$.op")]
    [InlineData("""{"attr":"x","op":"between","value":[1]}""", "rules.wrong-json", "$.value")]
    [InlineData("""{"event":"order","agg":"median","of":"total","op":"gt","value":1}""", "rules.unknown-aggregation", "$.agg")]
    [InlineData("""{"attr":"x","op":"gt","value":{"$set":[1]}}""", "rules.set-literal", "$.value")]
    [InlineData("""[]""", "rules.wrong-json", "$")]
    [InlineData("""{"attr":"x" """, "rules.malformed-json", "line 1, byte 13")]
    public void Json_ThatIsNotTheLanguage_IsRefusedWithItsPlace(string json, string code, string place)
    {
        var problem = Assert.Single(Rule.ParseJson(json).Problems);

        Assert.Equal((code, place), (problem.Code, problem.Place));
    }

    [Fact]
    public void Json_WithSeveralMistakes_ReportsThemAllAtOnce()
    {
        var load = Rule.ParseJson("""{"all":[{"attr":"x","op":"eq","value":null},{"attr":"y","op":"eqq","value":1},{"segment":5}]}""");

        Assert.Equal("$.all[0].value $.all[1].op $.all[2].segment", string.Join(' ', load.Problems.Select(problem => problem.Place)));
    }

    [Fact]
    public void Json_WithMistakesOfReadingAndOfMeaning_ReportsThemAllAtOnce()
    {
        var loader = new RuleLoader(new RuleSchemaBuilder().Attribute("points", RuleKind.Integer).Attribute("country", RuleKind.Text).Build());

        var load = loader.LoadJson("""{"all":[{"attr":"ponts","op":"gt","value":1},{"attr":"country","op":"eqq","value":"x"},{"any":[{"attr":"points","op":"size_eq","value":1},{"foo":1}]},{"attr":"country","op":"eq","value":{"$set":["a"]}}]}""");

        Assert.False(load.IsLoaded);
        Assert.Equal(
            [
                "rules.unknown-operator $.all[1].op", "rules.no-condition $.all[2].any[1]", "rules.unknown-attribute $.all[0].attr", "rules.kind-mismatch $.all[2].any[0]",
                "rules.kind-mismatch $.all[3].value.$set", "rules.kind-mismatch $.all[3].value.$set",
            ],
            load.Problems.Select(problem => $"{problem.Code} {problem.Place}"));
    }

    [Fact]
    public void Json_NestedBeyondTheLimit_IsRefusedWithoutOverflowingTheStack()
    {
        var nested = string.Concat(Enumerable.Repeat("""{"not":""", 20_000)) + "{}" + new string('}', 20_000);
        var deep = string.Concat(Enumerable.Repeat("""{"not":""", RuleLimits.Depth + 1)) + """{"segment":"s"}""" + new string('}', RuleLimits.Depth + 1);

        Assert.Equal("rules.malformed-json", Assert.Single(Rule.ParseJson(nested).Problems).Code);
        Assert.Equal("rules.too-deep", Assert.Single(Rule.ParseJson(deep).Problems).Code);
    }
}
