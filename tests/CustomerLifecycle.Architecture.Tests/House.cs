namespace CustomerLifecycle.Architecture.Tests;

/// <summary>Who may use what.</summary>
internal static class House
{
    public const string Root = "CustomerLifecycle";

    private static readonly string[] Anywhere = ["netstandard2.0", "net8.0", "net10.0"];

    /// <summary>Who may know whom, and for which frameworks: the table of the house. A new package adds its line.</summary>
    public static IReadOnlyDictionary<string, (string[] Packages, string[] Frameworks)> Table { get; } = new Dictionary<string, (string[] Packages, string[] Frameworks)>(StringComparer.Ordinal)
    {
        [Root] = ([], Anywhere),
        ["CustomerLifecycle.Statistics"] = ([Root], Anywhere),
        ["CustomerLifecycle.Rules"] = ([Root], Anywhere),
        ["CustomerLifecycle.Stages"] = ([Root, "CustomerLifecycle.Rules", "CustomerLifecycle.Statistics"], Anywhere),
        ["CustomerLifecycle.Segmentation"] = ([Root, "CustomerLifecycle.Rules", "CustomerLifecycle.Statistics"], Anywhere),
        ["CustomerLifecycle.Loyalty"] = ([Root, "CustomerLifecycle.Rules"], Anywhere),
        ["CustomerLifecycle.Value"] = ([Root, "CustomerLifecycle.Statistics"], Anywhere),
        ["CustomerLifecycle.Hosting"] = ([Root], Anywhere),
        ["CustomerLifecycle.Engagement"] = ([Root, "CustomerLifecycle.Rules", "CustomerLifecycle.Stages"], Anywhere),
        ["CustomerLifecycle.Testing"] = ([Root, "CustomerLifecycle.Statistics"], Anywhere),
        ["CustomerLifecycle.Storage.Sqlite"] = ([Root], Anywhere),
        ["CustomerLifecycle.Storage.PostgreSql"] = ([Root], ["net8.0", "net10.0"]),
        ["CustomerLifecycle.Storage.Conformance"] = ([Root], Anywhere), // an ERP on .NET Framework proves its store, too
    };

    /// <summary>The Tool may know every package, and is no part of a host.</summary>
    public const string Tool = "CustomerLifecycle.Tool";

    /// <summary>Libraries that a package may use beside the framework's own, here or in the packages named.</summary>
    private static readonly Dictionary<string, string[]> Libraries = new(StringComparer.Ordinal)
    {
        ["NodaTime"] = [],
        ["Microsoft.Extensions.DependencyInjection.Abstractions"] = [],
        ["Microsoft.Extensions.Options"] = [],
        ["Microsoft.Extensions.Logging.Abstractions"] = [],
        ["Microsoft.Extensions.Options.ConfigurationExtensions"] = [Root],
        ["Microsoft.Extensions.Configuration.Abstractions"] = [Root],
        ["Microsoft.Extensions.Configuration.Binder"] = [Root], // what the binding generator writes refers to it
        ["Microsoft.Extensions.Configuration"] = [Root], // the same
        ["Microsoft.Data.Sqlite"] = ["CustomerLifecycle.Storage.Sqlite"],
        ["SQLitePCLRaw.core"] = ["CustomerLifecycle.Storage.Sqlite"],
        ["SQLitePCLRaw.bundle_e_sqlite3"] = ["CustomerLifecycle.Storage.Sqlite"],
        ["Npgsql"] = ["CustomerLifecycle.Storage.PostgreSql"],
        ["Microsoft.Extensions.Hosting.Abstractions"] = ["CustomerLifecycle.Hosting"],
        ["Microsoft.Extensions.Diagnostics.HealthChecks"] = ["CustomerLifecycle.Hosting"],
        ["Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions"] = ["CustomerLifecycle.Hosting"],
    };

    /// <summary>Files that a package ships for people to read and apply, beside its assemblies.</summary>
    public static string[] ShippedFiles(string package) => package switch
    {
        "CustomerLifecycle.Rules" => ["schemas/rule.schema.json"],
        "CustomerLifecycle.Storage.Sqlite" => ["schema/0001.sql", "schema/0002.sql", "schema/0003.sql"],
        "CustomerLifecycle.Storage.PostgreSql" => ["schema/0001.sql", "schema/0002.sql", "schema/0003.sql", "schema/0004.sql"],
        "CustomerLifecycle.Loyalty" => ["views/loyalty.postgresql.sql", "views/loyalty.sqlite.sql"],
        "CustomerLifecycle.Stages" => ["views/stages.postgresql.sql", "views/stages.sqlite.sql"],
        _ => [],
    };

    public static TheoryData<string> HostPackages => [.. Package.All.Select(package => package.Name).Except([Tool], StringComparer.Ordinal)];

    /// <summary>Whether a package may use another assembly or package, of ours or not.</summary>
    public static bool Allows(string package, string framework, string library) =>
        Table[package].Packages.Contains(library, StringComparer.Ordinal)
        || library is "netstandard" or "mscorlib"
        || (library.StartsWith("System.", StringComparison.Ordinal) && library is not "System.Numerics.Tensors")
        || (IsOld(framework) && library is "Microsoft.Bcl.AsyncInterfaces")
        || (Libraries.TryGetValue(library, out var packages) && (packages.Length == 0 || packages.Contains(package, StringComparer.Ordinal)));

    private static bool IsOld(string framework) => string.Equals(framework, "netstandard2.0", StringComparison.Ordinal);
}
