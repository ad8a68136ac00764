namespace CustomerLifecycle.Tool.Tests;

/// <summary>A test that needs a public data set, which is not part of the repository. It is skipped, visibly, where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute()
    {
        if (Folder is null) Skip = NotHere;
    }

    internal const string NotHere = "The public data sets are not here: put them into ../shared/data, or name their folder in CUSTOMERLIFECYCLE_DATA.";

    internal static string? Folder { get; } = Find();

    internal static string Transactions(string name) => Path.Combine(Folder!, name, "transactions.csv");

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_DATA") is { Length: > 0 } named) return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataTheoryAttribute : TheoryAttribute
{
    public DataTheoryAttribute()
    {
        if (DataFactAttribute.Folder is null) Skip = DataFactAttribute.NotHere;
    }
}
