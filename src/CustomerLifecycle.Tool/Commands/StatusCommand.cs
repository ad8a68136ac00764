using System.CommandLine;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm status</c>: what a database holds: its imports and its saved rules.</summary>
internal sealed class StatusCommand : IReportCommand
{
    public Command Build(CommandHost host)
    {
        var database = OptionValues.Database("A database that clm import has filled.");
        database.Required = true;
        var language = OptionValues.Language("Language of the output.");
        var command = new Command("status", "What a database holds: its imports and its saved rules.") { database, language };
        command.SetAction((parse, cancellationToken) => Task.Run(
            () => ShopDatabase.UseAsync(parse.GetValue(database)!, mayBeNew: false, host.Clock, async shops =>
            {
                var words = OptionValues.LanguageOf(parse.GetValue(language));
                var log = await shops.LogAsync().ConfigureAwait(false);
                host.Output.WriteLine(Texts.DatabaseHolds.In(words, Language.Count(log.Purchases), Language.Count(log.Customers), words.Day(DayReader.DateOf(log.LastDay))));
                foreach (var entry in await shops.ImportsAsync().ConfigureAwait(false))
                    host.Output.WriteLine(Texts.StatusImport.In(words, entry.Number, words.Day(entry.At.InUtc().Date), entry.File, Language.Count(entry.Added), Language.Count(entry.Known), Language.Count(entry.Rejected)));
                foreach (var (name, rule) in await shops.SegmentsAsync().ConfigureAwait(false)) host.Output.WriteLine(Texts.StatusSegment.In(words, name, rule));
                return CommandLine.Done;
            }),
            cancellationToken));
        return command;
    }
}
