using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Tool.Tests;

public class ReportTests
{
    [DataFact]
    public async Task Report_OnCdnow_ForetellsTheHoldOutPeriodAsThePaperDoes()
    {
        using var clm = new Clm();

        var (exitCode, _, error) = await clm.RunAsync("report", DataFactAttribute.Transactions("cdnow_sample"), "--calibrate-until", "1997-09-30");

        Assert.True(exitCode == 0, error);
        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        var holdOut = summary.RootElement.GetProperty("holdOut");
        Assert.Equal(1882, holdOut.GetProperty("actualTotal").GetDouble());
        Assert.Equal(1653, holdOut.GetProperty("predictedTotal").GetDouble(), 0.5);
        double[] published = [0.24259, 4.4136, 0.79292, 2.42591];
        Assert.All(
            holdOut.GetProperty("model").GetProperty("parameters").EnumerateArray().Zip(published),
            pair => Assert.Equal(pair.Second, pair.First.GetProperty("estimate").GetDouble(), pair.Second * 1e-3));
    }

    [DataTheory]
    [InlineData("online_retail", "2011-08-31", true)]
    [InlineData("cdnow_sample", "1997-09-30", false)]
    public async Task Report_WhoseCalibrationPeriodHasNoInteriorOptimum_SaysSoBesideTheForecast(string name, string calibrateUntil, bool isBoundary)
    {
        using var clm = new Clm();

        var (exitCode, _, error) = await clm.RunAsync("report", DataFactAttribute.Transactions(name), "--calibrate-until", calibrateUntil);

        Assert.True(exitCode == 0, error);
        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        Assert.Equal(isBoundary ? "boundary" : "fitted", summary.RootElement.GetProperty("holdOut").GetProperty("model").GetProperty("status").GetString());
        Assert.Equal(isBoundary, clm.Read("report.html").Contains("Up to that day the purchase model had no interior optimum", StringComparison.Ordinal));
    }

    [DataTheory]
    [InlineData("cdnow_master", 23570, true)]
    [InlineData("online_retail", 4338, true)]
    [InlineData("grocery", 1525, false)]
    [InlineData("apparel", 600, true)]
    [InlineData("lifetimes_example", 5000, false)]
    public async Task Report_OnPublicData_HasItsCustomers(string name, int customers, bool hasAmounts)
    {
        using var clm = new Clm();

        var (exitCode, _, error) = await clm.RunAsync("report", DataFactAttribute.Transactions(name));

        Assert.True(exitCode == 0, error);
        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        Assert.Equal(customers, summary.RootElement.GetProperty("shop").GetProperty("customers").GetInt32());
        Assert.Equal(hasAmounts, summary.RootElement.GetProperty("shop").GetProperty("netAmount").ValueKind == JsonValueKind.Number);
        Assert.Equal(customers + 1, File.ReadLines(Path.Combine(clm.Report, "customers.csv")).Count());
    }

