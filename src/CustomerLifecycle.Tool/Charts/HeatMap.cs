namespace CustomerLifecycle.Tool;

/// <summary>A cell of a heat map.</summary>
/// <param name="Shade">0 (least) to 1 (most); null for a cell that cannot be.</param>
/// <param name="Text">What stands in it, one or two lines; empty for none.</param>
/// <param name="Title">What it says when pointed at.</param>
/// <param name="Weight">0 to 1: how large a dot to draw in it; null for none.</param>
internal sealed record HeatCell(double? Shade, string Text, string Title, double? Weight = null);

/// <summary>A grid of shaded cells, rows from top to bottom.</summary>
internal sealed record HeatMap
{
    /// <summary>Shades of the style sheet: <c>s0</c> to <c>s8</c>.</summary>
    public const int Shades = 9;

    public required IReadOnlyList<IReadOnlyList<HeatCell>> Rows { get; init; }

    public required IReadOnlyList<string> RowLabels { get; init; }

    public required IReadOnlyList<string> ColumnLabels { get; init; }

    public required string RowsLabel { get; init; }

    public required string ColumnsLabel { get; init; }

    /// <summary>What the lowest and the highest shade stand for.</summary>
    public required (string Low, string High) Key { get; init; }

    /// <summary>Whether the drawing is for the whole width of the page.</summary>
    public bool IsWide { get; init; }

    private const double Height = 360, Top = 40, Bottom = 46, FontSize = 12, Gap = 2;

    private double Width => IsWide ? Svg.WholeWidth : Svg.HalfWidth;

    public Svg Draw()
    {
        var svg = new Svg(Width, Height);
        var left = 12 + RowLabels.Max(label => Svg.WidthOf(label, FontSize));
        var right = Width - 4;
        var wide = (right - left) / ColumnLabels.Count;
        var high = (Height - Top - Bottom) / Rows.Count;
        for (var row = 0; row < Rows.Count; row++)
        {
            for (var column = 0; column < Rows[row].Count; column++)
            {
                var cell = Rows[row][column];
                if (cell.Shade is not { } shade) continue;
                var step = Math.Clamp((int)(shade * Shades), 0, Shades - 1);
                double x = left + (column * wide), y = Top + (row * high);
                svg.Rect(x + (Gap / 2), y + (Gap / 2), wide - Gap, high - Gap, FormattableString.Invariant($"s{step}"), cell.Title);
                if (cell.Weight is { } weight and > 0) svg.Circle(x + (wide / 2), y + (high / 2), Math.Max(1.2, Math.Sqrt(weight) * Math.Min(wide, high) * 0.42), "dot", cell.Title);
                var lines = cell.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                for (var line = 0; line < lines.Length; line++)
                    svg.Text(x + (wide / 2), y + (high / 2) + 4 + ((line - ((lines.Length - 1) / 2.0)) * 16), lines[line], FormattableString.Invariant($"in{step} {(line == 0 ? "cell" : "cell small")}"), Anchor.Middle);
            }

            var every = Math.Max(1, (int)Math.Ceiling(16 / high));
            if (row % every == 0) svg.Text(left - 7, Top + ((row + 0.5) * high) + 4, RowLabels[row], "tick", Anchor.End);
        }

        var everyColumn = Math.Max(1, (int)Math.Ceiling(ColumnLabels.Max(label => Svg.WidthOf(label, FontSize) + 6) / wide));
        for (var column = 0; column < ColumnLabels.Count; column++)
            if (column % everyColumn == 0) svg.Text(left + ((column + 0.5) * wide), Height - Bottom + 18, ColumnLabels[column], "tick", Anchor.Middle);

        svg.Text(0, 12, RowsLabel, "label");
        svg.Text(right, Height - 6, ColumnsLabel, "label", Anchor.End);
        DrawKey(svg, right);
        return svg;
    }

    private void DrawKey(Svg svg, double right)
    {
        const double step = 14;
        var end = right - Svg.WidthOf(Key.High, FontSize) - 10;
        var start = end - (step * Shades);
        for (var shade = 0; shade < Shades; shade++) svg.Rect(start + (shade * step), 3, step, 10, FormattableString.Invariant($"s{shade}"));
        svg.Text(start - 6, 12, Key.Low, "tick", Anchor.End);
        svg.Text(end + 6, 12, Key.High, "tick");
    }
}
