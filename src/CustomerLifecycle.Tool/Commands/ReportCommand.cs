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
        var customer = new Option<string?>("--customer") { Description = "The customer column. Default: found by its name.", HelpName = "COLUMN" };
        var date = new Option<string?>("--date") { Description = "The date column. Default: found by its name.", HelpName = "COLUMN" };
        var amount = new Option<string?>("--amount") { Description = "The amount column. Default: found by its name, if there is one.", HelpName = "COLUMN" };
        var noAmount = new Option<bool>("--no-amount") { Description = "Leave amounts aside." };
        var format = new Option<string?>("--format") { Description = "How dates are written, as a NodaTime pattern: dd/MM/yyyy HH:mm. Default: ISO, year first.", HelpName = "PATTERN" };
        var zone = new Option<DateTimeZone>("--zone") { Description = "Zone whose days count where times have an offset. Default: UTC.", HelpName = "ZONE", DefaultValueFactory = _ => DateTimeZone.Utc, CustomParser = OptionValues.Zone };
        var decimalComma = new Option<bool>("--decimal-comma") { Description = "Amounts are written 12,50." };
        var duplicates = new Option<string>("--duplicates") { Description = "What becomes of rows that repeat another exactly: keep or drop.", DefaultValueFactory = _ => "keep" }.AcceptOnlyFromAmong("keep", "drop");
        var asOf = new Option<LocalDate?>("--as-of") { Description = "The last day that counts. Default: the last day of the file.", HelpName = "DATE", CustomParser = OptionValues.Date };
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
            file, output, force, asOf, calibrateUntil, model, customer, date, amount, noAmount, format, zone, decimalComma, duplicates, discount, language,
        };
        command.SetAction((parse, cancellationToken) => Task.Run(
            () =>
            {
                using var folder = new OutputFolder(parse.GetValue(output)!, parse.GetValue(force));
                var reading = new ReadingOptions
                {
                    Customer = parse.GetValue(customer),
                    Date = parse.GetValue(date),
                    Amount = parse.GetValue(amount),
                    NoAmount = parse.GetValue(noAmount),
                    Format = parse.GetValue(format),
                    Zone = parse.GetValue(zone)!,
                    DecimalComma = parse.GetValue(decimalComma),
                    DropDuplicates = parse.GetValue(duplicates) is "drop",
                    AsOf = parse.GetValue(asOf),
                    Today = host.Clock.GetCurrentInstant().InZone(parse.GetValue(zone)!).Date,
                };
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
