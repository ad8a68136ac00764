using System.Net;
using System.Text;

namespace CustomerLifecycle.Tool;

/// <summary>The report as one HTML file that needs nothing from elsewhere: no network, no script, no font.</summary>
internal static class HtmlReport
{
    public static string Render(string title, string subtitle, IReadOnlyList<ReportPart> parts, Language language)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"").Append(language.HtmlCode).Append("\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append("<link rel=\"icon\" href=\"data:,\">\n<title>").Append(Escape(title)).Append("</title>\n<style>\n").Append(StyleSheet.Text).Append("</style>\n</head>\n<body>\n")
            .Append("<header>\n<h1>").Append(Escape(title)).Append("</h1>\n<p class=\"subtitle\">").Append(Escape(subtitle)).Append("</p>\n");
        html.Append("<nav aria-label=\"").Append(Escape(Texts.Contents.In(language))).Append("\">");
        foreach (var part in parts.Where(part => part.Blocks.Count > 0))
            html.Append("<a href=\"#").Append(part.Id).Append("\">").Append(Escape(part.Title)).Append("</a>");
        html.Append("</nav>\n</header>\n<main>\n");
        foreach (var part in parts.Where(part => part.Blocks.Count > 0)) Append(html, part, language);
        html.Append("</main>\n<footer><p>").Append(Escape(Texts.Footer.In(language))).Append("</p></footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void Append(StringBuilder html, ReportPart part, Language language)
    {
        html.Append("<section id=\"").Append(part.Id).Append("\" aria-labelledby=\"").Append(part.Id).Append("-heading\">\n<h2 id=\"").Append(part.Id).Append("-heading\">").Append(Escape(part.Title)).Append("</h2>\n");
        var inFigures = false;
        foreach (var block in part.Blocks)
        {
            if (block is Figure != inFigures)
            {
                html.Append(inFigures ? "</div>\n" : "<div class=\"figures\">\n");
                inFigures = !inFigures;
            }

            Append(html, block, language);
        }

        if (inFigures) html.Append("</div>\n");
        html.Append("</section>\n");
    }

    private static void Append(StringBuilder html, Block block, Language language)
    {
        switch (block)
        {
            case Heading heading:
                html.Append("<h3>").Append(Escape(heading.Text)).Append("</h3>\n");
                break;
            case Paragraph paragraph:
                html.Append("<p>").Append(Escape(paragraph.Text)).Append("</p>\n");
                break;
            case Note note:
                html.Append("<p class=\"callout\" role=\"note\">").Append(Escape(note.Text)).Append("</p>\n");
                break;
            case Facts facts:
                html.Append(System.Globalization.CultureInfo.InvariantCulture, $"<dl class=\"facts\" style=\"--columns:{FactColumns(facts.Items.Count)}\">\n");
                foreach (var fact in facts.Items)
                {
                    html.Append("<div><dt>").Append(Escape(fact.Name)).Append("</dt><dd>").Append(Escape(fact.Value));
                    if (fact.Remark.Length > 0) html.Append("<small>").Append(Escape(fact.Remark)).Append("</small>");
                    html.Append("</dd></div>\n");
                }

                html.Append("</dl>\n");
                break;
            case Table table:
                html.Append("<div class=\"scroll\">");
                Append(html, table);
                html.Append("</div>\n");
                break;
            case Figure figure:
                html.Append("<figure id=\"").Append(figure.Id).Append('"').Append(figure.IsWide ? " class=\"wide\"" : "").Append(">\n<figcaption><h3>").Append(Escape(figure.Title)).Append("</h3><p>").Append(Escape(figure.Caption)).Append("</p></figcaption>\n<div class=\"drawing\">")
                    .Append(figure.Drawing.Render(figure.Id + "-chart", figure.Title, figure.Caption))
                    .Append("</div>\n<details><summary>").Append(Escape(Texts.ShowNumbers.In(language))).Append("</summary><div class=\"scroll\">");
                Append(html, figure.Numbers);
                html.Append("</div></details>\n</figure>\n");
                break;
            default:
                throw new InvalidOperationException($"A block of type {block.GetType().Name} has no HTML: add it to {nameof(HtmlReport)}.");
        }
    }

    /// <summary>One row where they fit, otherwise two rows as even as can be.</summary>
    private static int FactColumns(int count) => count <= 5 ? count : (count + 1) / 2;

    private static void Append(StringBuilder html, Table table)
    {
        html.Append("<table>");
        if (table.Caption.Length > 0) html.Append("<caption>").Append(Escape(table.Caption)).Append("</caption>");
        html.Append("<thead><tr>");
        foreach (var column in table.Columns) html.Append("<th scope=\"col\"").Append(column.IsNumber ? " class=\"number\">" : ">").Append(Escape(column.Name)).Append("</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++) html.Append(table.Columns[i].IsNumber ? "<td class=\"number\">" : "<td>").Append(Escape(row[i])).Append("</td>");
            html.Append("</tr>");
        }

        html.Append("</tbody></table>");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
