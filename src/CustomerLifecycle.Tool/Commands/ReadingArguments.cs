using System.CommandLine;

namespace CustomerLifecycle.Tool;

/// <summary>The options that say how a file of purchases is read.</summary>
internal sealed class ReadingArguments
{
    private readonly Option<string?> _customer = new("--customer") { Description = "The customer column. Default: found by its name.", HelpName = "COLUMN" };
    private readonly Option<string?> _date = new("--date") { Description = "The date column. Default: found by its name.", HelpName = "COLUMN" };
    private readonly Option<string?> _amount = new("--amount") { Description = "The amount column. Default: found by its name, if there is one.", HelpName = "COLUMN" };
    private readonly Option<bool> _noAmount = new("--no-amount") { Description = "Leave amounts aside." };
    private readonly Option<string?> _format = new("--format") { Description = "How dates are written, as a NodaTime pattern: dd/MM/yyyy HH:mm. Default: ISO, year first.", HelpName = "PATTERN" };
    private readonly Option<DateTimeZone> _zone = new("--zone") { Description = "Zone whose days count where times have an offset. Default: UTC.", HelpName = "ZONE", DefaultValueFactory = _ => DateTimeZone.Utc, CustomParser = OptionValues.Zone };
    private readonly Option<bool> _decimalComma = new("--decimal-comma") { Description = "Amounts are written 12,50." };
    private readonly Option<string> _duplicates =
        new Option<string>("--duplicates") { Description = "What becomes of rows that repeat another exactly: keep or drop.", DefaultValueFactory = _ => "keep" }.AcceptOnlyFromAmong("keep", "drop");

    public void AddTo(Command command)
    {
        Option[] all = [_customer, _date, _amount, _noAmount, _format, _zone, _decimalComma, _duplicates];
        foreach (var option in all) command.Add(option);
    }

    public ReadingOptions Of(ParseResult parse, IClock clock, LocalDate? asOf)
    {
        var zone = parse.GetValue(_zone)!;
        return new()
        {
            Customer = parse.GetValue(_customer),
            Date = parse.GetValue(_date),
            Amount = parse.GetValue(_amount),
            NoAmount = parse.GetValue(_noAmount),
            Format = parse.GetValue(_format),
            Zone = zone,
            DecimalComma = parse.GetValue(_decimalComma),
            DropDuplicates = parse.GetValue(_duplicates) is "drop",
            AsOf = asOf,
            Today = clock.GetCurrentInstant().InZone(zone).Date,
        };
    }
}
