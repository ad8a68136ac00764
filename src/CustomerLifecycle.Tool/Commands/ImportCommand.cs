using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm import</c>: takes the purchases of a file into a database, each once.</summary>
internal sealed class ImportCommand : IReportCommand
{
    private const int MostRejectionsTold = 5;

    public Command Build(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "Purchases as CSV in UTF-8: one line each, with customer, date and perhaps amount." };
        var database = OptionValues.Database("Where purchases, stages and points are kept; made if it is not there.");
        database.Required = true;
        var language = OptionValues.Language("Language of the output.");
        var command = new Command("import", "Take the purchases of a file into a database, each once: the same file again changes nothing, and files may overlap.") { file, database, language };
        var reading = new ReadingArguments();
        reading.AddTo(command);
        command.SetAction((parse, cancellationToken) => Task.Run(
            async () =>
            {
                var path = parse.GetValue(file)!;
                var options = reading.Of(parse, host.Clock, asOf: null);
                var words = OptionValues.LanguageOf(parse.GetValue(language));
                var (data, entry, log) = await host.Progress.RunAsync(async report =>
                {
                    report("Reading", 0);
                    var data = PurchaseFile.Read(path, options, new Told<double>(share => report("Reading", share)), cancellationToken);
                    var fingerprint = Fingerprint(path, options);
                    return await ShopDatabase.UseAsync(parse.GetValue(database)!, mayBeNew: true, host.Clock, async shops =>
                    {
                        var entry = await shops.ImportAsync(data, fingerprint, report, cancellationToken).ConfigureAwait(false);
                        return (data, entry, await shops.LogAsync().ConfigureAwait(false));
                    }).ConfigureAwait(false);
                }).ConfigureAwait(false);
                Tell(host.Output, data, entry, log, words);
                return CommandLine.Done;
            },
            cancellationToken));
        return command;
    }

    private static void Tell(TextWriter output, PurchaseData data, ImportEntry? entry, ImportLog log, Language language)
    {
        if (entry is null)
        {
            output.WriteLine(Texts.ImportedBefore.In(language, data.Notes.File));
        }
        else
        {
            output.WriteLine(Texts.ImportDone.In(language, data.Notes.File, Language.Count(entry.Rows), Language.Count(entry.Added), Language.Count(entry.NewCustomers), Language.Count(entry.Known)));
            if (entry.Dropped > 0) output.WriteLine(Texts.ImportDropped.In(language, Language.Count(entry.Dropped)));
            if (entry.Rejected > 0)
            {
                output.WriteLine(Texts.ImportRejected.In(language, Language.Count(entry.Rejected)));
                foreach (var rejection in data.Rejections.Take(MostRejectionsTold)) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rejection.Line}: {rejection.Reason}"));
            }
        }

        output.WriteLine(Texts.DatabaseHolds.In(language, Language.Count(log.Purchases), Language.Count(log.Customers), language.Day(DayReader.DateOf(log.LastDay))));
    }

    /// <summary>Stands for what the file says: its bytes and how they are read.</summary>
    private static string Fingerprint(string path, ReadingOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var block = new byte[1 << 16];
        for (int read; (read = file.Read(block)) > 0;) hash.AppendData(block, 0, read);
        FormattableString reading = $"{options.Customer}\n{options.Date}\n{options.Amount}\n{options.NoAmount}\n{options.Format}\n{options.Zone.Id}\n{options.DecimalComma}\n{options.DropDuplicates}";
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(reading.ToString(CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
