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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Points_OfReturnedPurchases_AreTakenBack(bool fromDatabase)
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer,date,amount\na,2025-01-15,100\na,2025-02-15,50\na,2025-03-01,-70\na,2025-03-02,30\na,2025-03-03,-1000\nb,2025-03-02,7\nb,2025-03-02,-7\n"u8.ToArray());
        var database = Path.Combine(Path.GetDirectoryName(file)!, "shop.db");
        if (fromDatabase) Assert.Equal(0, (await clm.RunAsync("import", file, "--db", database)).ExitCode);
        string[] arguments = fromDatabase ? ["points", "a", "--db", database] : ["points", file, "a"];

        var (_, output, error) = await clm.RunAsync([.. arguments, "--as-of", "2025-03-02"]);
        var (_, later, _) = await clm.RunAsync(arguments);

        Assert.Equal("", error);
        Assert.Equal(
            """
            date         reason        points   balance
            2025-01-15   Earned          +100       100
            2025-02-15   Earned           +50       150
            2025-03-01   Refunded         -70        80
            2025-03-02   Earned           +30       110
            2025-03-02   balance                    110
            2027-02-01   will lapse       -80
            2027-04-01   will lapse       -30

            """,
            output.ReplaceLineEndings("\n"));
        Assert.Contains("2025-03-03   Refunded        -110         0\n", later.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("balance                      0", (await clm.RunAsync(fromDatabase ? ["points", "b", "--db", database] : ["points", file, "b"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Points_InChinese_AreTheSameStatement()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer,date,amount\na,2023-01-15,100\na,2025-03-01,20\na,2025-03-02,-5\na,2025-03-02,x\n"u8.ToArray());

        var (exitCode, output, error) = await clm.RunAsync("points", file, "a", "--lang", "zh");

        Assert.Equal(("", 0), (error, exitCode));
        Assert.Equal(
            """
            日期         原因            积分      余额
            2023-01-15   获得            +100       100
            2025-02-01   过期            -100         0
            2025-03-01   获得             +20        20
            2025-03-02   退货扣回          -5        15
            2025-03-02   余额                        15
            2027-04-01   即将过期         -15
            该客户无法读取而排除：1 行。按行号：
              5: The amount 'x' is not a number such as 12.50 or -3.

            """,
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Points_OfACustomerWithRowsThatCannotBeRead_SayWhich()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer,date,amount\na,2025-03-01,20\na,2025-02-30,5\nb,nonsense,7\na,2025-03-02,x\na;2025-03-03\nb,2025-03-04,1\n"u8.ToArray());

        var (exitCode, output, _) = await clm.RunAsync("points", file, "a");
        var (_, explained, _) = await clm.RunAsync("explain", file, "a");

        Assert.Equal(0, exitCode);
        string[] told = ["Not readable and left out: 2 rows of this customer. By line:", "  3: The date '2025-02-30'", "  5: The amount 'x'", "Not readable and left out: 1 row whose customer cannot be read either. By line:", "  6: The row has 1 fields"];
        Assert.All(told, text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.All(told, text => Assert.Contains(text, explained, StringComparison.Ordinal));
        Assert.DoesNotContain("nonsense", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Points_OfACustomerWhoseRowsCannotBeRead_SaySo()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer,date,amount\na,2025-02-30,5\nb,2025-03-04,1\na,2025-03-02,x\nc,2025-03-02,y\n"u8.ToArray());

        Assert.Contains("None of the customer's 2 rows can be used. Line 2: The date '2025-02-30'", (await clm.RunAsync("points", file, "a")).Error, StringComparison.Ordinal);
        Assert.Contains("The customer's only row cannot be used. Line 5: The amount 'y'", (await clm.RunAsync("explain", file, "c")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WithLapsedPoints_NamesTheBreakage()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer,date,amount\na,2020-01-15,100\nb,2025-03-02,7\n"u8.ToArray());

        Assert.Equal(0, (await clm.RunAsync("report", file)).ExitCode);

        Assert.Contains("Breakage", clm.Read("report.html"), StringComparison.Ordinal);
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
