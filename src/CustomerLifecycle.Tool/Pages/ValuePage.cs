using System.Globalization;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>Who is still a customer, how the value of the next year is spread, and whom it is worth calling.</summary>
internal sealed class ValuePage : IReportPage
{
    private const int MostAtRisk = 20, AliveRows = 13, AliveColumns = 12;

    public ReportPart? Make(ShopAnalysis analysis, Language language)
    {
        if (analysis.Purchases is not { } fit || analysis.Forecasts is not { } forecasts) return null;

        var concentration = Concentration.Of(forecasts);
        var blocks = new List<Block>(AliveBlocks(analysis, fit.Model, language));
        if (concentration.Total > 0)
        {
            blocks.Add(Curve(concentration, forecasts.Value is not null, language));
            if (forecasts.Value is not null && concentration.Median > 0) blocks.Add(Distribution(concentration, language));
        }

        var atRisk = AtRisk.Of(forecasts);
        blocks.AddRange(AtRiskBlocks(analysis, forecasts, atRisk, language));
        return new()
        {
            Id = "value",
            Title = Texts.Value.In(language),
            Blocks = blocks,
            Summary = [SummaryJson.Member("atRisk", new AtRiskSummary(AtRisk.FromProbability, AtRisk.ToProbability, atRisk.Customers.Count, atRisk.Stake), SummaryJson.Default.AtRiskSummary)],
        };
    }

    /// <summary>What the model says of silence, and what it cannot say.</summary>
    private static IEnumerable<Block> AliveBlocks(ShopAnalysis analysis, IPurchaseModel model, Language language)
    {
        var oldest = Enumerable.Range(0, analysis.Summary.Count).Max(i => analysis.Summary.Age[i]);
        if (model.ProbabilityAlive(new PurchaseHistory(1, 0, oldest)) == 1)
        {
            yield return new Note(Texts.NobodyLeavesNote.In(language, model.Name));
            yield break;
        }

        if (model.ProbabilityAlive(new PurchaseHistory(0, 0, oldest)) == 1) yield return new Paragraph(Texts.OneTimeNote.In(language));
        yield return Alive(analysis, model, language);
    }

    private static Figure Alive(ShopAnalysis analysis, IPurchaseModel model, Language language)
    {
        var summary = analysis.Summary;
        double oldest = 0, longest = 0;
        for (var i = 0; i < summary.Count; i++)
        {
            oldest = Math.Max(oldest, summary.Age[i]);
            if (summary.Frequency[i] > 0) longest = Math.Max(longest, summary.Age[i] - summary.Recency[i]);
        }

        var step = Math.Max(1, (int)Math.Ceiling((longest + 1) / AliveRows));
        var rowCount = Math.Max(1, (int)Math.Ceiling((longest + 0.5) / step));
        var counts = new int[rowCount, AliveColumns + 1];
        for (var i = 0; i < summary.Count; i++)
        {
            if (summary.Frequency[i] > 0)
                counts[Math.Min(rowCount - 1, (int)((summary.Age[i] - summary.Recency[i]) / step)), (int)Math.Min(AliveColumns, summary.Frequency[i])]++;
        }

        var most = Math.Max(1, counts.Cast<int>().Max());
        string[] columnLabels = [.. Enumerable.Range(1, AliveColumns).Select(x => BuyingPage.Label(x, AliveColumns + 1, language))];
        string[] rowLabels = [.. Enumerable.Range(0, rowCount).Select(row => (row * step).ToString(CultureInfo.InvariantCulture))];
        var rows = new List<IReadOnlyList<HeatCell>>();
        var numbers = new List<IReadOnlyList<string>>();
        for (var row = 0; row < rowCount; row++)
        {
            var silence = Math.Min((row + 0.5) * step, oldest * 0.999);
            var cells = new List<HeatCell>();
            for (var x = 1; x <= AliveColumns; x++)
            {
                var alive = model.ProbabilityAlive(new PurchaseHistory(x, oldest - silence, oldest));
                var count = counts[row, x];
                cells.Add(new(
                    alive * 0.999, "",
                    string.Create(CultureInfo.InvariantCulture, $"{Texts.RepeatPurchases.In(language)} {columnLabels[x - 1]}, {Texts.WeeksSinceLast.In(language)} {row * step}–{(row + 1) * step}: {Language.Percent(alive)}; {Texts.Customers.In(language)} {Language.Count(count)}"),
                    count == 0 ? null : (double)count / most));
            }

            rows.Add(cells);
            numbers.Add([rowLabels[row], .. Enumerable.Range(1, AliveColumns).Select(x => Language.Percent(model.ProbabilityAlive(new PurchaseHistory(x, oldest - silence, oldest))))]);
        }

        return new(
            "alive",
            AliveTitle(model, oldest, language),
            Texts.AliveCaption.In(language, Language.Count(oldest)),
            new HeatMap
            {
                Rows = rows,
                RowLabels = rowLabels,
                ColumnLabels = columnLabels,
                RowsLabel = Texts.WeeksSinceLast.In(language),
                ColumnsLabel = Texts.RepeatPurchases.In(language),
                Key = (Texts.SurelyGone.In(language), Texts.SurelyThere.In(language)),
                IsWide = true,
            }.Draw(),
            new(
                Texts.ProbabilityAlive.In(language),
                [new(Texts.WeeksSinceLast.In(language)), .. columnLabels.Select(label => new Column(label))],
                numbers),
            IsWide: true);
    }

