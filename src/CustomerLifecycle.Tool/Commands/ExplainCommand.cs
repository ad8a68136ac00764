using System.CommandLine;
using System.Globalization;
using CustomerLifecycle.Stages;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm explain</c>: where one customer is in the purchase lifecycle, how they came there, and what would move them.</summary>
internal sealed class ExplainCommand : IReportCommand
{
    public Command Build(CommandHost host)
    {
        var command = new Command("explain", "Say where one customer is in the purchase lifecycle, how they came there, and what would move them next.");
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
                    var data = PurchaseFile.Read(file!, reading.Of(parse, host.Clock, parse.GetValue(asOf)), null, cancellationToken);
                    var all = Shop.Of(data.Log, data.AsOf, data.HasAmounts);
                    var unread = UnreadRows.Of(data, customer);
                    var index = unread.Find(all, customer);
                    var stages = ShopStages.Of(all, index);
                    Tell(host.Output, all, index, stages.Answers[index], stages.Explain(index));
                    unread.Tell(host.Output, Language.English);
                    return CommandLine.Done;
                }

                return await ShopDatabase.UseAsync(database, mayBeNew: false, host.Clock, async shops =>
                {
                    var shop = await shops.CustomerAsync(customer, parse.GetValue(asOf)).ConfigureAwait(false);
                    var (answer, explanation) = await shops.ExplainAsync(customer, ShopStages.EndOf(shop)).ConfigureAwait(false);
                    Tell(host.Output, shop, 0, answer, explanation);
                    return CommandLine.Done;
                }).ConfigureAwait(false);
            },
            cancellationToken));
        return command;
    }

    private static void Tell(TextWriter output, Shop shop, int customer, StageAnswer answer, StageExplanation explanation)
    {
        output.WriteLine(string.Format(CultureInfo.InvariantCulture, "As of {0:uuuu-MM-dd}, of {1}:", shop.AsOf, Counted.Of(shop.DaysOf(customer).Length, "purchase day")));
        foreach (var row in answer.History) output.WriteLine(string.Format(CultureInfo.InvariantCulture, "  {0:uuuu-MM-dd}  {1,-16} by {2}", row.At.InUtc().Date, row.To, row.Cause));
        output.WriteLine();
        output.WriteLine(explanation.ToText());
    }
}
