namespace CustomerLifecycle.Tool.Tests;

public class PointsTests
{
    [Fact]
    public async Task Points_OfACustomer_AreAStatement()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer,date,amount\na,2023-01-15,100.50\na,2025-03-01,20\nb,2025-03-02,7\n"u8.ToArray());

        var (exitCode, output, error) = await clm.RunAsync("points", file, "a", "--as-of", "2025-06-30");

        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Equal(
            """
            date         reason        points   balance
            2023-01-15   Earned          +100       100
            2025-02-01   Lapsed          -100         0
            2025-03-01   Earned           +20        20
            2025-06-30   balance                     20
            2027-04-01   will lapse       -20

            """,
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Points_OfAStranger_SayWhatToDo()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer,date,amount\na,2023-01-15,100.50\n"u8.ToArray());

        var (exitCode, _, error) = await clm.RunAsync("points", file, "z");

        Assert.Equal(CommandLine.BadInput, exitCode);
        Assert.Contains("No customer of the file has this key", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WithAmounts_HasThePointsPage()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer,date,amount\na,2025-01-15,100.50\nb,2025-03-02,7\n"u8.ToArray());

        Assert.Equal(0, (await clm.RunAsync("report", file)).ExitCode);

        Assert.Contains("id=\"points\"", clm.Read("report.html"), StringComparison.Ordinal);
    }
}