    /// <summary>An example from the grid, where it shows what it should: that silence means more of a frequent buyer.</summary>
    private static string AliveTitle(IPurchaseModel model, double oldest, Language language)
    {
        const int often = 10;
        var silence = Math.Round(oldest / 3);
        if (silence < 2) return Texts.AliveTitlePlain.In(language);
        var once = model.ProbabilityAlive(new PurchaseHistory(1, oldest - silence, oldest));
        var many = model.ProbabilityAlive(new PurchaseHistory(often, oldest - silence, oldest));
        return once - many > 0.05
            ? Texts.AliveTitle.In(language, Language.Count(silence), Language.Percent(once), Language.Percent(many), often)
            : Texts.AliveTitlePlain.In(language);
    }

    private static Figure Curve(Concentration concentration, bool isMoney, Language language)
    {
        const int steps = 50;
        var points = Enumerable.Range(0, steps + 1).Select(i => (X: (double)i / steps, Y: concentration.ShareOfTop((double)i / steps) ?? 0)).ToArray();
        var tenth = Language.Percent(concentration.ShareOfTop(0.1) ?? 0);
        var half = Language.Percent(concentration.ShareOfTop(0.5) ?? 0);
        var shareOf = isMoney ? Texts.ShareOfValue : Texts.ShareOfPurchases;
        return new(
            "concentration",
            (isMoney ? Texts.ConcentrationTitle : Texts.ConcentrationTitleNoMoney).In(language, tenth, half),
            (isMoney ? Texts.ConcentrationCaption : Texts.ConcentrationCaptionNoMoney).In(language),
            new LineChart
            {
                Series =
                [
                    new(Texts.AsExpected.In(language), "curve", points),
                    new(Texts.IfEqual.In(language), "reference", [(0, 0), (1, 1)]),
                ],
                XTicks = [.. Enumerable.Range(0, 6).Select(i => (i / 5.0, Language.Percent(i / 5.0)))],
                XRange = (0, 1),
                XLabel = Texts.CustomersFromMost.In(language),
                YLabel = shareOf.In(language),
                YTick = (value, _) => Language.Percent(value),
                YMax = 1,
                FillsFirst = true,
                NamesInside = true,
            }.Draw(),
            new(
                shareOf.In(language),
                [new(Texts.CustomersFromMost.In(language)), new(shareOf.In(language))],
                [.. points.Where((_, i) => i % 5 == 0).Select(point => (IReadOnlyList<string>)[Language.Percent(point.X), Language.Percent(point.Y)])]));
    }

