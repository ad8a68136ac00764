using System.CommandLine;
using System.Globalization;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm explain</c>: where one customer of a file is in the purchase lifecycle, how they came there, and what would move them.</summary>
internal sealed class ExplainCommand : IReportCommand
{
    public Command Build(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "Purchases as CSV in UTF-8: one line each, with customer, date and perhaps amount." };
        var key = new Argument<string>("CUSTOMER") { Description = "The customer's key, as in the file." };
        var customer = new Option<string?>("--customer") { Description = "The customer column. Default: found by its name.", HelpName = "COLUMN" };
        var date = new Option<string?>("--date") { Description = "The date column. Default: found by its name.", HelpName = "COLUMN" };
        var amount = new Option<string?>("--amount") { Description = "The amount column. Default: found by its name, if there is one.", HelpName = "COLUMN" };
        var format = new Option<string?>("--format") { Description = "How dates are written, as a NodaTime pattern. Default: ISO, year first.", HelpName = "PATTERN" };
        var asOf = new Option<LocalDate?>("--as-of") { Description = "The last day that counts. Default: the last day of the file.", HelpName = "DATE", CustomParser = OptionValues.Date };
        var command = new Command("explain", "Say where one customer is in the purchase lifecycle, how they came there, and what would move them next.") { file, key, asOf, customer, date, amount, format };
        command.SetAction((parse, cancellationToken) => Task.Run(
            () =>
            {
                var reading = new ReadingOptions
                {
                    Customer = parse.GetValue(customer),
                    Date = parse.GetValue(date),
                    Amount = parse.GetValue(amount),
                    Format = parse.GetValue(format),
                    AsOf = parse.GetValue(asOf),
                    Today = host.Clock.GetCurrentInstant().InUtc().Date,
                };
                var data = PurchaseFile.Read(parse.GetValue(file)!, reading, null, cancellationToken);
                Explain(Shop.Of(data.Log, data.AsOf, data.HasAmounts), parse.GetValue(key)!, host.Output);
                return CommandLine.Done;
            },
            cancellationToken));
        return command;
    }

    private static void Explain(Shop shop, string key, TextWriter output)
    {
        var customer = Enumerable.Range(0, shop.Customers.Count).FirstOrDefault(number => string.Equals(shop.Customers[number], key, StringComparison.Ordinal), -1);
        if (customer < 0) throw new InputException($"No customer of the file has this key and a purchase up to {shop.AsOf:uuuu-MM-dd}. Write it as it stands in the file.");

        var stages = ShopStages.Of(shop, customer);
        var answer = stages.Answers[customer];
        output.WriteLine(string.Format(CultureInfo.InvariantCulture, "As of {0:uuuu-MM-dd}, of {1}:", shop.AsOf, Counted.Of(shop.DaysOf(customer).Length, "purchase day")));
        foreach (var row in answer.History) output.WriteLine(string.Format(CultureInfo.InvariantCulture, "  {0:uuuu-MM-dd}  {1,-16} by {2}", row.At.InUtc().Date, row.To, row.Cause));
        output.WriteLine();
        output.WriteLine(stages.Explain(customer).ToText());
    }
}
