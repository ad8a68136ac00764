using System.Globalization;

namespace CustomerLifecycle.Tool;

/// <summary>From a file of purchases to a folder with the report, all or nothing.</summary>
internal static class ReportRun
{
    /// <param name="path">The file of purchases.</param>
    /// <param name="folder">Where the report goes; committed by the caller.</param>
    /// <param name="reading">How to read the file.</param>
    /// <param name="options">What to compute.</param>
    /// <param name="language">The language of the report.</param>
    /// <param name="shopName">What the report calls the shop; null for the file's name.</param>
    /// <param name="report">Told the name of each step and how far it is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static ShopAnalysis Write(
        string path, OutputFolder folder, ReadingOptions reading, AnalysisOptions options, Language language, Phrase? shopName, Action<string, double?> report, CancellationToken cancellationToken)
    {
        report("Reading", 0);
        var data = PurchaseFile.Read(path, reading, new Told<double>(share => report("Reading", share)), cancellationToken);
        var analysis = ShopAnalysis.Of(data, options, new Told<AnalysisStep>(step => report(Name(step), null)), cancellationToken);

        report("Writing", null);
        var parts = ReportPages.All.AsParallel().AsOrdered().WithCancellation(cancellationToken).WithMergeOptions(ParallelMergeOptions.FullyBuffered)
            .Select(page => page.Make(analysis, language)).OfType<ReportPart>().ToArray();
        cancellationToken.ThrowIfCancellationRequested();
        folder.Write(RejectedCsv.Name, stream => RejectedCsv.Write(data.Rejections, stream));
        folder.Write(CustomersCsv.Name, stream => CustomersCsv.Write(analysis, stream, cancellationToken));
        foreach (var file in parts.SelectMany(part => part.Files)) folder.Write(file.Name, stream => file.Write(stream, cancellationToken));
        folder.Write("report.html", stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(HtmlReport.Render(Title(data, shopName, language), Subtitle(analysis, language), parts, language));
        });
        folder.Write(OutputFolder.Mark, stream => SummaryJson.Write(stream, parts));
        return analysis;
    }

    /// <summary>Says in a few lines what was done, and where the report is.</summary>
    public static void Tell(TextWriter output, ShopAnalysis analysis, OutputFolder folder)
    {
        var notes = analysis.Data.Notes;
        output.WriteLine(Text($"{Counted.Rows(notes.Rows)}: {notes.Accepted:N0} used, {notes.Rejected:N0} rejected{(notes.Rejected > 0 ? $" (see {RejectedCsv.Name})" : "")}."));
        if (notes.AfterAsOf > 0) output.WriteLine(Text($"Left out: {Counted.Rows(notes.AfterAsOf)} after {analysis.Shop.AsOf:uuuu-MM-dd}."));
        if (notes.Duplicates > 0)
            output.WriteLine($"Repeating another exactly: {Counted.Rows(notes.Duplicates)}, {(notes.DuplicatesDropped ? "dropped" : "kept (--duplicates drop leaves them out)")}.");
        if (notes.Refunds > 0) output.WriteLine(Text($"Refunds: {Counted.Rows(notes.Refunds)} ({notes.RefundTotal:N2} in all), taken off net amounts; they are no purchases."));
        if (notes.Zeros > 0) output.WriteLine($"Amount 0: {Counted.Rows(notes.Zeros)}, counted as purchases.");
        output.WriteLine(Text($"{Counted.Customers(analysis.Shop.Customers.Count)} with {Counted.Of(analysis.Shop.PurchaseDays, "purchase day")} up to {analysis.Shop.AsOf:uuuu-MM-dd}."));
        if (analysis.Forecasts is { } forecasts)
            output.WriteLine(Text($"About {forecasts.ProbabilityAlive.Sum():N0} are still customers; {forecasts.ExpectedPurchases(52).Sum():N0} purchases are expected in the next 52 weeks."));
        else
            output.WriteLine(Text($"No forecast: fewer than {ShopAnalysis.FewestRepeatCustomers} customers have bought more than once."));
        if (analysis.Comparison is { } comparison) output.WriteLine($"Purchase model: {comparison.Choice.Recommended.Name}, chosen of {comparison.Choice.Candidates.Count}; the report says why.");
        if (analysis.Purchases?.Convergence.IsBoundary == true) output.WriteLine("The purchase model has no interior optimum for these customers; the report says what that means.");
        if (analysis.HoldOut is { } holdOut)
            output.WriteLine(Text($"Test from {holdOut.CalibrationEnd.PlusDays(1):uuuu-MM-dd}: {holdOut.Validation.PredictedTotal:N0} purchases forecast, {holdOut.Validation.ActualTotal:N0} made."));
        output.WriteLine($"Report: {Path.Combine(folder.Target, "report.html")}");
    }

    private static string Title(PurchaseData data, Phrase? shopName, Language language) => Texts.Title.In(language, shopName?.In(language) ?? Path.GetFileNameWithoutExtension(data.Notes.File));

    private static string Subtitle(ShopAnalysis analysis, Language language) => Texts.Subtitle.In(
        language, Language.Count(analysis.Shop.Customers.Count), Language.Count(analysis.Shop.PurchaseDays), language.Day(DayReader.DateOf(analysis.Shop.FirstDay)), language.Day(analysis.Shop.AsOf));

    private static string Name(AnalysisStep step) => step switch { AnalysisStep.Summarising => "Summarising", AnalysisStep.Fitting => "Fitting models", _ => "Scoring customers" };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