    private static Figure Distribution(Concentration concentration, Language language)
    {
        var limits = Limits(concentration);
        var counts = new double[limits.Count + 1];
        foreach (var value in concentration.Descending)
        {
            var at = 0;
            while (at < limits.Count && value > limits[at]) at++;
            counts[at]++;
        }

        var bars = counts.Select((count, i) => new Bar(i < limits.Count ? Number(limits[i]) : $">{Number(limits[^1])}", count)).ToArray();
        return new(
            "value-distribution",
            Texts.DistributionTitle.In(language, Language.Number(concentration.Median), Language.Number(concentration.Mean)),
            Texts.DistributionCaption.In(language),
            new BarChart { Bars = bars, XLabel = Texts.ValueClass.In(language), YLabel = Texts.Customers.In(language) }.Draw(),
            new(
                Texts.DistributionCaption.In(language),
                [new(Texts.ValueClass.In(language)), new(Texts.Customers.In(language))],
                [.. bars.Select(bar => (IReadOnlyList<string>)[bar.Label, Language.Count(bar.Value)])]));
    }

    /// <summary>1, 2, 5, 10… from below the lowest customers to above all but one in a hundred.</summary>
    private static List<double> Limits(Concentration concentration)
    {
        var lowest = Math.Max(concentration.Above(0.95), concentration.Median / 100);
        var highest = Math.Max(concentration.Above(0.01), lowest * 10);
        var limits = new List<double>();
        for (var power = (int)Math.Floor(Math.Log10(lowest)); limits.Count == 0 || limits[^1] < highest; power++)
        {
            foreach (var digit in (int[])[1, 2, 5])
            {
                var limit = power >= 0 ? digit * Math.Pow(10, power) : digit / Math.Pow(10, -power);
                if (limit >= lowest / 2 && (limits.Count == 0 || limits[^1] < highest)) limits.Add(limit);
            }
        }

        return limits;
    }

    private static string Number(double limit) => limit.ToString("#,##0.########", CultureInfo.InvariantCulture);

    private static IEnumerable<Block> AtRiskBlocks(ShopAnalysis analysis, CustomerForecasts forecasts, AtRisk atRisk, Language language)
    {
        var shop = analysis.Shop;
        var isMoney = forecasts.Value is not null;
        string from = Language.Percent(AtRisk.FromProbability), to = Language.Percent(AtRisk.ToProbability);
        yield return new Heading(Texts.AtRisk.In(language));
        if (atRisk.Customers.Count == 0)
        {
            yield return new Paragraph(Texts.AtRiskNobody.In(language, from, to));
            yield break;
        }

        yield return new Paragraph((isMoney ? Texts.AtRiskLead : Texts.AtRiskLeadNoMoney).In(language, from, to, Language.Count(atRisk.Customers.Count), Language.Count(atRisk.Stake)));
        List<Column> columns = [new(Texts.Customer.In(language), IsNumber: false), new(Texts.LastPurchase.In(language), IsNumber: false), new(Texts.PurchaseDays.In(language))];
        if (shop.HasAmounts) columns.Add(new(Texts.NetAmount.In(language)));
        columns.AddRange([new(Texts.StillThere.In(language)), new(Texts.NextYearPurchases.In(language))]);
        if (isMoney) columns.Add(new(Texts.NextYearValue.In(language)));
        columns.Add(new(Texts.AtStake.In(language)));

        var rows = atRisk.Customers.Take(MostAtRisk).Select(item =>
        {
            var i = item.Customer;
            List<string> row = [shop.Customers[i], language.Day(DayReader.DateOf(shop.LastDayOf(i))), Language.Count(shop.DaysOf(i).Length)];
            if (shop.HasAmounts) row.Add(Language.Count((double)shop.NetOf(i)));
            row.AddRange([Language.Percent(forecasts.ProbabilityAlive[i]), Language.Number(forecasts.ExpectedPurchases(52)[i])]);
            if (isMoney) row.Add(Language.Count(forecasts.Value![i] ?? 0));
            row.Add(isMoney ? Language.Count(item.Stake) : Language.Number(item.Stake));
            return (IReadOnlyList<string>)row;
        });
        yield return new Table("", columns, [.. rows]);
    }
}
