namespace CustomerLifecycle.Tool;

/// <summary>The pages of a report, in their order. A new page is one line here.</summary>
internal static class ReportPages
{
    public static IReadOnlyList<IReportPage> All { get; } =
    [
        new OverviewPage(),
        new BuyingPage(),
        new ForecastPage(),
        new GroupsPage(),
        new StagesPage(),
        new ValuePage(),
        new PointsPage(),
        new ModelChoicePage(),
        new ModelsPage(),
        new DataPage(),
    ];
}
