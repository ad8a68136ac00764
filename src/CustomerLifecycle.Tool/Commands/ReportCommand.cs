using System.CommandLine;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm report</c>: from a file of purchases to answers.</summary>
internal sealed class ReportCommand : IReportCommand
{
    private const string Auto = "auto";

    public Command Build(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "Purchases as CSV in UTF-8: one line each, with customer, date and perhaps amount." };
        var asOf = OptionValues.AsOf();
        var calibrateUntil = new Option<LocalDate?>("--calibrate-until") { Description = "Test the forecast: fit up to this day, compare with the days after it.", HelpName = "DATE", CustomParser = OptionValues.Date };
        var discount = new Option<double>("--discount") { Description = "Yearly discount rate of future value.", HelpName = "RATE", DefaultValueFactory = _ => 0.10 };
        discount.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<double>() is not (>= 0 and <= 10)) result.AddError("--discount is a yearly rate from 0 to 10, for example 0.10 for ten percent.");
        });
        var model = new Option<string>("--model") { Description = "The purchase model; auto compares all on a hold-out period.", DefaultValueFactory = _ => PurchaseModelKind.BgNbd.Code }
            .AcceptOnlyFromAmong([Auto, .. PurchaseModelKind.All.Select(kind => kind.Code)]);
        var output = OptionValues.Out("clm-report");
        var force = OptionValues.Force();
        var language = OptionValues.Language();

        var command = new Command("report", "Report on a file of purchases: RFM groups, who is still a customer, what they will buy and spend.")
        {
            file, output, force, asOf, calibrateUntil, model, discount, language,
        };
        var readingArguments = new ReadingArguments();
        readingArguments.AddTo(command);
        command.SetAction((parse, cancellationToken) => Task.Run(
            () =>
            {
                using var folder = new OutputFolder(parse.GetValue(output)!, parse.GetValue(force));
                var reading = readingArguments.Of(parse, host.Clock, parse.GetValue(asOf));
                var options = new AnalysisOptions { CalibrateUntil = parse.GetValue(calibrateUntil), DiscountPerYear = parse.GetValue(discount), Models = ModelsOf(parse.GetValue(model)!) };
                var analysis = host.Progress.Run(report =>
                    ReportRun.Write(parse.GetValue(file)!, folder, reading, options, OptionValues.LanguageOf(parse.GetValue(language)), shopName: null, report, cancellationToken));
                folder.Commit();
                ReportRun.Tell(host.Output, analysis, folder);
                return 0;
            },
            cancellationToken));
        return command;
    }

    private static IReadOnlyList<PurchaseModelKind> ModelsOf(string code) => PurchaseModelKind.Find(code) is { } kind ? [kind] : PurchaseModelKind.All;
}
