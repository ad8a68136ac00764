namespace CustomerLifecycle.Rules.Tests.Text;

/// <summary>Every rule on the language's page is one.</summary>
public class RulePageTests
{
    private static readonly RuleSchema Guard = new RuleSchemaBuilder().Attribute("orders", RuleKind.Integer).EventAtHand().StageAtHand().WithoutAggregates().Build();

    private static readonly SegmentTable Segments = new(new[] { "vip", "unsubscribed", "已退订" }.Select(name => KeyValuePair.Create(name, Rule.Parse("true").Value)));

    public static TheoryData<string> Rules => [.. Lines("rule")];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_OnThePage_LoadsAndRoundTrips(string text)
    {
        var rule = Rule.Parse(text).Value;

        Assert.Empty(rule.Bind(RuleSchema.Open, Segments).Problems);
        Assert.Equal(rule, Rule.Parse(rule.ToText()).Value);
        Assert.Equal(rule, Rule.ParseJson(rule.ToJson()).Value);
    }

    [Fact]
    public void Guard_OnThePage_Loads() => Assert.All(Lines("guard"), text => Assert.Empty(Rule.Parse(text).Value.Bind(Guard).Problems));

    [Fact]
    public void Rule_InChineseOnThePage_Loads() => Assert.All(Lines("chinese"), text => Assert.Empty(Rule.Parse(text, RuleKeywords.Chinese).Value.Bind(RuleSchema.Open, Segments).Problems));

    [Fact]
    public void Json_OnThePage_LoadsAndIsCanonical() => Assert.All(Lines("json"), json => Assert.Equal(json, Rule.ParseJson(json).Value.ToJson()));

    private static List<string> Lines(string language)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "docs", "rules.md"))) folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("docs/rules.md is not above the tests.");
        var lines = new List<string>();
        var inside = false;
        foreach (var line in File.ReadLines(Path.Combine(folder, "docs", "rules.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inside = string.Equals(line, "```" + language, StringComparison.Ordinal);
            else if (inside && line.Length > 0) lines.Add(line);
        }

        return lines.Count > 0 ? lines : throw new InvalidOperationException($"The page has no {language} lines.");
    }
}
