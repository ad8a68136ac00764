using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Tool;

/// <summary>What a points programme over these purchases would owe by now: liability, what lapses when, and what has lapsed by the month of earning.</summary>
internal sealed class PointsPage : IReportPage
{
    private const int Months = 24, Block = 4096;

    public ReportPart? Make(ShopAnalysis analysis, Language language)
    {
        var shop = analysis.Shop;
        if (!shop.HasAmounts || shop.Customers.Count == 0) return null;

        var report = Report(shop);
        var outstanding = (double)report.Reconciliation.Liability;
        var lapsed = (double)report.Cohorts.Sum(cohort => cohort.Lapsed);
        return new()
        {
            Id = "points",
            Title = Texts.Points.In(language),
            Blocks =
            [
                new Paragraph(Texts.PointsLead.In(language)),
                new Facts(
                [
                    new(Language.Count(outstanding + lapsed), Texts.PointsIssued.In(language)),
                    new(Language.Count(outstanding), Texts.PointsOutstanding.In(language), Texts.PointsOutstandingRemark.In(language, Language.Count(report.Reconciliation.Members))),
                    new(Language.Count(lapsed), Texts.PointsLapsed.In(language), outstanding + lapsed > 0 ? Language.Percent(lapsed / (outstanding + lapsed)) : ""),
                ]),
                .. Forecast(report, shop, language),
                Cohorts(report, language),
                new Paragraph(Texts.PointsBreakageNote.In(language)),
            ],
        };
    }

    private static LedgerReport Report(Shop shop)
    {
        var report = new LedgerReport(DefaultProgramme.End(shop), DefaultProgramme.Policy.Calendar);
        var states = new MemberState[Math.Min(Block, shop.Customers.Count)];
        for (var start = 0; start < shop.Customers.Count; start += states.Length)
        {
            var first = start;
            var count = Math.Min(states.Length, shop.Customers.Count - start);
            Parallel.For(0, count, i => states[i] = DefaultProgramme.Post(shop, first + i).State);
            for (var i = 0; i < count; i++) report.Add(states[i]);
        }

        return report;
    }

    private static IEnumerable<Block> Forecast(LedgerReport report, Shop shop, Language language)
    {
        var byMonth = report.Lapses.GroupBy(lapse => lapse.Day.ToYearMonth()).ToDictionary(month => month.Key, month => month.Sum(lapse => (double)lapse.Points));
        var months = Enumerable.Range(1, Months).Select(ahead => new LocalDate(shop.AsOf.Year, shop.AsOf.Month, 1).PlusMonths(ahead)).ToArray();
        double Points(LocalDate month) => byMonth.GetValueOrDefault(month.ToYearMonth());
        if (months.All(month => Points(month) == 0)) yield break;

        var first = months.Take(3).Sum(Points);
        yield return new Figure(
            "points-lapses",
            Texts.PointsLapsesTitle.In(language, Language.Count(first)),
            Texts.PointsLapsesCaption.In(language),
            new BarChart
            {
                Bars = [.. months.Select(month => new Bar(language.Month(month), Points(month)))],
                XLabel = Texts.PointsLapsesMonth.In(language),
                YLabel = Texts.Points.In(language),
            }.Draw(),
            new(
                Texts.PointsLapsesCaption.In(language),
                [new(Texts.PointsLapsesMonth.In(language), IsNumber: false), new(Texts.Points.In(language))],
                [.. months.Select(month => (IReadOnlyList<string>)[language.MonthAndYear(month), Language.Count(Points(month))])]));
    }

    /// <summary>By year: what became of the points of its months.</summary>
    private static Table Cohorts(LedgerReport report, Language language) => new(
        Texts.PointsCohorts.In(language),
        [
            new(Texts.PointsEarnedIn.In(language), IsNumber: false),
            new(Texts.PointsIssued.In(language)),
            new(Texts.PointsOutstanding.In(language)),
            new(Texts.PointsLapsed.In(language)),
            new(Texts.PointsBreakage.In(language)),
        ],
        [.. report.Cohorts.GroupBy(cohort => cohort.Month.Year).Select(year => (IReadOnlyList<string>)
        [
            language.Year(new LocalDate(year.Key, 1, 1)),
            Language.Count((double)year.Sum(cohort => cohort.Issued)),
            Language.Count((double)year.Sum(cohort => cohort.Outstanding)),
            Language.Count((double)year.Sum(cohort => cohort.Lapsed)),
            Breakage(year),
        ])]);

    /// <summary>The share of the points that are over which lapsed; a dash while none are over.</summary>
    private static string Breakage(IEnumerable<LotCohort> cohorts)
    {
        var lapsed = (double)cohorts.Sum(cohort => cohort.Lapsed);
        var over = lapsed + (double)cohorts.Sum(cohort => cohort.Used);
        return over == 0 ? "–" : Language.Percent(lapsed / over);
    }
}
