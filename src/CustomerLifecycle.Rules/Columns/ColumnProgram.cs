namespace CustomerLifecycle.Rules;

/// <summary>What a plan does for columns as they are held now. Made anew when that changes.</summary>
internal sealed class ColumnProgram
{
    private readonly RuleWindows _windows;
    private readonly BucketColumn[] _buckets;
    private readonly EventWindow[] _eventWindows;

    private ColumnProgram(int version, ColumnCompiler compiler, ColumnNode[] roots)
    {
        Version = version;
        Roots = roots;
        Tests = [.. compiler.Tests];
        Fallbacks = compiler.Fallbacks;
        Depth = roots.Select(static root => root.Depth).DefaultIfEmpty().Max();
        Events = compiler.Events.Selections();
        EventColumns = compiler.Events.Columns;
        _eventWindows = [.. compiler.Events.Windows];
        _windows = compiler.Windows;
        _buckets = [.. compiler.Buckets];
    }

    /// <summary>The version of the columns' layout.</summary>
    public int Version { get; }

    /// <summary>A condition for each rule.</summary>
    public ColumnNode[] Roots { get; }

    public ColumnTest[] Tests { get; }

    public IReadOnlyList<ColumnFallback> Fallbacks { get; }

    /// <summary>Spare bitmaps that a block needs.</summary>
    public int Depth { get; }

    /// <summary>Which events are looked at.</summary>
    public EventSelections Events { get; }

    /// <summary>Values that follow from events, so many for each row.</summary>
    public int EventColumns { get; }

    public static ColumnProgram Compile(CustomerColumns columns, BoundRule[] rules)
    {
        var compiler = new ColumnCompiler(columns, rules);
        ColumnNode[] roots = [.. rules.Select(rule => compiler.Compile(rule.Root))];
        return new(columns.Layout.Version, compiler, roots);
    }

    public void FillBuckets()
    {
        foreach (var column in _buckets) column.Fill();
    }

    public RuleFrame At(RuleMoment moment)
    {
        var frame = _windows.At(moment);
        foreach (var test in Tests) test.At(frame);
        foreach (var window in _eventWindows) window.At(frame);
        Events.At(frame);
        return frame;
    }
}
