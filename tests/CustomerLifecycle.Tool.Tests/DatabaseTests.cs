using System.Globalization;
using System.Text;
using CustomerLifecycle.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Tool.Tests;

public class DatabaseTests
{
    private const string Header = "customer_id,date,amount\n";
    private const string Three = Header + "anna,2025-01-10,20.50\nanna,2025-02-10,30\nben,2025-02-11,5\n";

    [Fact]
    public async Task Import_OfTheSameFileAgain_ChangesNothing()
    {
        using var clm = new Clm();
        var file = clm.Write("a.csv", Three);

        var first = await clm.RunAsync("import", file, "--db", clm.PathOf("shop.db"));
        var again = await clm.RunAsync("import", file, "--db", clm.PathOf("shop.db"));
        var copy = await clm.RunAsync("import", clm.Write("b.csv", Three + "\n"), "--db", clm.PathOf("shop.db"));

        Assert.Equal("a.csv: 3 rows, 3 new purchases and refunds, 2 new customers, 0 known already.\nThe database holds 3 purchases and refunds of 2 customers, up to 11 Feb 2025.\n", first.Output.ReplaceLineEndings("\n"));
        Assert.StartsWith("a.csv was imported before. Nothing changed.", again.Output, StringComparison.Ordinal);
        Assert.StartsWith("b.csv: 3 rows, 0 new purchases and refunds, 0 new customers, 3 known already.", copy.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfAnOverlappingExport_TakesWhatIsNew_AlikeRowsCounted()
    {
        using var clm = new Clm();
        await ImportAsync(clm, "january.csv", Header + "anna,2025-01-10,20\nanna,2025-01-10,20\n");

        var output = await ImportAsync(clm, "later.csv", Header + "anna,2025-01-10,20\nanna,2025-01-10,20\nanna,2025-01-10,20.00\nben,2025-02-01,7\n");

        Assert.StartsWith("later.csv: 4 rows, 2 new purchases and refunds, 1 new customers, 2 known already.", output, StringComparison.Ordinal);
        Assert.Contains("2025-01-10   Earned           +60        60", await OutputAsync(clm, "points", "anna", "--db", clm.PathOf("shop.db")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Answers_AreThoseOfOneFile_HoweverThePurchasesCame(int seed)
    {
        using var clm = new Clm();
        var random = new Random(seed);
        var rows = Rows(random, customers: 12);
        var whole = clm.Write("whole.csv", Header + string.Concat(rows));
        var exports = Enumerable.Range(0, 4).Select(_ => rows.Where(_ => random.Next(3) > 0).ToArray()).Append(rows).ToArray();
        foreach (var (export, number) in exports.Select((export, number) => (export, number)))
            await ImportAsync(clm, $"export-{number}.csv", Header + string.Concat(export.OrderBy(_ => random.Next())));

        foreach (var asOf in new[] { "2025-02-15", "2025-06-30", "2026-05-31" })
        {
            foreach (var customer in rows.Select(row => row.Split(',')[0]).Distinct(StringComparer.Ordinal))
            {
                foreach (var question in new[] { "explain", "points" })
                {
                    var expected = await clm.RunAsync(question, whole, customer, "--as-of", asOf);
                    var actual = await clm.RunAsync(question, customer, "--db", clm.PathOf("shop.db"), "--as-of", asOf);
                    Assert.Equal((expected.ExitCode, expected.Output), (actual.ExitCode, actual.Output));
                }
            }

            const string rule = "order.count(last 60 days) >= 2 or points > 300 or stage = 'churned' or net_amount < 20 and rfm_group != 'champions'";
            var found = await OutputAsync(clm, "segment", rule, "--db", clm.PathOf("shop.db"), "--as-of", asOf, "--list");
            Assert.Equal(Sorted(await OutputAsync(clm, "segment", whole, rule, "--as-of", asOf, "--list")), Sorted(found));
        }

        static string[] Sorted(string lines) => [.. lines.Split('\n').Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Import_OfACustomerWithThousandsOfDays_IsWhole()
    {
        using var clm = new Clm();
        var file = new StringBuilder(Header);
        for (var day = new LocalDate(2019, 1, 1); day < new LocalDate(2025, 1, 1); day = day.PlusDays(1)) file.Append(CultureInfo.InvariantCulture, $"anna,{day:uuuu-MM-dd},2\n");

        await ImportAsync(clm, "daily.csv", file.ToString());

        Assert.Contains("As of 2024-12-31, of 2,192 purchase days:", await OutputAsync(clm, "explain", "anna", "--db", clm.PathOf("shop.db")), StringComparison.Ordinal);
        Assert.Contains("2024-12-31   balance                  1,524", await OutputAsync(clm, "points", "anna", "--db", clm.PathOf("shop.db")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_NamedBeforeTheCommand_IsTheSame()
    {
        using var clm = new Clm();
        await ImportAsync(clm, "a.csv", Three);

        Assert.Equal(await OutputAsync(clm, "points", "anna", "--db", clm.PathOf("shop.db")), await OutputAsync(clm, "--db", clm.PathOf("shop.db"), "points", "anna"));
    }

    [Fact]
    public async Task Segment_Saved_CanBeUsedByOthers_AndIsInTheStatus()
    {
        using var clm = new Clm();
        await ImportAsync(clm, "a.csv", Three);
        var database = clm.PathOf("shop.db");

        var output = new StringBuilder();
        output.AppendLine(await OutputAsync(clm, "segment", "purchase_days >= 2", "--db", database, "--save", "repeat"));
        output.AppendLine(await OutputAsync(clm, "segment", "in segment 'repeat' and points > 10", "--db", database, "--save", "rich"));
        output.AppendLine(await OutputAsync(clm, "segment", "in segment 'rich'", "--db", database, "--list"));
        output.AppendLine(await OutputAsync(clm, "segment", "属于分群 'rich' 且 order.次数(近 90 天) >= 1", "--db", database, "--lang", "zh"));
        output.AppendLine((await clm.RunAsync("segment", "in segment 'rich'", "--db", database, "--save", "repeat")).Error);
        output.AppendLine(await OutputAsync(clm, "status", "--db", database));
        output.AppendLine(await OutputAsync(clm, "status", "--db", database, "--lang", "zh"));

        await Verifier.Verify(output.ToString());
    }

    [Fact]
    public async Task Refused_EachWithItsMessage()
    {
        var table = new StringBuilder();
        foreach (var (name, arguments) in Refused)
        {
            using var clm = new Clm();
            await ImportAsync(clm, "a.csv", Three);
            using var held = new Held();
            var (exitCode, output, error) = await clm.RunAsync(arguments(clm, held));

            Assert.Equal(CommandLine.BadInput, exitCode);
            table.Append(CultureInfo.InvariantCulture, $"{name}\n    {WithoutVersions(error + output).TrimEnd().ReplaceLineEndings("\n    ")}\n");
        }

        await Verifier.Verify(table.ToString());

        // What is known rises with every step of a schema.
        static string WithoutVersions(string text) => text.IndexOf("knows versions up to ", StringComparison.Ordinal) is >= 0 and var at
            ? string.Concat(text.AsSpan(0, at + 21), "…", text.AsSpan(text.IndexOf('.', at)))
            : text;
    }

    [Fact]
    public async Task SomebodyElsesDatabase_IsNotTouched()
    {
        using var clm = new Clm();
        var other = OtherDatabase(clm);
        var before = await File.ReadAllBytesAsync(other);

        await clm.RunAsync("import", clm.Write("a.csv", Three), "--db", other);

        Assert.Equal(before, await File.ReadAllBytesAsync(other));
        Assert.Equal(["a.csv", "other.db"], Directory.EnumerateFiles(clm.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static readonly (string Name, Func<Clm, Held, string[]> Arguments)[] Refused =
    [
        ("no database named", (clm, _) => ["import", clm.PathOf("a.csv")]),
        ("neither file nor database", (_, _) => ["explain", "anna"]),
        ("file and database", (clm, _) => ["points", clm.PathOf("a.csv"), "anna", "--db", clm.PathOf("shop.db")]),
        ("a database that is not there", (clm, _) => ["explain", "anna", "--db", clm.PathOf("shopp.db")]),
        ("a folder that is not there", (clm, _) => ["import", clm.PathOf("a.csv"), "--db", clm.PathOf("nowhere/shop.db")]),
        ("no name at all", (clm, _) => ["import", clm.PathOf("a.csv"), "--db", ""]),
        ("a place where nothing can be", (clm, _) => ["import", clm.PathOf("a.csv"), "--db", "/proc/shop.db"]),
        ("a folder", (clm, _) => ["status", "--db", clm.Folder]),
        ("the file of purchases", (clm, _) => ["explain", "anna", "--db", clm.PathOf("a.csv")]),
        ("another program's database", (clm, _) => ["import", clm.PathOf("a.csv"), "--db", OtherDatabase(clm)]),
        ("a damaged database", (clm, _) => ["explain", "anna", "--db", Damaged(clm)]),
        ("an empty database", (clm, _) => ["segment", "true", "--db", clm.Write("empty.db", "")]),
        ("a newer schema", (clm, _) => ["status", "--db", Changed(clm, "UPDATE customerlifecycle_journal SET schema = 700 WHERE name = 'purchases'")]),
        ("a newer codec", (clm, _) => ["status", "--db", Changed(clm, "UPDATE customerlifecycle_journal SET codec = 900 WHERE name = 'stages'")]),
        ("locked by another program", (clm, held) => ["status", "--db", held.Lock(clm.PathOf("shop.db"))]),
        ("in use by another clm", (clm, held) => ["status", "--db", held.Use(clm.PathOf("shop.db"))]),
        ("no amounts after amounts", (clm, _) => ["import", clm.Write("b.csv", "customer_id,date\nanna,2025-03-01\n"), "--db", clm.PathOf("shop.db")]),
        ("an unknown customer", (clm, _) => ["explain", "zoe", "--db", clm.PathOf("shop.db")]),
        ("a customer in other letters", (clm, _) => ["explain", "Anna ", "--db", clm.PathOf("shop.db")]),
        ("a customer with a slip", (clm, _) => ["points", "bem", "--db", clm.PathOf("shop.db")]),
        ("a customer with a slip, in a file", (clm, _) => ["points", clm.PathOf("a.csv"), "ana"]),
        ("a customer who came later", (clm, _) => ["points", "ben", "--db", clm.PathOf("shop.db"), "--as-of", "2025-01-31"]),
        ("no customer at all", (clm, _) => ["explain", " ", "--db", clm.PathOf("shop.db")]),
        ("a rule that is none", (clm, _) => ["segment", "order.count(", "--db", clm.PathOf("shop.db")]),
        ("a rule of unknown names", (clm, _) => ["segment", "ponts > 5 and order.count() = 'x'", "--db", clm.PathOf("shop.db")]),
        ("an unknown segment", (clm, _) => ["segment", "in segment 'vip'", "--db", clm.PathOf("shop.db")]),
        ("saving without a database", (clm, _) => ["segment", clm.PathOf("a.csv"), "true", "--save", "all"]),
        ("saving without a name", (clm, _) => ["segment", "true", "--db", clm.PathOf("shop.db"), "--save", " "]),
    ];

    private static async Task<string> ImportAsync(Clm clm, string name, string content) => await OutputAsync(clm, "import", clm.Write(name, content), "--db", clm.PathOf("shop.db"));

    private static async Task<string> OutputAsync(Clm clm, params string[] arguments)
    {
        var (exitCode, output, error) = await clm.RunAsync(arguments);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }

    /// <summary>Rows with everything that is hard: several on one day, alike ones, refunds, fractions, customers with refunds only.</summary>
    private static string[] Rows(Random random, int customers)
    {
        var rows = new List<string>();
        for (var customer = 0; customer < customers; customer++)
        {
            for (var i = random.Next(1, 14); i > 0; i--)
            {
                var day = new LocalDate(2025, 1, 1).PlusDays(random.Next(500));
                var amount = random.Next(8) == 0 ? -random.Next(1, 20) : random.Next(0, 6_000) / 100m;
                for (var times = random.Next(5) == 0 ? 2 : 1; times > 0; times--) rows.Add(string.Create(CultureInfo.InvariantCulture, $"c-{customer},{day:uuuu-MM-dd},{amount}\n"));
                if (random.Next(4) == 0) rows.Add(string.Create(CultureInfo.InvariantCulture, $"c-{customer},{day:uuuu-MM-dd},{random.Next(0, 300) / 100m}\n"));
            }
        }

        return [.. rows];
    }

    private static string OtherDatabase(Clm clm)
    {
        var path = clm.PathOf("other.db");
        Execute(path, "CREATE TABLE invoice (id INTEGER PRIMARY KEY)");
        return path;
    }

    private static string Changed(Clm clm, string sql)
    {
        Execute(clm.PathOf("shop.db"), sql);
        return clm.PathOf("shop.db");
    }

    private static string Damaged(Clm clm)
    {
        var path = clm.PathOf("shop.db");
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(200, 30_000).Fill(0x5A);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Others who have a database.</summary>
    private sealed class Held : IDisposable
    {
        private readonly List<IDisposable> _held = [];

        public string Lock(string path)
        {
            var connection = new SqliteConnection($"Data Source={path};Pooling=False");
            _held.Add(connection);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            command.ExecuteNonQuery();
            return path;
        }

        public string Use(string path)
        {
            _held.Add(new FileStream(path + ".lock", FileMode.Create, FileAccess.ReadWrite, FileShare.None));
            return path;
        }

        public void Dispose() => _held.ForEach(held => held.Dispose());
    }
}
