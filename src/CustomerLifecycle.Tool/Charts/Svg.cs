using System.Globalization;
using System.Net;
using System.Text;

namespace CustomerLifecycle.Tool;

/// <summary>How a text stands to its position.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A drawing. Colours are classes, so that light, dark and print are the style sheet's matter; text is escaped here.</summary>
internal sealed class Svg(double width, double height)
{
    /// <summary>Widths of drawings, in the pixels that they have on a page at its full width, so that text has the size that it says.</summary>
    public const double HalfWidth = 512, WholeWidth = 1084;

    private readonly StringBuilder _marks = new();

    public double Width { get; } = width;

    public double Height { get; } = height;

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        _marks.Append(CultureInfo.InvariantCulture, $"<line class=\"{style}\" x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"/>");

    public void Rect(double x, double y, double width, double height, string style, string? title = null)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(Math.Max(0, width))}\" height=\"{N(Math.Max(0, height))}\"");
        Close("rect", title);
    }

    public void Circle(double x, double y, double radius, string style, string? title = null)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<circle class=\"{style}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"");
        Close("circle", title);
    }

    public void Path(IEnumerable<(double X, double Y)> points, string style)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<path class=\"{style}\" d=\"");
        var command = 'M';
        foreach (var (x, y) in points)
        {
            _marks.Append(CultureInfo.InvariantCulture, $"{command}{N(x)} {N(y)}");
            command = 'L';
        }

        _marks.Append("\"/>");
    }

    public void Area(IReadOnlyList<(double X, double Y)> points, double baseline, string style)
    {
        if (points.Count == 0) return;
        Path([(points[0].X, baseline), .. points, (points[^1].X, baseline)], style);
    }

    public void Text(double x, double y, string text, string style, Anchor anchor = Anchor.Start, double rotate = 0)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{N(x)}\" y=\"{N(y)}\"");
        if (anchor != Anchor.Start) _marks.Append(CultureInfo.InvariantCulture, $" text-anchor=\"{(anchor == Anchor.Middle ? "middle" : "end")}\"");
        if (rotate != 0) _marks.Append(CultureInfo.InvariantCulture, $" transform=\"rotate({N(rotate)} {N(x)} {N(y)})\"");
        _marks.Append('>').Append(WebUtility.HtmlEncode(text)).Append("</text>");
    }

    /// <summary>The element, with the title and description that a screen reader speaks.</summary>
    public string Render(string id, string title, string description) => string.Create(CultureInfo.InvariantCulture,
        $"<svg id=\"{id}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {N(Width)} {N(Height)}\"><title id=\"{id}-title\">{WebUtility.HtmlEncode(title)}</title><desc id=\"{id}-desc\">{WebUtility.HtmlEncode(description)}</desc>{_marks}</svg>");

    /// <summary>Roughly how wide a text is drawn at 12 pixels: Chinese characters are square, others narrower.</summary>
    public static double WidthOf(string text, double size = 12) => text.Sum(letter => letter > 0x2E80 ? size : size * 0.62);

    /// <summary>The same for a bold name.</summary>
    public static double WidthOfName(string name, double size = 12) => WidthOf(name, size) * 1.15;

    private static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    private void Close(string element, string? title)
    {
        if (title is null) _marks.Append("/>");
        else _marks.Append("><title>").Append(WebUtility.HtmlEncode(title)).Append("</title></").Append(element).Append('>');
    }
}
