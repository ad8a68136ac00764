using System.CommandLine;
using System.Globalization;
using CsvHelper;
using CustomerLifecycle.Testing;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm demo</c>: simulates a shop, and reports on it with the truth beside the estimates.</summary>
internal sealed class DemoCommand : IReportCommand
{
    private const string PurchasesName = "purchases.csv";
    private const int FewestCustomers = 100, MostCustomers = 5_000_000, Block = 1024;
    private static readonly LocalDate FirstDay = new(2024, 1, 1), CalibrationEnd = new(2025, 6, 29), AsOf = new(2025, 12, 28);

    public Command Build(CommandHost host)
    {
        var customers = new Option<int>("--customers") { Description = $"How many customers to simulate: {FewestCustomers} to {MostCustomers}.", HelpName = "N", DefaultValueFactory = _ => 10_000 };
        customers.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var count) && count is < FewestCustomers or > MostCustomers)
                result.AddError($"--customers is a number from {FewestCustomers} to {MostCustomers}.");
        });
        var seed = new Option<long>("--seed") { Description = "The same seed gives the same shop.", HelpName = "S", DefaultValueFactory = _ => 1 };
        var output = OptionValues.Out("clm-demo");
        var force = OptionValues.Force();
        var language = OptionValues.Language();
        var command = new Command("demo", "Simulate a shop whose truth is known, and report on it.") { customers, seed, output, force, language };
        command.SetAction((parse, cancellationToken) => Task.Run(
            () =>
            {
                using var folder = new OutputFolder(parse.GetValue(output)!, parse.GetValue(force));
                var analysis = host.Progress.Run(report =>
                {
                    report("Simulating", null);
                    var truth = Simulate(folder, parse.GetValue(customers), parse.GetValue(seed), cancellationToken);
                    var reading = new ReadingOptions { AsOf = AsOf, Today = AsOf };
                    var options = new AnalysisOptions { CalibrateUntil = CalibrationEnd, Truth = truth };
                    return ReportRun.Write(folder.PathOf(PurchasesName), folder, reading, options, OptionValues.LanguageOf(parse.GetValue(language)), Texts.SimulatedShop, report, cancellationToken);
                });
                folder.Commit();
                ReportRun.Tell(host.Output, analysis, folder);
                return 0;
            },
            cancellationToken));
        return command;
    }

    /// <summary>Writes the purchases up to the as-of day, and keeps the 52 weeks after it to itself.</summary>
    private static KnownTruth Simulate(OutputFolder folder, int count, long seed, CancellationToken cancellationToken)
    {
        const int weeksAfter = 52, acquisitionDays = 52 * 7;
        var truth = ShopTruth.MusicShop;
        var shop = new ShopSimulator(truth, FirstDay, AsOf.PlusWeeks(weeksAfter), seed, acquisitionDays);
        int alive = 0, purchases = 0;
        var spend = 0m;
        folder.Write(PurchasesName, stream =>
        {
            using var csv = CsvWriter.Create(stream, CustomersCsv.Options, leaveOpen: true);
            csv.WriteRecord(["customer_id", "date", "amount"]);
            for (var start = 0; start < count; start += Block)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var block = new SimulatedCustomer[Math.Min(Block, count - start)];
                Parallel.For(0, block.Length, i => block[i] = shop.Customer(start + i));
                foreach (var customer in block)
                {
                    if (customer.IsAliveAt(AsOf)) alive++;
                    purchases += customer.Purchases.Where(purchase => purchase.Day > AsOf).Select(purchase => purchase.Day).Distinct().Count();
                    foreach (var purchase in customer.Purchases)
                    {
                        if (purchase.Day > AsOf)
                        {
                            spend += purchase.Amount;
                            continue;
                        }

                        csv.WriteField(customer.Id.Value);
                        csv.WriteField<DateOnly>(new(purchase.Day.Year, purchase.Day.Month, purchase.Day.Day), "yyyy-MM-dd", CultureInfo.InvariantCulture);
                        csv.WriteField(purchase.Amount, "F2", CultureInfo.InvariantCulture);
                        csv.EndRecord();
                    }
                }
            }
        });
        return new(new BgNbdParameters(truth.R, truth.Alpha, truth.A, truth.B), new GammaGammaParameters(truth.P, truth.Q, truth.V), alive, purchases, spend);
    }
}
