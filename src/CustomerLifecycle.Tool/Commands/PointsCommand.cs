using System.CommandLine;
using System.Globalization;
using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm points</c>: one customer's statement in the default programme.</summary>
internal sealed class PointsCommand : IReportCommand
{
    public Command Build(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "Purchases as CSV in UTF-8, as for report." };
        var customer = new Argument<string>("CUSTOMER") { Description = "The customer's key, as it stands in the file." };
        var asOf = new Option<LocalDate?>("--as-of") { Description = "The last day that counts. Default: the last day of the file.", HelpName = "DATE", CustomParser = OptionValues.Date };
        var format = new Option<string?>("--format") { Description = "How dates are written, as a NodaTime pattern. Default: ISO, year first.", HelpName = "PATTERN" };
        var decimalComma = new Option<bool>("--decimal-comma") { Description = "Amounts are written 12,50." };
        var command = new Command("points", "One customer's points, as if each unit of money had earned one: statement, balance, what lapses when.") { file, customer, asOf, format, decimalComma };
        command.SetAction((parse, cancellationToken) => Task.Run(
            () =>
            {
                var reading = new ReadingOptions
                {
                    AsOf = parse.GetValue(asOf),
                    Format = parse.GetValue(format),
                    DecimalComma = parse.GetValue(decimalComma),
                    Today = host.Clock.GetCurrentInstant().InUtc().Date,
                };
                var data = PurchaseFile.Read(parse.GetValue(file)!, reading, cancellationToken: cancellationToken);
                if (!data.HasAmounts) throw new InputException("The file has no amounts, so there is nothing to give points for.");
                var shop = Shop.Of(data.Log, data.AsOf, data.HasAmounts);
                var index = shop.Customers.ToList().IndexOf(parse.GetValue(customer)!);
                if (index < 0) throw new InputException("The file has no purchases of that customer. Give the key as it stands in the file.");
                Tell(host.Output, shop, index);
                return 0;
            },
            cancellationToken));
        return command;
    }

    private static void Tell(TextWriter output, Shop shop, int customer)
    {
        var (state, postings) = DefaultProgramme.Post(shop, customer);
        var end = DefaultProgramme.End(shop);
        var statement = Statement.Of(state, postings, DefaultProgramme.Policy.Calendar.StartOf(DayReader.DateOf(shop.FirstDayOf(customer))), end + Duration.Epsilon);
        output.WriteLine("date         reason        points   balance");
        long balance = 0;
        foreach (var line in statement.Lines)
        {
            balance += line.Available;
            output.WriteLine(Text($"{DefaultProgramme.Policy.Calendar.DayOf(line.Effective):uuuu-MM-dd}   {line.Reason,-10} {line.Available,9:+#,##0;-#,##0} {balance,9:#,##0}"));
        }

        output.WriteLine(Text($"{shop.AsOf:uuuu-MM-dd}   balance              {statement.Closing.Available,9:#,##0}"));
        foreach (var lapse in state.UpcomingLapses(end)) output.WriteLine(Text($"{DefaultProgramme.Policy.Calendar.DayOf(lapse.At):uuuu-MM-dd}   will lapse {-lapse.Points,9:#,##0}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
