using System.Reflection;
using CustomerLifecycle.Benchmarks.HotPaths;

namespace CustomerLifecycle.Benchmarks.Guard;

/// <summary>Measures every hot path in a few seconds and says whether one got worse than what was last accepted on a machine of this kind.</summary>
internal static class GuardProgram
{
    /// <summary>A ratio may be worse than the accepted one by this share: pairs on a busy machine differ by as much.</summary>
    private const double RatioTolerance = 0.25;

    /// <summary>Bytes per unit may be more than the accepted ones by so many: allocation is exact but for a call's own overhead.</summary>
    private const double BytesTolerance = 0.5;

    public static readonly string Folder = typeof(GuardProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key is "Folder").Value!;

    /// <summary>The hot paths: one line for each.</summary>
    public static IReadOnlyList<HotPath> HotPaths { get; } =
    [
        new BgNbdScoring(),
        new BgNbdFit(),
        new ParetoNbdScoring(),
        new CalendarStartOfDay(),
        new JournalAppend(),
        new LedgerPosting(),
        new LedgerRedemption(),
        new LedgerAsOf(),
        new RfmScoring(),
        new StageApply(),
        new StageCompile(),
        new StageReplay(),
        new RuleClosures(),
        new RuleColumns(),
        new RuleEventAggregates(),
        new RuleEventSequence(),
    ];

    /// <param name="arguments">Part of a name, to measure only that; <c>--accept</c> makes what is measured the accepted values.</param>
    /// <param name="output">Where the table is printed.</param>
    /// <returns>0 when nothing got worse, 1 when something did, 2 when the arguments name nothing to measure.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        var accept = arguments.Contains("--accept", StringComparer.Ordinal);
        string[] parts = [.. arguments.Where(argument => argument is not "--accept")];
        var part = parts.FirstOrDefault() ?? "";
        HotPath[] paths = [.. HotPaths.Where(path => path.Name.Contains(part, StringComparison.OrdinalIgnoreCase))];
        if (parts.Length > 1 || paths.Length == 0)
        {
            output.WriteLine($"No hot path is called like '{string.Join(' ', parts)}'. There are: {string.Join(", ", HotPaths.Select(path => path.Name))}.");
            return 2;
        }

        var (acceptedPath, latestPath) = (Path.Combine(Folder, "accepted.json"), Path.Combine(Folder, "guard.json"));
        var (accepted, latest) = (GuardFile.Read(acceptedPath), GuardFile.Read(latestPath));

        output.WriteLine(Machine.Kind);
        output.WriteLine($"{"hot path",-28} {"time/ms",10} {"ratio",7} {"bytes/unit",10} {"units/s",12}  accepted");
        var worse = 0;
        foreach (var path in paths)
        {
            var measured = Stopwatches.Measure(path);
            latest.Put(Machine.Kind, measured);
            var verdict = accept ? "now" : Judge(measured, accepted.Find(Machine.Kind, path.Name), ref worse);
            if (accept) accepted.Put(Machine.Kind, measured);
            output.WriteLine(FormattableString.Invariant($"{measured.Name,-28} {measured.Milliseconds,10:0.000} {measured.Ratio,7:0.00} {measured.BytesPerUnit,10:0.00} {measured.UnitsPerSecond,12:0}  {verdict}"));
        }

        latest.Write(latestPath);
        if (accept) accepted.Write(acceptedPath);
        output.WriteLine(worse == 0 ? "nothing got worse" : $"{worse} got worse");
        return worse == 0 ? 0 : 1;
    }

    private static string Judge(Measurement measured, Measurement? accepted, ref int worse)
    {
        if (accepted is null) return "nothing on a machine of this kind";

        var slower = measured.Ratio > accepted.Ratio * (1 + RatioTolerance);
        var fatter = measured.BytesPerUnit > accepted.BytesPerUnit + BytesTolerance;
        if (slower || fatter) worse++;
        return FormattableString.Invariant($"{accepted.Ratio:0.00}, {accepted.BytesPerUnit:0.00} bytes{(slower ? "  SLOWER" : "")}{(fatter ? "  ALLOCATES MORE" : "")}");
    }
}
