using System.CommandLine;
using System.Globalization;
using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm points</c>: one customer's statement in the default programme.</summary>
internal sealed class PointsCommand : IReportCommand
{
    public Command Build(CommandHost host)
    {
        var command = new Command("points", "One customer's points, as if each unit of money had earned one: statement, balance, what lapses when.");
        var subject = new SubjectArguments("CUSTOMER", "the customer's key, as in the file.");
        var reading = new ReadingArguments();
        var asOf = OptionValues.AsOf();
        subject.AddTo(command);
        command.Add(asOf);
        reading.AddTo(command);
        command.SetAction((parse, cancellationToken) => Task.Run(
            async () =>
            {
                var (customer, file, database) = subject.Of(parse);
                if (database is null)
                {
                    var data = PurchaseFile.Read(file!, reading.Of(parse, host.Clock, parse.GetValue(asOf)), cancellationToken: cancellationToken);
                    var shop = Shop.Of(data.Log, data.AsOf, data.HasAmounts);
                    MustHaveAmounts(shop);
                    var unread = UnreadRows.Of(data, customer);
                    Tell(host.Output, shop, unread.Find(shop, customer));
                    unread.Tell(host.Output);
                    return CommandLine.Done;
                }

                return await ShopDatabase.UseAsync(database, mayBeNew: false, host.Clock, async shops =>
                {
                    var shop = await shops.CustomerAsync(customer, parse.GetValue(asOf)).ConfigureAwait(false);
                    MustHaveAmounts(shop);
                    Tell(host.Output, shop, 0);
                    return CommandLine.Done;
                }).ConfigureAwait(false);
            },
            cancellationToken));
        return command;
    }

    private static void MustHaveAmounts(Shop shop)
    {
        if (!shop.HasAmounts) throw new InputException("The purchases have no amounts, so there is nothing to give points for.");
    }

    private static void Tell(TextWriter output, Shop shop, int customer)
    {
        var (state, postings) = DefaultProgramme.Post(shop, customer);
        var end = DefaultProgramme.End(shop);
        var statement = Statement.Of(state, postings, ShopStages.MidnightOf(shop.FirstDayOf(customer)), end + Duration.Epsilon);
        var calendar = DefaultProgramme.Policy.Calendar;
        output.WriteLine("date         reason        points   balance");
        long balance = 0;
        foreach (var line in statement.Lines.GroupBy(line => (Day: calendar.DayOf(line.Effective), line.Reason)))
        {
            // A day's purchases may have come with several imports.
            var change = line.Sum(part => part.Available);
            balance += change;
            output.WriteLine(Text($"{line.Key.Day:uuuu-MM-dd}   {line.Key.Reason,-10} {change,9:+#,##0;-#,##0} {balance,9:#,##0}"));
        }

        output.WriteLine(Text($"{shop.AsOf:uuuu-MM-dd}   balance              {statement.Closing.Available,9:#,##0}"));
        foreach (var lapse in state.LotsAt(end).Where(lot => lot.Remaining > 0 && lot.Expires is not null).GroupBy(lot => lot.Expires!.Value).OrderBy(lapse => lapse.Key))
            output.WriteLine(Text($"{calendar.DayOf(lapse.Key):uuuu-MM-dd}   will lapse {-lapse.Sum(lot => lot.Remaining),9:#,##0}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