    [Fact]
    public async Task Report_OfTheSameFile_IsTheSameToTheByte()
    {
        using var clm = new Clm();
        var shop = clm.WriteShop();
        string[] files = ["report.html", "customers.csv", "summary.json", "rejected.csv"];

        await clm.RunAsync("report", shop, "--calibrate-until", "2025-01-01");
        var first = files.Select(clm.Read).ToArray();
        await clm.RunAsync("report", shop, "--calibrate-until", "2025-01-01");

        Assert.Equal(first, files.Select(clm.Read).ToArray());
        Assert.Equal(string.Join(' ', files.Order(StringComparer.Ordinal)), string.Join(' ', Directory.EnumerateFiles(clm.Report).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Summary_Names_AreTheDocumentedOnes()
    {
        using var clm = new Clm();

        await clm.RunAsync("demo", "--customers", "400");

        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        var names = new StringBuilder();
        Describe(summary.RootElement, "", names);
        await Verifier.Verify(names.ToString());
    }

    [Fact]
    public async Task Report_WithTextThatWouldRun_RunsNowhere()
    {
        using var clm = new Clm();
        const string evil = "<script>alert('x')</script>";
        var csv = new StringBuilder("customer_id,date,amount\n");
        for (var i = 0; i < 40; i++)
        {
            // Every one of them bought often and then fell silent, so that they are all at risk and shown by name.
            var name = (i % 4) switch { 0 => $"{evil}{i}", 1 => $"=HYPERLINK({i})", 2 => $"@SUM({i})", _ => $"-{i}+1" };
            for (var day = 0; day < 6 + (i % 3); day++) csv.Append(CultureInfo.InvariantCulture, $"{name},{new LocalDate(2025, 1, 1).PlusDays((day * (9 + i)) % 200):uuuu-MM-dd},{10 + i}\n");
        }

        var (exitCode, _, error) = await clm.RunAsync("report", clm.Write("in.csv", csv.ToString()), "--as-of", "2025-12-31");

        Assert.True(exitCode == 0, error);
        var html = clm.Read("report.html");
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        var customers = File.ReadLines(Path.Combine(clm.Report, "customers.csv")).Skip(1).ToArray();
        Assert.Equal(40, customers.Length);
        Assert.DoesNotContain(customers, line => line.TrimStart('"')[0] is '=' or '+' or '-' or '@');
        Assert.Contains(customers, line => line.StartsWith("\"'=HYPERLINK(1)\",2025-01-01,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_WithChineseHeadersAndLanguage_SpeaksChinese()
    {
        using var clm = new Clm();
        var shop = File.ReadAllText(clm.WriteShop()).Replace("customer_id,date,amount", "客户编号;订单日期;金额", StringComparison.Ordinal).Replace(',', ';');

        var (exitCode, _, error) = await clm.RunAsync("report", clm.Write("订单.csv", "\uFEFF" + shop), "--lang", "zh", "--calibrate-until", "2025-01-01");

        Assert.True(exitCode == 0, error);
        var html = clm.Read("report.html");
        Assert.Contains("<html lang=\"zh-Hans\">", html, StringComparison.Ordinal);
        Assert.Contains("订单 的客户分析", html, StringComparison.Ordinal);
        Assert.Contains("客户编号、订单日期、金额", html, StringComparison.Ordinal);
        Assert.DoesNotContain("purchases", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dd/MM/yyyy", "31/12/2024", "31/01/2025")]
    [InlineData("yyyy'年'M'月'd'日'", "2024年12月31日", "2025年1月31日")]
    [InlineData("MM-dd-yyyy HH:mm", "12-31-2024 23:59", "01-31-2025 00:00")]
    public async Task Report_WithAPattern_ReadsItsDates(string format, string first, string last)
    {
        using var clm = new Clm();

        await clm.RunAsync("report", clm.Write("in.csv", $"customer_id\tdate\tamount\nc1\t{first}\t5\nc1\t{last}\t6\n"), "--format", format);

        Assert.StartsWith("c1,2024-12-31,2025-01-31,2,11,", File.ReadLines(Path.Combine(clm.Report, "customers.csv")).Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UTC", "2025-01-01")]
    [InlineData("Asia/Shanghai", "2025-01-02")]
    [InlineData("America/New_York", "2025-01-01")]
    public async Task Report_WithInstants_TakesTheDayOfTheZone(string zone, string day)
    {
        using var clm = new Clm();

        await clm.RunAsync("report", clm.Write("in.csv", "customer_id,created_at\nc1,2025-01-01T20:00:00Z\nc1,2025-01-01T21:00:00+01:00\n"), "--zone", zone);

        Assert.StartsWith($"c1,{day},{day},1,", File.ReadLines(Path.Combine(clm.Report, "customers.csv")).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WithRefunds_TakesThemOffTheNetAmountAndLeavesPurchasesAlone()
    {
        using var clm = new Clm();

        await clm.RunAsync("report", clm.Write("in.csv", "customer_id,date,amount\nc1,2025-01-01,10\nc1,2025-01-01,5.50\nc1,2025-02-01,-4\nc2,2025-01-01,-1\n"));

        Assert.StartsWith("c1,2025-01-01,2025-01-01,1,11.50,", Assert.Single(File.ReadLines(Path.Combine(clm.Report, "customers.csv")).Skip(1)), StringComparison.Ordinal);
        using var summary = JsonDocument.Parse(clm.Read("summary.json"));
        Assert.Equal(1, summary.RootElement.GetProperty("file").GetProperty("customersWithOnlyRefunds").GetInt32());
        Assert.Equal(5m, summary.RootElement.GetProperty("file").GetProperty("refundTotal").GetDecimal());
    }

    [Fact]
    public async Task Report_WhenStopped_WritesNothingAndKeepsTheOldOne()
    {
        using var clm = new Clm();
        var shop = clm.WriteShop();
        await clm.RunAsync("report", shop);
        var before = clm.Read("summary.json");
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        var (exitCode, _, error) = await clm.RunAsync(stop.Token, "report", shop, "--as-of", "2025-01-01");

        Assert.Equal(CommandLine.Cancelled, exitCode);
        Assert.Contains("Nothing was written", error, StringComparison.Ordinal);
        Assert.Equal(before, clm.Read("summary.json"));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(clm.Folder), entry => entry.Contains(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_IntoAFolderWithOtherFiles_NeedsForce()
    {
        using var clm = new Clm();
        var plans = clm.Write("report/plans.txt", "x");

        Assert.Equal(CommandLine.BadInput, (await clm.RunAsync("report", clm.WriteShop())).ExitCode);
        Assert.True(File.Exists(plans));
        Assert.Equal(CommandLine.Done, (await clm.RunAsync("report", clm.WriteShop(), "--force")).ExitCode);
        Assert.False(File.Exists(plans));
    }

    private static void Describe(JsonElement element, string path, StringBuilder names)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject()) Describe(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", names);
                break;
            case JsonValueKind.Array:
                Describe(element.EnumerateArray().First(), path + "[]", names);
                break;
            default:
                names.Append(CultureInfo.InvariantCulture, $"{path}: {(element.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : element.ValueKind)}\n");
                break;
        }
    }
}
