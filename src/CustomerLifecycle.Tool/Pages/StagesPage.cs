using CustomerLifecycle.Stages;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Tool;

/// <summary>The purchase lifecycle: customers per stage over time, flows and conversion, dwell, and who moves next.</summary>
internal sealed class StagesPage : IReportPage
{
    private const int FewestDays = 90;
    private const int Points = 40;
    private const int NextCustomers = 20;
    private static readonly int[] Ahead = [7, 30, 90];

    public ReportPart? Make(ShopAnalysis analysis, Language language)
    {
        if (analysis.Shop.Customers.Count == 0 || analysis.Shop.AsOfDay - analysis.Shop.FirstDay < FewestDays) return null;

        var stages = ShopStages.Of(analysis.Shop);
        var flows = new StageFlows();
        foreach (var answer in stages.Answers) flows.Add(answer.History);
        Stage[] shown = [.. stages.Machine.Model.Stages.Where(stage => !string.Equals(stage.Id, stages.Machine.Model.Initial, StringComparison.Ordinal))];
        return new()
        {
            Id = "stages",
            Title = Texts.Stages.In(language),
            Blocks =
            [
                new Paragraph(Texts.StagesLead.In(language)),
                OverTime(analysis.Shop, stages, shown, flows, language),
                Dwell(stages, shown, flows, language),
                Flows(stages, flows, language),
                NextMoves(stages, language),
                NextOnes(analysis.Shop, stages, language),
            ],
        };
    }

    private static string Name(StageMachine machine, string id, Language language)
    {
        var name = machine.Model.Stages.First(stage => string.Equals(stage.Id, id, StringComparison.Ordinal)).Name;
        return language.IsChinese && name.Chinese is not null ? name.Chinese : name.English;
    }

    private static Figure OverTime(Shop shop, ShopStages stages, Stage[] shown, StageFlows flows, Language language)
    {
        var step = Math.Max(7, (shop.AsOfDay - shop.FirstDay) / Points);
        var days = new List<int>();
        for (var day = shop.AsOfDay; day > shop.FirstDay; day -= step) days.Add(day);
        days.Reverse();
        var counts = stages.CountsAt(days);
        var numbers = stages.Machine.Model.Stages.Select((stage, number) => (stage.Id, number)).ToDictionary(pair => pair.Id, pair => pair.number, StringComparer.Ordinal);
        string[] styles = ["expected", "reference", "curve", "reference", "actual", "reference"];
        var largest = shown.MaxBy(stage => flows.Now(stage.Id))!;
        return new(
            "stages-over-time",
            Texts.StagesTitle.In(language, Name(stages.Machine, largest.Id, language), Language.Percent((double)flows.Now(largest.Id) / flows.Customers)),
            Texts.StagesCaption.In(language),
            new LineChart
            {
                Series = [.. shown.Select((stage, i) => new Series(Name(stages.Machine, stage.Id, language), styles[i % styles.Length], [.. days.Select((day, row) => ((double)day, (double)counts[row][numbers[stage.Id]]))]))],
                XTicks = [.. DayTick.Between(days[0], days[^1], language, 10).Select(tick => ((double)tick.Day, tick.Label))],
                XRange = (days[0], days[^1]),
                XLabel = "",
                YLabel = Texts.Customers.In(language),
                IsWide = true,
            }.Draw(),
            new(
                Texts.StagesCaption.In(language),
                [new(Texts.StagesDay.In(language), IsNumber: false), .. shown.Select(stage => new Column(Name(stages.Machine, stage.Id, language)))],
                [.. days.Select((day, row) => (IReadOnlyList<string>)[language.Day(DayReader.DateOf(day)), .. shown.Select(stage => Language.Count(counts[row][numbers[stage.Id]]))])]),
            IsWide: true);
    }

    private static Table Dwell(ShopStages stages, Stage[] shown, StageFlows flows, Language language) => new(
        Texts.StagesDwell.In(language),
        [new(Texts.StagesStage.In(language), IsNumber: false), new(Texts.StagesNow.In(language)), new(Texts.StagesEntries.In(language)), new(Texts.StagesMedianDays.In(language))],
        [
            .. shown.Select(stage => (IReadOnlyList<string>)
            [
                Name(stages.Machine, stage.Id, language), Language.Count(flows.Now(stage.Id)), Language.Count(flows.Entries(stage.Id)),
                stages.StaysIn(stage.Id) is { Length: > 0 } stays && Quantiles.Of(stays, 0.5) is { } median ? Language.Number(median) : "–",
            ]),
        ]);

    private static Table Flows(ShopStages stages, StageFlows flows, Language language) => new(
        Texts.StagesFlows.In(language),
        [new(Texts.StagesFrom.In(language), IsNumber: false), new(Texts.StagesTo.In(language), IsNumber: false), new(Texts.StagesMoves.In(language)), new(Texts.StagesShare.In(language))],
        [
            .. flows.Flows.Where(flow => !string.Equals(flow.From, stages.Machine.Model.Initial, StringComparison.Ordinal)).OrderByDescending(flow => flow.Count)
                .Select(flow => (IReadOnlyList<string>)[Name(stages.Machine, flow.From, language), Name(stages.Machine, flow.To, language), Language.Count(flow.Count), flow.Share is { } share ? Language.Percent(share) : "–"]),
        ]);

    private static Table NextMoves(ShopStages stages, Language language) => new(
        Texts.StagesNext.In(language),
        [new(Texts.StagesFrom.In(language), IsNumber: false), new(Texts.StagesTo.In(language), IsNumber: false), .. Ahead.Select(days => new Column(Texts.StagesWithin.In(language, days)))],
        [
            .. stages.Answers.Where(answer => answer.NextDue is not null).GroupBy(answer => (From: answer.Stage!, answer.NextDue!.To)).OrderByDescending(group => group.Count())
                .Select(group => (IReadOnlyList<string>)
                [
                    Name(stages.Machine, group.Key.From, language), Name(stages.Machine, group.Key.To, language),
                    .. Ahead.Select(days => Language.Count(group.Count(answer => answer.NextDue!.At <= stages.AsOf + Duration.FromDays(days)))),
                ]),
        ]);

    private static Table NextOnes(Shop shop, ShopStages stages, Language language) => new(
        Texts.StagesNextOnes.In(language, NextCustomers),
        [new(Texts.StagesCustomer.In(language), IsNumber: false), new(Texts.StagesFrom.In(language), IsNumber: false), new(Texts.StagesTo.In(language), IsNumber: false), new(Texts.StagesDay.In(language), IsNumber: false)],
        [
            .. stages.Answers.Select((answer, customer) => (answer, customer)).Where(pair => pair.answer.NextDue is not null)
                .OrderBy(pair => pair.answer.NextDue!.At).ThenBy(pair => pair.customer).Take(NextCustomers)
                .Select(pair => (IReadOnlyList<string>)
                [
                    shop.Customers[pair.customer], Name(stages.Machine, pair.answer.Stage!, language), Name(stages.Machine, pair.answer.NextDue!.To, language),
                    language.Day(pair.answer.NextDue.At.InUtc().Date),
                ]),
        ]);
}
