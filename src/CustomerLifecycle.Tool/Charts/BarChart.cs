namespace CustomerLifecycle.Tool;

/// <summary>A bar and what was expected in its place.</summary>
/// <param name="Label">Below the bar.</param>
/// <param name="Value">Its height.</param>
/// <param name="Expected">Where the mark of the expectation stands; null for none.</param>
internal readonly record struct Bar(string Label, double Value, double? Expected = null);

/// <summary>Upright bars over ordered classes, with a mark in each where the expectation is.</summary>
internal sealed record BarChart
{
    public required IReadOnlyList<Bar> Bars { get; init; }

    public required string XLabel { get; init; }

    public required string YLabel { get; init; }

    /// <summary>What the bar is called, at the first bar.</summary>
    public string? ValueName { get; init; }

    /// <summary>What the mark is called.</summary>
    public string? ExpectedName { get; init; }

    private const double Width = Svg.HalfWidth, Height = 300, Top = 34, Bottom = 46, FontSize = 12;

    public Svg Draw()
    {
        var svg = new Svg(Width, Height);
        var y = Scale.FromZero(Bars.Max(bar => Math.Max(bar.Value, bar.Expected ?? 0)), Height - Bottom, Top);
        var yTicks = y.Ticks();
        var yStep = yTicks.Length > 1 ? yTicks[1] - yTicks[0] : 1;
        var left = 12 + yTicks.Max(tick => Svg.WidthOf(Language.Tick(tick, yStep), FontSize));
        const double right = Width - 10;
        foreach (var tick in yTicks)
        {
            svg.Line(left, y[tick], right, y[tick], tick == 0 ? "axis" : "grid");
            svg.Text(left - 6, y[tick] + 4, Language.Tick(tick, yStep), "tick", Anchor.End);
        }

        var slot = (right - left) / Bars.Count;
        var wide = slot * 0.72;
        var every = Math.Max(1, (int)Math.Ceiling(Bars.Max(bar => Svg.WidthOf(bar.Label, FontSize) + 6) / slot));
        for (var i = 0; i < Bars.Count; i++)
        {
            var bar = Bars[i];
            var middle = left + ((i + 0.5) * slot);
            svg.Rect(middle - (wide / 2), y[bar.Value], wide, y[0] - y[bar.Value], "bar", $"{bar.Label}: {Language.Count(bar.Value)}");
            if (bar.Expected is { } expected) svg.Line(middle - (slot * 0.46), y[expected], middle + (slot * 0.46), y[expected], "line expected");
            if (i % every == 0) svg.Text(middle, y[0] + 18, bar.Label, "tick", Anchor.Middle);
        }

        svg.Text(0, 12, YLabel, "label");
        svg.Text(right, Height - 6, XLabel, "label", Anchor.End);
        Key(svg, right);
        return svg;
    }

    /// <summary>Bars of a distribution fall to the right, so the upper right corner is free for the two names.</summary>
    private void Key(Svg svg, double right)
    {
        if (ValueName is null || ExpectedName is null) return;
        var start = right - 26 - Math.Max(Svg.WidthOfName(ValueName, FontSize), Svg.WidthOfName(ExpectedName, FontSize));
        svg.Rect(start, Top + 6, 18, 11, "bar");
        svg.Text(start + 24, Top + 16, ValueName, "name actual");
        svg.Line(start, Top + 30, start + 18, Top + 30, "line expected");
        svg.Text(start + 24, Top + 34, ExpectedName, "name expected");
    }
}
