using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Tool.Tests;

public class StagesTests
{
    [Fact]
    public async Task Explain_OneCustomer_SaysWhereAndWhy()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer_id,date,amount\na,2025-01-10,20\na,2025-02-10,30\na,2025-02-11,30\nb,2025-08-01,5\n");

        var (exitCode, output, error) = await clm.RunAsync("explain", file, "a", "--as-of", "2025-04-30");

        Assert.Equal((0, ""), (exitCode, error));
        await Verifier.Verify(output);
    }

    [Fact]
    public async Task Explain_UnknownCustomer_IsRefusedWithoutTheKey()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", "customer_id,date\na,2025-01-10\n");

        var (exitCode, _, error) = await clm.RunAsync("explain", file, "marie@example.org");

        Assert.Equal(CommandLine.BadInput, exitCode);
        Assert.Contains("No customer of the file has this key", error, StringComparison.Ordinal);
        Assert.DoesNotContain("marie", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfASimulatedShop_HasStagesFlowsAndWhoMovesNext()
    {
        using var clm = new Clm();

        var (exitCode, _, error) = await clm.RunAsync("report", clm.WriteShop());

        Assert.Equal((0, ""), (exitCode, error));
        var html = clm.Read("report.html");
        Assert.All(["stages-over-time", "How long customers stay", "Where they go", "Who moves next if nothing happens", "At risk"], part => Assert.Contains(part, html, StringComparison.Ordinal));
    }

    [DataTheory]
    [InlineData("cdnow_sample")]
    [InlineData("online_retail")]
    public void Stages_OnPublicData_CountEachCustomerOnce_AtAnyDay(string name)
    {
        var data = PurchaseFile.Read(DataFactAttribute.Transactions(name), new() { Today = Clm.Today });
        var shop = Shop.Of(data.Log, data.AsOf, data.HasAmounts);
        var stages = ShopStages.Of(shop);
        int[] days = [shop.FirstDay, (shop.FirstDay + shop.AsOfDay) / 2, shop.AsOfDay];

        var counts = stages.CountsAt(days);

        for (var i = 0; i < days.Length; i++) Assert.Equal(Enumerable.Range(0, shop.Customers.Count).Count(customer => shop.FirstDayOf(customer) <= days[i]), counts[i].Sum());
        var model = stages.Machine.Model.Stages;
        Assert.Equal(stages.Answers.GroupBy(answer => answer.Stage).ToDictionary(group => group.Key!, group => group.Count()), model.Select((stage, number) => (stage.Id, Count: counts[2][number])).Where(pair => pair.Count > 0).ToDictionary(pair => pair.Id, pair => pair.Count));
    }
}
