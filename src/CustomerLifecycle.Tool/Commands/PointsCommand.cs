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
        var language = OptionValues.Language("Language of the output.");
        subject.AddTo(command);
        command.Add(asOf);
        command.Add(language);
        reading.AddTo(command);
        command.SetAction((parse, cancellationToken) => Task.Run(
            async () =>
            {
                var (customer, file, database) = subject.Of(parse);
                var words = OptionValues.LanguageOf(parse.GetValue(language));
                if (database is null)
                {
                    var data = PurchaseFile.Read(file!, reading.Of(parse, host.Clock, parse.GetValue(asOf)), cancellationToken: cancellationToken);
                    var shop = Shop.Of(data.Log, data.AsOf, data.HasAmounts);
                    MustHaveAmounts(shop);
                    var unread = UnreadRows.Of(data, customer);
                    Tell(host.Output, shop, unread.Find(shop, customer), words);
                    unread.Tell(host.Output, words);
                    return CommandLine.Done;
                }

                return await ShopDatabase.UseAsync(database, mayBeNew: false, host.Clock, async shops =>
                {
                    var shop = await shops.CustomerAsync(customer, parse.GetValue(asOf)).ConfigureAwait(false);
                    MustHaveAmounts(shop);
                    Tell(host.Output, shop, 0, words);
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

    private static void Tell(TextWriter output, Shop shop, int customer, Language language)
    {
        var (state, postings) = DefaultProgramme.Post(shop, customer);
        var end = DefaultProgramme.End(shop);
        var statement = Statement.Of(state, postings, ShopStages.MidnightOf(shop.FirstDayOf(customer)), end + Duration.Epsilon);
        var calendar = DefaultProgramme.Policy.Calendar;
        WriteLine(Texts.PointsDate.In(language), Texts.PointsReason.In(language), Texts.PointsChange.In(language), Texts.PointsBalance.In(language));
        long balance = 0;
        foreach (var line in statement.Lines.GroupBy(line => (Day: calendar.DayOf(line.Effective), line.Reason)))
        {
            var change = line.Sum(part => part.Available);
            balance += change;
            WriteLine(DayOf(line.Key.Day), ReasonOf(line.Key.Reason).In(language), Text($"{change:+#,##0;-#,##0}"), Text($"{balance:#,##0}"));
        }

        WriteLine(DayOf(shop.AsOf), Texts.PointsBalance.In(language), "", Text($"{statement.Closing.Available:#,##0}"));
        foreach (var lapse in state.LotsAt(end).Where(lot => lot.Remaining > 0 && lot.Expires is not null).GroupBy(lot => lot.Expires!.Value).OrderBy(lapse => lapse.Key))
            WriteLine(DayOf(calendar.DayOf(lapse.Key)), Texts.PointsWillLapse.In(language), Text($"{-lapse.Sum(lot => lot.Remaining):#,##0}"));

        void WriteLine(string day, string reason, string points, string left = "")
        {
            var line = $"{day}{Blanks(13, day)}{reason}{Blanks(11, reason)}{Blanks(9, points)}{points} {Blanks(9, left)}{left}";
            output.WriteLine(line.TrimEnd());
        }
    }

    private static string DayOf(LocalDate day) => Text($"{day:uuuu-MM-dd}");

    /// <summary>What the default programme knows of: nobody spends points in it.</summary>
    private static Phrase ReasonOf(StatementReason reason) => reason switch
    {
        StatementReason.Earned => Texts.PointsReasonEarned,
        StatementReason.Refunded => Texts.PointsReasonRefunded,
        _ => Texts.PointsReasonLapsed,
    };

    /// <summary>What a column lacks: a Chinese character is as wide as two others.</summary>
    private static string Blanks(int width, string text) => new(' ', Math.Max(0, width - text.Sum(letter => letter > 0x2E80 ? 2 : 1)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
