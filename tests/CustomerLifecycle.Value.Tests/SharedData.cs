using System.Globalization;
using System.Text.Json;

namespace CustomerLifecycle.Value.Tests;

/// <summary>Public data sets and the cases about them, which are not ours to commit. Looked for beside the repository, or where CUSTOMERLIFECYCLE_DATA points.</summary>
internal static class SharedData
{
    private static readonly Lazy<string?> Folder = new(Find);

    /// <summary>The root of this repository.</summary>
    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "CustomerLifecycle.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }

    /// <summary>Why tests that need the data are skipped; null where it is there.</summary>
    public static string? Missing => Folder.Value is null ? "The shared data are not here: put them into ../shared/data or name their folder in CUSTOMERLIFECYCLE_DATA." : null;

    public static JsonElement[] Cases(string file, string model)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder.Value!, "reference", "value", file)));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Where(item => !item.TryGetProperty("model", out var name) || name.ValueEquals(model)).Select(item => item.Clone())];
    }

    /// <summary>The purchases of a data set, as the case names its file and columns.</summary>
    public static PurchaseLog Purchases(JsonElement data)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder.Value!, data.GetProperty("file").GetString()!));
        var header = lines[0].Split(',');
        int customer = Column("customer"), date = Column("date"), amount = Column("amount");
        var log = new PurchaseLogBuilder();
        foreach (var fields in lines.Skip(1).Select(line => line.Split(',')))
            log.Add(new CustomerId(fields[customer]), Day(fields[date]), amount < 0 ? 0 : decimal.Parse(fields[amount], CultureInfo.InvariantCulture));
        return log.Build();

        int Column(string name) => data.TryGetProperty(name, out var column) ? Array.IndexOf(header, column.GetString()) : -1;
    }

    /// <summary>The lines of a data set.</summary>
    public static string[] Lines(JsonElement data) => File.ReadAllLines(Path.Combine(Folder.Value!, data.GetProperty("file").GetString()!));

    /// <summary>The covariates of a cohort, in its order.</summary>
    public static CovariateColumns Covariates(JsonElement data, PurchaseSummary summary)
    {
        var rows = Lines(data).Skip(1).Select(line => line.Split(',')).ToDictionary(fields => fields[0], fields => fields.Skip(1).Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray(), StringComparer.Ordinal);
        List<double> values = [];
        foreach (var customer in summary.Customers) values.AddRange(rows[customer.Value]);
        return new CovariateColumns([.. data.GetProperty("names").EnumerateArray().Select(name => name.GetString()!)], [.. values]);
    }

    public static PurchaseSummary Summary(JsonElement data) =>
        Purchases(data).Summarise(Day(data.GetProperty("calibrationEnd").GetString()!), Day(data.GetProperty("validationEnd").GetString()!));

    public static LocalDate Day(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_DATA") is { Length: > 0 } data) return Holds(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(data)));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "CustomerLifecycle.sln"))) return Holds(Path.Combine(folder.Parent!.FullName, "shared"));
        return null;

        static string? Holds(string? folder) => folder is not null && Directory.Exists(Path.Combine(folder, "data")) && Directory.Exists(Path.Combine(folder, "reference", "value")) ? folder : null;
    }
}

/// <summary>A fact about public data: skipped, visibly, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute() => Skip = SharedData.Missing;
}
