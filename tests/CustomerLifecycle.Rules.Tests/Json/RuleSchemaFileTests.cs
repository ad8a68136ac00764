using System.Text.Json;

namespace CustomerLifecycle.Rules.Tests.Json;

public class RuleSchemaFileTests
{
    [Fact]
    public void SchemaFile_ListsTheOperatorsAggregationsAndUnitsOfTheReader()
    {
        var folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "src", "CustomerLifecycle.Rules"))) folder = Path.GetDirectoryName(folder)!;
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "src", "CustomerLifecycle.Rules", "Json", "rule.schema.json")));
        var definitions = schema.RootElement.GetProperty("$defs");
        var test = definitions.GetProperty("test").GetProperty("properties");

        Assert.Equal(Sorted(RuleJsonWords.AllOperators), Sorted(Words(test.GetProperty("op"))));
        Assert.Equal(Sorted(RuleJsonWords.Aggregations), Sorted(Words(test.GetProperty("agg"))));
        Assert.Equal(Sorted(RuleJsonWords.Units), Sorted(Words(definitions.GetProperty("unit"))));
    }

    private static IEnumerable<string> Words(JsonElement definition) => definition.GetProperty("enum").EnumerateArray().Select(word => word.GetString()!);

    private static string Sorted(IEnumerable<string> words) => string.Join(' ', words.Order(StringComparer.Ordinal));
}
