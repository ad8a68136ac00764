using System.Text.Json;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool.Tests;

/// <summary>The report with each purchase model, and with the one that the hold-out period recommends.</summary>
public class ModelTests
{
    public static TheoryData<string> Kinds => new(PurchaseModelKind.All.Select(kind => kind.Code));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Report_WithAModel_UsesItThroughout(string code)
    {
        using var clm = new Clm();

        var (exitCode, _, error) = await clm.RunAsync("report", clm.WriteShop(), "--model", code, "--calibrate-until", "2025-06-29");

        Assert.True(exitCode == 0, error);
        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        var models = new[] { summary.RootElement.GetProperty("purchaseModel"), summary.RootElement.GetProperty("holdOut").GetProperty("model") };
        Assert.All(models, model => Assert.StartsWith(PurchaseModelKind.Find(code)!.Name.TrimEnd('k'), model.GetProperty("name").GetString(), StringComparison.Ordinal));
        Assert.False(summary.RootElement.TryGetProperty("modelChoice", out _));
        foreach (var parameter in models[0].GetProperty("parameters").EnumerateArray())
            Assert.DoesNotContain($"<td>{parameter.GetProperty("name").GetString()}</td><td></td>", clm.Read("report.html"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "Which model, and why", "is left out: for these customers it is the same as")]
    [InlineData("zh", "选用哪个模型，为什么", "未列入：对这批客户，它与")]
    public async Task Report_WithTheModelChosen_SaysWhichAndWhy(string language, string title, string leftOut)
    {
        using var clm = new Clm();

        var (exitCode, output, error) = await clm.RunAsync("report", clm.WriteShop(), "--model", "auto", "--lang", language);

        Assert.True(exitCode == 0, error);
        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        var choice = summary.RootElement.GetProperty("modelChoice");
        var chosen = choice.GetProperty("chosen").GetString()!;
        Assert.Equal("hold-out", choice.GetProperty("criterion").GetString());
        Assert.Equal(chosen, summary.RootElement.GetProperty("purchaseModel").GetProperty("name").GetString());
        Assert.Contains($"Purchase model: {chosen}", output, StringComparison.Ordinal);
        Assert.True(choice.GetProperty("candidates").GetArrayLength() >= 4);
        Assert.True(choice.GetProperty("reasons").GetArrayLength() >= 3);
        var html = clm.Read("report.html");
        Assert.Contains(title, html, StringComparison.Ordinal);
        Assert.Contains(leftOut, html, StringComparison.Ordinal);
        Assert.Contains(chosen, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WithTheModelChosen_ComparesOnTheDaysAfterTheCalibrationEnd()
    {
        using var clm = new Clm();

        await clm.RunAsync("report", clm.WriteShop(), "--model", "auto", "--calibrate-until", "2025-06-29");

        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        var choice = summary.RootElement.GetProperty("modelChoice");
        var candidate = choice.GetProperty("candidates").EnumerateArray().Single(one => one.GetProperty("name").GetString() == choice.GetProperty("chosen").GetString());
        Assert.Equal("2025-06-29", choice.GetProperty("calibrationEnd").GetString());
        Assert.Equal(summary.RootElement.GetProperty("holdOut").GetProperty("rootMeanSquaredError").GetDouble(), candidate.GetProperty("rootMeanSquaredError").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Report_WithTheModelChosenOfTooFewDays_ComparesDescriptionsOfThePast_AndSaysSo()
    {
        using var clm = new Clm();
        var lines = File.ReadAllLines(clm.WriteShop());
        var few = lines.Where((line, i) => i == 0 || string.CompareOrdinal(line.Split(',')[1], "2024-03-18") < 0);

        var (exitCode, _, error) = await clm.RunAsync("report", clm.Write("few.csv", string.Join('\n', few)), "--model", "auto");

        Assert.True(exitCode == 0, error);
        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        Assert.Equal("bic", summary.RootElement.GetProperty("modelChoice").GetProperty("criterion").GetString());
        Assert.Contains("there were too few days to hold any out", clm.Read("report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WithAModelThatKnowsNoDropOut_SaysSo()
    {
        using var clm = new Clm();

        await clm.RunAsync("report", clm.WriteShop(), "--model", "nbd");

        Assert.Contains("NBD knows no drop-out", clm.Read("report.html"), StringComparison.Ordinal);
        Assert.DoesNotContain("likelier they have left", clm.Read("report.html"), StringComparison.Ordinal);
    }
}
