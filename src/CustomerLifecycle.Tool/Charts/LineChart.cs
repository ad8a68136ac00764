namespace CustomerLifecycle.Tool;

/// <summary>A line of a chart, named at its end.</summary>
/// <param name="Name">What stands at the end of the line.</param>
/// <param name="Style">Class of the line: <c>actual</c>, <c>expected</c>, <c>reference</c>.</param>
/// <param name="Points">In the order of x.</param>
internal sealed record Series(string Name, string Style, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Lines over time or over a share, with the names at the lines instead of a legend.</summary>
internal sealed record LineChart
{
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>Ticks of the x axis.</summary>
    public required IReadOnlyList<(double At, string Label)> XTicks { get; init; }

    public required (double From, double To) XRange { get; init; }

    public required string XLabel { get; init; }

    public required string YLabel { get; init; }

    /// <summary>How a y tick is written, given its value and the step.</summary>
    public Func<double, double, string> YTick { get; init; } = Language.Tick;

    /// <summary>The top of the y axis; null for the largest value.</summary>
    public double? YMax { get; init; }

    /// <summary>A vertical line with a name, such as the end of the calibration period.</summary>
    public (double At, string Name)? Marker { get; init; }

    /// <summary>Whether the names stand inside the drawing, at the middle of the lines, because the lines all end in one point.</summary>
    public bool NamesInside { get; init; }

    /// <summary>Whether the area below the first line is tinted.</summary>
    public bool FillsFirst { get; init; }

    /// <summary>Whether the drawing is for the whole width of the page.</summary>
    public bool IsWide { get; init; }

    private const double Height = 300, Top = 34, FontSize = 12, LineHeight = 15;

    private double Width => IsWide ? Svg.WholeWidth : Svg.HalfWidth;

    private double Bottom => XLabel.Length == 0 ? 26 : 46;

    public Svg Draw()
    {
        var svg = new Svg(Width, Height);
        var largest = YMax ?? Series.SelectMany(series => series.Points).Select(point => point.Y).DefaultIfEmpty(1).Max();
        var y = Scale.FromZero(largest, Height - Bottom, Top);
        var yTicks = y.Ticks();
        var yStep = yTicks.Length > 1 ? yTicks[1] - yTicks[0] : 1;
        var left = Math.Max(12 + yTicks.Max(tick => Svg.WidthOf(YTick(tick, yStep), FontSize)), XTicks.Count == 0 ? 0 : Svg.WidthOf(XTicks[0].Label, FontSize) / 2);
        var right = Width - 10 - (NamesInside ? 6 : Series.Max(series => Svg.WidthOfName(series.Name, FontSize)));
        var x = new Scale(XRange.From, XRange.To, left, right);

        foreach (var tick in yTicks)
        {
            svg.Line(left, y[tick], right, y[tick], tick == 0 ? "axis" : "grid");
            svg.Text(left - 6, y[tick] + 4, YTick(tick, yStep), "tick", Anchor.End);
        }

        foreach (var (at, label) in XTicks)
        {
            svg.Line(x[at], y[0], x[at], y[0] + 4, "axis");
            svg.Text(x[at], y[0] + 18, label, "tick", Anchor.Middle);
        }

        svg.Text(0, 12, YLabel, "label");
        svg.Text(right, Height - 6, XLabel, "label", Anchor.End);

        if (Marker is { } marker)
        {
            svg.Line(x[marker.At], Top - 8, x[marker.At], y[0], "marker");
            var fitsRight = x[marker.At] + 6 + Svg.WidthOf(marker.Name, FontSize) < Width;
            svg.Text(x[marker.At] + (fitsRight ? 5 : -5), Top - 2, marker.Name, "note", fitsRight ? Anchor.Start : Anchor.End);
        }

        if (FillsFirst && Series.Count > 0) svg.Area([.. Series[0].Points.Select(point => (x[point.X], y[point.Y]))], y[0], "tint");
        foreach (var series in Series) svg.Path(series.Points.Select(point => (x[point.X], y[Math.Min(point.Y, y.To)])), "line " + series.Style);
        if (NamesInside) NameInside(svg, x, y);
        else NameLines(svg, x, y);
        return svg;
    }

    private void NameInside(Svg svg, Scale x, Scale y)
    {
        foreach (var series in Series)
        {
            var middle = (series.Points[0].X + series.Points[^1].X) / 2;
            var after = series.Points.First(point => point.X >= middle);
            var before = series.Points.Last(point => point.X <= middle);
            var height = after.X > before.X ? before.Y + ((after.Y - before.Y) * (middle - before.X) / (after.X - before.X)) : after.Y;
            svg.Text(x[middle] + 8, y[height] + 18, series.Name, "name " + series.Style);
        }
    }

    /// <summary>Writes each name at the end of its line, moved up or down just enough that no two touch.</summary>
    private void NameLines(Svg svg, Scale x, Scale y)
    {
        var names = Series.Where(series => series.Points.Count > 0 && series.Name.Length > 0)
            .Select(series => (series.Name, series.Style, X: x[series.Points[^1].X], Y: y[Math.Min(series.Points[^1].Y, y.To)]))
            .OrderBy(name => name.Y).ToArray();
        var places = Apart([.. names.Select(name => name.Y)]);
        for (var i = 0; i < names.Length; i++)
        {
            var fromBottom = y.Start - 4 - ((names.Length - 1 - i) * LineHeight);
            svg.Text(names[i].X + 6, Math.Max(Math.Min(places[i], fromBottom), Top + (i * LineHeight)) + 4, names[i].Name, "name " + names[i].Style);
        }
    }

    /// <summary>The places nearest to these, in their order, that are a line apart: names that would touch share their mean place.</summary>
    private static double[] Apart(double[] wanted)
    {
        var groups = new Stack<(double Mean, int Count)>();
        for (var i = 0; i < wanted.Length; i++)
        {
            var group = (Mean: wanted[i] - (i * LineHeight), Count: 1);
            while (groups.Count > 0 && groups.Peek().Mean > group.Mean)
            {
                var above = groups.Pop();
                group = (((above.Mean * above.Count) + (group.Mean * group.Count)) / (above.Count + group.Count), above.Count + group.Count);
            }

            groups.Push(group);
        }

        return [.. groups.Reverse().SelectMany(group => Enumerable.Repeat(group.Mean, group.Count)).Select((mean, i) => mean + (i * LineHeight))];
    }
}
