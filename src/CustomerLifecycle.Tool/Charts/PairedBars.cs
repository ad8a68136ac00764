namespace CustomerLifecycle.Tool;

/// <summary>One named row of two shares.</summary>
internal readonly record struct PairedBar(string Name, double Left, double Right);

/// <summary>Lying bars: for each name two shares side by side, each with its number.</summary>
internal sealed record PairedBars
{
    public required IReadOnlyList<PairedBar> Rows { get; init; }

    public required string LeftName { get; init; }

    /// <summary>Null when there is only one share.</summary>
    public required string? RightName { get; init; }

    private const double Width = Svg.HalfWidth, FontSize = 12, RowHeight = 33, Top = 26;

    public Svg Draw()
    {
        var svg = new Svg(Width, Top + (Rows.Count * RowHeight) + 6);
        var names = 14 + Rows.Max(row => Svg.WidthOf(row.Name, FontSize + 1));
        var columns = RightName is null ? 1 : 2;
        var wide = ((Width - names) / columns) - 20;
        var largest = Rows.Max(row => Math.Max(row.Left, RightName is null ? 0 : row.Right));
        var scale = new Scale(0, Math.Max(largest, 1e-9), 0, wide - 48);
        svg.Text(names, 12, LeftName, "label");
        if (RightName is not null) svg.Text(names + wide + 20, 12, RightName, "label");
        for (var i = 0; i < Rows.Count; i++)
        {
            var y = Top + (i * RowHeight);
            svg.Text(names - 12, y + 15, Rows[i].Name, "row", Anchor.End);
            Draw(svg, names, y, scale[Rows[i].Left], Rows[i].Left, "bar");
            if (RightName is not null) Draw(svg, names + wide + 20, y, scale[Rows[i].Right], Rows[i].Right, "bar second");
        }

        return svg;
    }

    private static void Draw(Svg svg, double x, double y, double wide, double share, string style)
    {
        svg.Rect(x, y + 2, Math.Max(1, wide), RowHeight - 12, style);
        svg.Text(x + Math.Max(1, wide) + 6, y + 15, Language.Percent(share), "tick");
    }
}
