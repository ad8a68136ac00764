using System.Globalization;
using CustomerLifecycle.Segmentation;

namespace CustomerLifecycle.Tool;

/// <summary>RFM: the grid of recency and frequency, and the named groups in it.</summary>
internal sealed class GroupsPage : IReportPage
{
    private const int Best = 4;

    public ReportPart Make(ShopAnalysis analysis, Language language)
    {
        var money = analysis.Shop.HasAmounts;
        var groups = Count(analysis, RfmCellMap.Standard);
        return new()
        {
            Id = "groups",
            Title = Texts.Groups.In(language),
            Blocks =
            [
                new Paragraph((money ? Texts.GroupsLead : Texts.GroupsLeadNoMoney).In(language)),
                Grid(analysis, language),
                Bars(analysis, groups, language),
            ],
            Summary =
            [
                SummaryJson.Member(
                    "rfm",
                    new RfmSummary("rank", ShopAnalysis.RfmClasses, Summarise(groups, money, language), Summarise(Count(analysis, RfmCellMap.ValueClasses), money, language)),
                    SummaryJson.Default.RfmSummary),
            ],
        };
    }

    private static List<(RfmGroup Group, int Customers, decimal Net)> Count(ShopAnalysis analysis, RfmCellMap map)
    {
        var counts = map.Groups.ToDictionary(group => group, _ => (Customers: 0, Net: 0m));
        for (var i = 0; i < analysis.RfmScores.Count; i++)
        {
            var group = map.GroupOf(analysis.RfmScores[i]);
            var (customers, net) = counts[group];
            counts[group] = (customers + 1, net + analysis.RfmFeatures[i].Net);
        }

        return [.. map.Groups.Select(group => (group, counts[group].Customers, counts[group].Net))];
    }

    private static RfmGroupSummary[] Summarise(IEnumerable<(RfmGroup Group, int Customers, decimal Net)> groups, bool money, Language language) =>
        [.. groups.Select(item => new RfmGroupSummary(item.Group.Code, Name(item.Group, language), item.Customers, money ? item.Net : null))];

    private static string Name(RfmGroup group, Language language) => language.IsChinese ? group.Chinese : group.English;

    private static Figure Grid(ShopAnalysis analysis, Language language)
    {
        const int classes = ShopAnalysis.RfmClasses;
        var money = analysis.Shop.HasAmounts;
        var counts = new int[classes + 1, classes + 1];
        var nets = new decimal[classes + 1, classes + 1];
        for (var i = 0; i < analysis.RfmScores.Count; i++)
        {
            var score = analysis.RfmScores[i];
            counts[score.R, score.F]++;
            nets[score.R, score.F] += analysis.RfmFeatures[i].Net;
        }

        var largest = counts.Cast<int>().Max();
        var rows = new List<IReadOnlyList<HeatCell>>();
        var numbers = new List<IReadOnlyList<string>>();
        for (var r = classes; r >= 1; r--)
        {
            var row = new List<HeatCell>();
            for (var f = 1; f <= classes; f++)
            {
                var count = counts[r, f];
                var mean = count == 0 ? "" : Language.Number((double)(nets[r, f] / count));
                var text = count == 0 ? "" : money ? $"{Language.Count(count)}\n{mean}" : Language.Count(count);
                row.Add(new(Math.Sqrt((double)count / largest) * 0.999, text, $"R {Number(r)}, F {Number(f)}: {Language.Count(count)} {Texts.Customers.In(language)}"));
                if (count > 0) numbers.Add(money ? [Number(r), Number(f), Language.Count(count), mean] : [Number(r), Number(f), Language.Count(count)]);
            }

            rows.Add(row);
        }

        double customers = analysis.RfmScores.Count, total = (double)nets.Cast<decimal>().Sum(), best = 0, bestNet = 0;
        for (var r = Best; r <= classes; r++)
        {
            for (var f = Best; f <= classes; f++)
            {
                best += counts[r, f];
                bestNet += (double)nets[r, f];
            }
        }

        string[] scale = [.. Enumerable.Range(1, classes).Select(Number)];
        List<Column> columns = [new("R"), new("F"), new(Texts.Customers.In(language))];
        if (money) columns.Add(new(Texts.MeanNet.In(language)));
        return new(
            "rfm",
            money && total > 0 ? Texts.HeatTitle.In(language, Language.Percent(best / customers), Language.Percent(bestNet / total)) : Texts.HeatTitleNoMoney.In(language, Language.Percent(best / customers)),
            (money ? Texts.HeatCaption : Texts.HeatCaptionNoMoney).In(language),
            new HeatMap
            {
                Rows = rows,
                RowLabels = [.. scale.Reverse()],
                ColumnLabels = scale,
                RowsLabel = Texts.Recency.In(language),
                ColumnsLabel = Texts.Frequency.In(language),
                Key = (Texts.Few.In(language), Texts.Many.In(language)),
            }.Draw(),
            new(Texts.Groups.In(language), columns, numbers));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static Figure Bars(ShopAnalysis analysis, List<(RfmGroup Group, int Customers, decimal Net)> groups, Language language)
    {
        var customers = (double)analysis.RfmScores.Count;
        var total = (double)groups.Sum(item => item.Net);
        var money = analysis.Shop.HasAmounts && total > 0;
        var (largest, most, net) = groups.MaxBy(item => item.Customers);
        List<Column> columns = [new(Texts.Group.In(language), IsNumber: false), new(Texts.Customers.In(language))];
        if (money) columns.Add(new(Texts.NetAmount.In(language)));
        return new(
            "groups-shares",
            money
                ? Texts.GroupBarsTitle.In(language, Name(largest, language), Language.Percent(most / customers), Language.Percent((double)net / total))
                : Texts.GroupBarsTitleNoMoney.In(language, Name(largest, language), Language.Percent(most / customers)),
            Texts.GroupBarsCaption.In(language),
            new PairedBars
            {
                Rows = [.. groups.Select(item => new PairedBar(Name(item.Group, language), item.Customers / customers, money ? (double)item.Net / total : 0))],
                LeftName = Texts.ShareOfCustomers.In(language),
                RightName = money ? Texts.ShareOfMoney.In(language) : null,
            }.Draw(),
            new(
                Texts.GroupBarsCaption.In(language),
                columns,
                [.. groups.Select(item => (IReadOnlyList<string>)(money
                    ? [Name(item.Group, language), Language.Count(item.Customers), Language.Count((double)item.Net)]
                    : [Name(item.Group, language), Language.Count(item.Customers)]))]));
    }
}
