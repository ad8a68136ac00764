using System.Globalization;

namespace CustomerLifecycle.Rules.Tests.Sql;

public class SqlConditionTests
{
    private static readonly RuleMoment Moment = new(Instant.FromUtc(2026, 7, 1, 12, 0), new LocalCalendar(DateTimeZone.Utc));

    [Fact]
    public void Query_HasQuotedNamesFromTheMapping_AndValuesAsParametersOnly()
    {
        var mapping = new SqlMapping(SqlDialect.PostgreSql, "cust\"; DROP TABLE x; --", "no", schema: "crm").Column("country", RuleKind.Text, "country\" OR 1=1");

        var condition = mapping.Translate(Bind("country = '''; DROP TABLE x; --'"), Moment);

        Assert.Equal("SELECT c.\"no\" FROM \"crm\".\"cust\"\"; DROP TABLE x; --\" AS c WHERE (\"c\".\"country\"\" OR 1=1\" IS NOT NULL) AND (\"c\".\"country\"\" OR 1=1\" COLLATE \"C\" = @p0)", condition.Query);
        Assert.Equal([new("@p0", "'; DROP TABLE x; --")], condition.Parameters);
        Assert.True(condition.IsExact);
    }

    [Fact]
    public void Translation_OfWhatCannotBePushedDown_NamesItAndNarrowsDownWithTheRest()
    {
        var mapping = new SqlMapping(SqlDialect.Sqlite, "customers", "id").Column("n", RuleKind.Integer).Column("name", RuleKind.Text);

        var condition = mapping.Translate(Bind("n > 3 and not name = 'x' ignoring case and bucket('mail') < 10"), Moment);

        Assert.False(condition.IsExact);
        Assert.Equal("(\"c\".\"n\" IS NOT NULL) AND (\"c\".\"n\" >= @p0)", condition.Text);
        Assert.Equal(["name = 'x' ignoring case", "bucket('mail') < 10"], condition.Remainder.Select(part => part.Part.ToString()));
    }

    [Fact]
    public void Translation_OfAnAlternativeThatCannotBePushedDown_LetsEveryoneThrough()
    {
        var condition = new SqlMapping(SqlDialect.Sqlite, "customers", "id").Column("n", RuleKind.Integer).Translate(Bind("n > 3 or name = 'x'"), Moment);

        Assert.Equal("TRUE", condition.Text);
        Assert.Empty(condition.Parameters);
        Assert.Equal("name = 'x'", Assert.Single(condition.Remainder).Part.ToString());
    }

    [Fact]
    public void Translation_OfSegmentsThatDoubleAtEachStep_EndsAndLeavesTheRestOut()
    {
        var segments = new SegmentTable(Enumerable.Range(0, 13).Select(step => KeyValuePair.Create(Name(step), Rule.Parse(step == 0 ? "n > 0" : $"in segment '{Name(step - 1)}' or not in segment '{Name(step - 1)}'").Value)));
        var rule = Rule.Parse($"in segment '{Name(12)}'").Value.Bind(RuleSchema.Open, segments).Value;

        var condition = new SqlMapping(SqlDialect.Sqlite, "customers", "id").Column("n", RuleKind.Integer).Translate(rule, Moment);

        Assert.False(condition.IsExact);

        static string Name(int step) => step.ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Translation_OfMoreLiteralsThanADatabaseTakes_LeavesThemOut()
    {
        var list = string.Join(", ", Enumerable.Range(0, RuleLimits.ListLength).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        var load = new Rule(Condition.All(Enumerable.Range(0, 4).Select(_ => Rule.Parse($"n in ({list})").Value.Condition))).Bind(RuleSchema.Open);

        var condition = new SqlMapping(SqlDialect.Sqlite, "customers", "id").Column("n", RuleKind.Integer).Translate(load.Value, Moment);

        Assert.False(condition.IsExact);
        Assert.Empty(condition.Parameters);
    }

    [Theory]
    [InlineData(RuleKind.Any)]
    [InlineData(RuleKind.Number)]
    public void Column_OfNoOneKind_IsRefused(RuleKind kind) => Assert.Throws<ArgumentException>(() => new SqlMapping(SqlDialect.Sqlite, "customers", "id").Column("x", kind));

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Name_ThatNoDatabaseHas_IsRefused(string name) => Assert.Throws<ArgumentException>(() => new SqlMapping(SqlDialect.Sqlite, name, "id"));

    private static BoundRule Bind(string text) => Rule.Parse(text).Value.Bind(RuleSchema.Open).Value;
}
