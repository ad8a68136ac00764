using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>The headline figures, and what stands in the way of trusting them.</summary>
internal sealed class OverviewPage : IReportPage
{
    public ReportPart Make(ShopAnalysis analysis, Language language)
    {
        var shop = analysis.Shop;
        var customers = shop.Customers.Count;
        var repeaters = Enumerable.Range(0, customers).Count(i => shop.DaysOf(i).Length > 1);
        var net = Enumerable.Range(0, customers).Sum(shop.NetOf);
        var summary = SummaryJson.Member(
            "shop",
            new ShopSummary(
                Iso(shop.AsOf), Iso(DayReader.DateOf(shop.FirstDay)), Iso(DayReader.DateOf(Enumerable.Range(0, customers).Max(shop.LastDayOf))),
                customers, repeaters, shop.PurchaseDays, shop.PurchaseDays - customers, shop.HasAmounts ? net : null),
            SummaryJson.Default.ShopSummary);

        var facts = new List<Fact>
        {
            new(Language.Count(customers), Texts.FactCustomers.In(language), Texts.FactCustomersRemark.In(language, Language.Percent((double)repeaters / customers))),
            new(Language.Count(shop.PurchaseDays), Texts.FactPurchases.In(language), Texts.FactPurchasesRemark.In(language, Language.Number((double)shop.PurchaseDays / customers))),
        };
        if (shop.HasAmounts)
            facts.Add(new(Language.Count((double)net), Texts.FactNet.In(language), Texts.FactNetRemark.In(language, Language.Number((double)net / shop.PurchaseDays))));

        var blocks = new List<Block> { new Facts(facts) };
        blocks.AddRange(Notes(analysis, repeaters, language));
        if (analysis.Forecasts is not { } forecasts) return new() { Id = "overview", Title = Texts.Overview.In(language), Blocks = blocks, Summary = [summary] };

        var alive = forecasts.ProbabilityAlive.Sum();
        var purchases = CustomerForecasts.Horizons.Select(weeks => forecasts.ExpectedPurchases(weeks).Sum()).ToArray();
        var value = forecasts.Value?.Sum();
        var topTenth = Concentration.Of(forecasts).ShareOfTop(0.1);
        facts.Add(new(Language.Count(alive), Texts.FactActive.In(language), Texts.FactActiveRemark.In(language, Language.Percent(alive / customers))));
        facts.Add(new(Language.Count(purchases[^1]), Texts.FactNext.In(language), Texts.FactNextRemark.In(language, Language.Count(purchases[0]))));
        if (value is { } worth)
        {
            facts.Add(new(Language.Count(worth), Texts.FactValue.In(language), Texts.FactValueRemark.In(language, Language.Percent(analysis.Options.DiscountPerYear))));
            if (topTenth is { } share) facts.Add(new(Language.Percent(share), Texts.FactTopTenth.In(language), Texts.FactTopTenthRemark.In(language)));
        }

        var atRisk = AtRisk.Of(forecasts);
        facts.Add(new(Language.Count(atRisk.Customers.Count), Texts.FactAtRisk.In(language), (value is null ? Texts.FactAtRiskRemarkNoMoney : Texts.FactAtRiskRemark).In(language, Language.Count(atRisk.Stake))));

        var forecast = new ForecastSummary(alive, purchases[0], purchases[1], purchases[2], value, analysis.Options.DiscountPerYear, topTenth);
        return new()
        {
            Id = "overview",
            Title = Texts.Overview.In(language),
            Blocks = blocks,
            Summary = [summary, SummaryJson.Member("forecast", forecast, SummaryJson.Default.ForecastSummary)],
        };
    }

    private static IEnumerable<Block> Notes(ShopAnalysis analysis, int repeaters, Language language)
    {
        if (analysis.Purchases is null) yield return new Note(Texts.TooFewForModels.In(language, repeaters, ShopAnalysis.FewestRepeatCustomers));
        if (analysis.Purchases?.Convergence.Status == ConvergenceStatus.Boundary) yield return new Note(Texts.BoundaryPurchases.In(language));
        if (analysis.Spend?.Convergence.Status == ConvergenceStatus.Boundary) yield return new Note(Texts.BoundarySpend.In(language));
        if (analysis.Purchases?.Convergence.Status == ConvergenceStatus.IterationLimit || analysis.Spend?.Convergence.Status == ConvergenceStatus.IterationLimit)
            yield return new Note(Texts.IterationLimit.In(language));
        if (analysis.Forecasts?.ExpectedSpend?.Any(spend => spend is null) == true) yield return new Note(Texts.SpendUndefined.In(language));
        if (!analysis.Shop.HasAmounts) yield return new Paragraph(Texts.NoAmounts.In(language));
    }

    private static string Iso(LocalDate date) => NodaTime.Text.LocalDatePattern.Iso.Format(date);
}
