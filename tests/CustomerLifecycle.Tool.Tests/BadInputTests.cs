using System.Globalization;
using System.Text;
using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Tool.Tests;

/// <summary>Every bad input that we could think of, with its exit code and the message that it gives.</summary>
public class BadInputTests
{
    private const string Header = "customer_id,date,amount\n";

    private static readonly (string Name, Func<Clm, string[]> Arguments)[] Refused =
    [
        ("no arguments", _ => []),
        ("unknown command", _ => ["reprot"]),
        ("no file named", _ => ["report"]),
        ("unknown option", clm => ["report", clm.WriteShop(), "--as-off", "2025-01-01"]),
        ("missing file", clm => ["report", clm.PathOf("nothing.csv")]),
        ("a folder", clm => ["report", Directory.CreateDirectory(clm.PathOf("folder")).FullName]),
        ("empty file", clm => ["report", clm.Write("in.csv", "")]),
        ("only a byte order mark", clm => ["report", clm.Write("in.csv", "\uFEFF")]),
        ("header and no rows", clm => ["report", clm.Write("in.csv", Header)]),
        ("no header", clm => ["report", clm.Write("in.csv", "c1,2025-01-01,5\nc2,2025-01-02,6\n")]),
        ("no customer column", clm => ["report", clm.Write("in.csv", "who,date,amount\nc1,2025-01-01,5\n")]),
        ("no date column", clm => ["report", clm.Write("in.csv", "customer_id,when,amount\nc1,x,5\n")]),
        ("named column is missing", clm => ["report", clm.Write("in.csv", Header + "c1,2025-01-01,5\n"), "--amount", "revenue"]),
        ("duplicate header", clm => ["report", clm.Write("in.csv", "customer_id,date,amount,date\nc1,2025-01-01,5,2025-01-01\n")]),
        ("Windows-1252", clm => ["report", clm.Write("in.csv", [.. "customer_id,date,amount\nMüller,2025-01-01,5\n".Select(letter => (byte)letter)])]),
        ("GB18030", clm => ["report", clm.Write("in.csv", [.. "customer_id,date,amount\n"u8, 0xD5, 0xC5, 0xC8, 0xFD, .. ",2025-01-01,5\n"u8])]),
        ("UTF-16 with a mark", clm => ["report", clm.Write("in.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Header + "c1,2025-01-01,5\n")])]),
        ("UTF-16 without a mark", clm => ["report", clm.Write("in.csv", Encoding.Unicode.GetBytes(Header + "c1,2025-01-01,5\n"))]),
        ("binary file", clm => ["report", clm.Write("in.csv", [1, 2, 3, 0, 0, 0, 9, 200, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])]),
        ("Excel workbook", clm => ["report", clm.Write("in.xlsx", [.. "PK\u0003\u0004"u8, 20, 0, 6, 0])]),
        ("gzip", clm => ["report", clm.Write("in.csv.gz", [0x1F, 0x8B, 8, 0])]),
        ("all rows bad", clm => ["report", clm.Write("in.csv", Header + "c1,2025-13-01,5\nc2,2025-02-30,6\n")]),
        ("day first without --format", clm => ["report", clm.Write("in.csv", Header + "c1,31/12/2025,5\n")]),
        ("all NaN amounts", clm => ["report", clm.Write("in.csv", Header + "c1,2025-01-01,NaN\nc2,2025-01-01,Infinity\n")]),
        ("all empty amounts", clm => ["report", clm.Write("in.csv", Header + "c1,2025-01-01,\"\"\n")]),
        ("all refunds", clm => ["report", clm.Write("in.csv", Header + "c1,2025-01-01,-5\nc2,2025-01-02,-6\n")]),
        ("all in the future", clm => ["report", clm.Write("in.csv", Header + "c1,2026-06-02,5\n")]),
        ("all after as-of", clm => ["report", clm.Write("in.csv", Header + "c1,2025-01-01,5\n"), "--as-of", "2024-12-31"]),
        ("as-of is no date", clm => ["report", clm.WriteShop(), "--as-of", "31.12.2025"]),
        ("calibrate until the end", clm => ["report", clm.WriteShop(), "--as-of", "2025-06-30", "--calibrate-until", "2025-06-30"]),
        ("calibrate before the beginning", clm => ["report", clm.WriteShop(), "--calibrate-until", "2001-01-01"]),
        ("unknown zone", clm => ["report", clm.WriteShop(), "--zone", "Europe/Atlantis"]),
        ("unknown pattern", clm => ["report", clm.WriteShop(), "--format", "dd/QQ/yyyy"]),
        ("unknown language", clm => ["report", clm.WriteShop(), "--lang", "tlh"]),
        ("discount of minus one", clm => ["report", clm.WriteShop(), "--discount", "-1"]),
        ("output is a file", clm => ["report", clm.WriteShop(), "--out", clm.Write("taken", "x")]),
        ("output holds other files", clm => ["report", clm.WriteShop(), "--out", Path.GetDirectoryName(clm.Write("folder/plans.txt", "x"))!]),
        ("output in a missing place that is a file", clm => ["report", clm.WriteShop(), "--out", Path.Combine(clm.Write("plain", "x"), "report")]),
        ("locked output folder", clm => ["report", clm.WriteShop(), "--out", "/proc/report"]),
        ("a line of 70 MB", clm => ["report", clm.Write("in.csv", [.. Encoding.UTF8.GetBytes(Header + "c1,2025-01-01,"), .. Enumerable.Repeat((byte)'9', 70 * 1024 * 1024)])]),
        ("demo of too few", _ => ["demo", "--customers", "3"]),
        ("demo of no number", _ => ["demo", "--customers", "many"]),
    ];

    private static readonly (string Name, string Content, string[] Options)[] Mended =
    [
        ("truncated quote", Header + "c1,2025-01-01,5\nc2,\"2025-01-02,6\nc3,2025-01-03,7\nc4,2025-01-04,8\n", []),
        ("truncated quote before a good one", Header + "c1,2025-01-01,5\n\"c2,2025-01-02,6\nc3,2025-01-03,7\n\"c4\",2025-01-04,8\n", []),
        ("line break in quotes", Header + "\"c1\nc/o Smith\",2025-01-01,5\nc2,2025-01-02,6\n", []),
        ("quote inside a field", Header + "c1,2025-01-01,5\nc\"2,2025-01-02,6\n", []),
        ("text after a closing quote", Header + "c1,2025-01-01,5\n\"c2\"x,2025-01-02,6\n", []),
        ("line of 10 MB", Header + "c1,2025-01-01,5\nc2,2025-01-02," + new string('9', 10 * 1024 * 1024) + "\nc3,2025-01-03,7\n", []),
        ("too few and too many fields", Header + "c1,2025-01-01,5\nc2,2025-01-02\nc3,2025-01-03,1,234.50\n", []),
        ("NaN, infinite and huge amounts", Header + "c1,2025-01-01,5\nc2,2025-01-01,NaN\nc3,2025-01-01,1e400\nc4,2025-01-01,99999999999999999999\n", []),
        ("currency sign and thousands", Header + "c1,2025-01-01,5\nc2,2025-01-01,$5\nc3,2025-01-01,\"1,234.50\"\n", []),
        ("empty customer, date and amount", Header + "c1,2025-01-01,5\n,2025-01-01,5\nc2,,5\nc3,2025-01-01,\n", []),
        ("customers of nothing but blanks, and of what no store can keep", Header + "c1,2025-01-01,5\n\u00A0,2025-01-01,5\n\u3000\u2003,2025-01-01,5\n" + new string('\n', 5_000) + "c\u0000,2025-01-01,5\n", []),
        ("customer of 200 characters", Header + "c1,2025-01-01,5\n" + new string('x', 200) + ",2025-01-01,5\n", []),
        ("future dates", Header + "c1,2025-01-01,5\nc2,2926-01-01,5\nc3,2199-01-01,5\nc4,1870-01-01,5\n", []),
        ("impossible times", Header + "c1,2025-01-01T10:00,5\nc2,2025-01-01T25:00,5\nc3,2025-01-01T10:00+99:00,5\nc4,2025-01-01 noon,5\n", []),
        ("dates out of order", Header + "c1,2025-03-01,5\nc2,2025-01-01,5\nc3,2025-02-01,5\n", []),
        ("rows after as-of", Header + "c1,2025-01-01,5\nc2,2025-03-01,5\n", ["--as-of", "2025-02-01"]),
        ("a refund before any purchase", Header + "c1,2025-01-01,5\nc2,2025-01-01,-5\n", []),
        ("duplicates", Header + "c1,2025-01-01,5\nc1,2025-01-01,5\nc1,2025-01-01,5.00\n", []),
        ("duplicates dropped", Header + "c1,2025-01-01,5\nc1,2025-01-01,5\n", ["--duplicates", "drop"]),
        ("decimal comma", "customer_id;date;amount\nc1;2025-01-01;5,50\nc2;2025-01-01;1.234,50\n", ["--decimal-comma"]),
        ("one customer", Header + "c1,2025-01-01,5\nc1,2025-02-01,5\n", []),
        ("one day", Header + "c1,2025-01-01,5\nc2,2025-01-01,7\n", []),
        ("one row", Header + "c1,2025-01-01,5", []),
        ("only zero amounts", Header + "c1,2025-01-01,0\nc2,2025-01-02,0\n", []),
        ("blank lines and Windows line ends", "\uFEFFcustomer_id,date,amount\r\n\r\nc1,2025-01-01,5\r\n\r\n", []),
    ];

    [Fact]
    public async Task Refused_EachWithItsMessage()
    {
        var table = new StringBuilder();
        foreach (var (name, arguments) in Refused)
        {
            using var clm = new Clm();
            var (exitCode, output, error) = await clm.RunAsync(arguments(clm));

            Assert.Equal(CommandLine.BadInput, exitCode);
            Assert.False(Directory.Exists(clm.Report), name);
            Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(clm.Folder), entry => entry.EndsWith(".tmp", StringComparison.Ordinal));
            table.Append(CultureInfo.InvariantCulture, $"{name}\n    {(error + output).TrimEnd().ReplaceLineEndings("\n    ")}\n");
        }

        await Verifier.Verify(table.ToString());
    }

    [Fact]
    public async Task Mended_EachWithWhatWasDone()
    {
        var table = new StringBuilder();
        foreach (var (name, content, options) in Mended)
        {
            using var clm = new Clm();
            var (exitCode, output, error) = await clm.RunAsync(["report", clm.Write("in.csv", content), .. options]);

            Assert.True(exitCode == CommandLine.Done, $"{name}: {error}");
            var rejected = clm.Read("rejected.csv").ReplaceLineEndings("\n    ").TrimEnd().Replace('\0', '\u2400');
            table.Append(CultureInfo.InvariantCulture, $"{name}\n    {output.TrimEnd().ReplaceLineEndings("\n    ")}\n");
            if (rejected.Contains('\n', StringComparison.Ordinal)) table.Append(CultureInfo.InvariantCulture, $"    {rejected}\n");
        }

        await Verifier.Verify(table.ToString());
    }
}
