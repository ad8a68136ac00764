using CustomerLifecycle.Benchmarks.Guard;

namespace CustomerLifecycle.Benchmarks.Figures;

/// <summary>Measures what the library promises, in absolute numbers: for a quiet machine, and for whoever doubts them.</summary>
internal static class FiguresProgram
{
    /// <param name="arguments">Part of a name, to measure only that.</param>
    /// <param name="output">Where the table is printed.</param>
    /// <returns>0 when every promise that could be measured is kept, 1 when one is not.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        var part = arguments.Count > 0 ? arguments[0] : "";
        var broken = 0;
        output.WriteLine(Machine.Kind);
        foreach (var figure in ValueFigures.All.Concat(LedgerFigures.All).Where(figure => figure.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            var measured = figure.Measure();
            if (measured is { Kept: false }) broken++;
            output.WriteLine($"{figure.Name,-66} {figure.Target,12} {measured?.Found ?? "no data here",24} {(measured is { Kept: false } ? "BROKEN" : "")}");
        }

        return broken == 0 ? 0 : 1;
    }
}
