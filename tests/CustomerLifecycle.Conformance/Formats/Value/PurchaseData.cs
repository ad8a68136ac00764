using System.Globalization;
using CustomerLifecycle.Value;
using NodaTime.Text;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary>A CSV file of purchases, as a case describes it.</summary>
internal sealed class PurchaseData
{
    private readonly string _file;
    private readonly string _customer;
    private readonly string _date;
    private readonly string? _amount;

    public PurchaseData(CaseFile file, Members data)
    {
        _file = file.Data(data.Text("file"));
        _customer = data.Text("customer");
        _date = data.Text("date");
        _amount = data.OptionalText("amount");
    }

    /// <summary>Whether the file says what was paid.</summary>
    public bool HasAmounts => _amount is not null;

    public PurchaseLog Read()
    {
        using var reader = File.OpenText(_file);
        var header = Fields(reader.ReadLine() ?? throw new NotUnderstoodException($"{_file} is empty."));
        int customer = Column(header, _customer), date = Column(header, _date), amount = _amount is null ? -1 : Column(header, _amount);
        var log = new PurchaseLogBuilder();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0) continue;

            var fields = Fields(line);
            log.Add(new CustomerId(fields[customer]), LocalDatePattern.Iso.Parse(fields[date]).Value, amount < 0 ? 0 : decimal.Parse(fields[amount], NumberStyles.Float, CultureInfo.InvariantCulture));
        }

        return log.Build();
    }

    private static string[] Fields(string line) => line.Contains('"', StringComparison.Ordinal) ? throw new NotUnderstoodException("A data set with quoted fields is not understood.") : line.Split(',');

    private static int Column(string[] header, string name) => Array.IndexOf(header, name) is var index and >= 0 ? index : throw new NotUnderstoodException($"The data set has no column '{name}'.");
}
