using System.Globalization;
using System.Text;
using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Tool.Tests;

/// <summary>Runs <c>clm</c> in this process, in a folder of its own, on a clock that stands.</summary>
internal sealed class Clm : IDisposable
{
    public static readonly LocalDate Today = new(2026, 6, 1);

    public Clm() => Folder = Directory.CreateTempSubdirectory("clm-").FullName;

    public string Folder { get; }

    public string Report => PathOf("report");

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(Report, name));

    /// <summary>Runs a command; <c>--out</c> is added. Messages have the folder taken out, so that they can be compared.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture), error = new(CultureInfo.InvariantCulture);
        var clock = new SettableClock(Today.AtMidnight().InUtc().ToInstant());
        string[] all = arguments.Contains("--out", StringComparer.Ordinal) || arguments is not ["report" or "demo", ..] ? arguments : [.. arguments, "--out", Report];
        var exitCode = await CommandLine.RunAsync(all, new CommandHost(clock, output, new NoProgress()), error, cancellationToken);
        return (exitCode, WithoutFolder(output.ToString()), WithoutFolder(error.ToString()));
    }

    public Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    /// <summary>A shop large enough for the models: 300 customers of the simulator.</summary>
    public string WriteShop(string name = "shop.csv", bool withAmounts = true)
    {
        var shop = new ShopSimulator(ShopTruth.MusicShop, new LocalDate(2024, 1, 1), new LocalDate(2025, 12, 28), seed: 5);
        var csv = new StringBuilder(withAmounts ? "customer_id,date,amount\n" : "customer_id,date\n");
        foreach (var customer in shop.Customers(300))
        {
            foreach (var purchase in customer.Purchases)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{customer.Id.Value},{purchase.Day:uuuu-MM-dd}");
                if (withAmounts) csv.Append(CultureInfo.InvariantCulture, $",{purchase.Amount}");
                csv.Append('\n');
            }
        }

        return Write(name, csv.ToString());
    }

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)) File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(Folder, recursive: true);
    }

    private string WithoutFolder(string text) => text.Replace(Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(Folder, "", StringComparison.Ordinal)
        .Replace(Environment.CurrentDirectory, "…", StringComparison.Ordinal);
}
