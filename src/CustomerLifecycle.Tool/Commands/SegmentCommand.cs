using System.CommandLine;
using CustomerLifecycle.Rules;

namespace CustomerLifecycle.Tool;

/// <summary><c>clm segment</c>: how many customers a rule of the condition language holds of, and who they are.</summary>
internal sealed class SegmentCommand : IReportCommand
{
    public Command Build(CommandHost host)
    {
        var command = new Command("segment", "Count or list the customers of whom a rule holds: \"order.count(last 90 days) >= 3 and net_amount > 500\".");
        var subject = new SubjectArguments("RULE", "a rule of the condition language.");
        var list = new Option<bool>("--list") { Description = "List the customers' keys, one on each line, in place of the count." };
        var save = new Option<string?>("--save") { Description = "Keep the rule in the database under this name, for in segment 'NAME'.", HelpName = "NAME" };
        save.Validators.Add(result =>
        {
            if (result.Tokens is [var name] && (string.IsNullOrWhiteSpace(name.Value) || name.Value.Length > RuleLimits.NameLength)) result.AddError($"--save takes a name of 1 to {RuleLimits.NameLength} characters.");
        });
        var asOf = OptionValues.AsOf();
        var language = OptionValues.Language("Language of the output; with zh, rules may be written in Chinese.");
        var reading = new ReadingArguments();
        subject.AddTo(command);
        Option[] own = [list, save, asOf, language];
        foreach (var option in own) command.Add(option);
        reading.AddTo(command);
        command.SetAction((parse, cancellationToken) => Task.Run(
            async () =>
            {
                var (text, file, database) = subject.Of(parse);
                var words = OptionValues.LanguageOf(parse.GetValue(language));
                if (database is null)
                {
                    if (parse.GetValue(save) is not null) throw new InputException("--save keeps a rule in a database. Name one with --db.");
                    var data = PurchaseFile.Read(file!, reading.Of(parse, host.Clock, parse.GetValue(asOf)), null, cancellationToken);
                    Tell(host.Output, ShopSegment.Load(text, [], null, data.HasAmounts, words), Shop.Of(data.Log, data.AsOf, data.HasAmounts), words, parse.GetValue(list));
                    return CommandLine.Done;
                }

                return await ShopDatabase.UseAsync(database, mayBeNew: false, host.Clock, async shops =>
                {
                    var log = await shops.LogAsync().ConfigureAwait(false);
                    var saved = await shops.SegmentsAsync().ConfigureAwait(false);
                    var rule = ShopSegment.Load(text, saved, parse.GetValue(save), log.HasAmounts is true, words);
                    Tell(host.Output, rule, await shops.ShopAsync(parse.GetValue(asOf)).ConfigureAwait(false), words, parse.GetValue(list));
                    if (parse.GetValue(save) is { } name) await shops.SaveAsync(name, rule.Rule.Rule.ToText()).ConfigureAwait(false);
                    return CommandLine.Done;
                }).ConfigureAwait(false);
            },
            cancellationToken));
        return command;
    }

    private static void Tell(TextWriter output, CompiledRule<ShopCustomer> rule, Shop shop, Language language, bool list)
    {
        var found = ShopSegment.Find(rule, shop);
        if (!list)
        {
            output.WriteLine(Texts.SegmentCount.In(language, Language.Count(found.Count), Language.Count(shop.Customers.Count), language.Day(shop.AsOf), rule.Rule.Rule.ToText(ShopSegment.KeywordsOf(language))));
            return;
        }

        foreach (var customer in found) output.WriteLine(customer);
    }
}
