using System.Text.Json.Nodes;

namespace CustomerLifecycle.Tool;

/// <summary>One part of the report: a section with its charts, members of summary.json, and perhaps files of its own.</summary>
/// <remarks>Pages are listed in <see cref="ReportPages"/>; the order there is the order of the report. A page sees the analysed shop and nothing else, so that it can be tested on its own.</remarks>
internal interface IReportPage
{
    /// <summary>Makes the part.</summary>
    /// <param name="analysis">The shop, its scores and its fitted models.</param>
    /// <param name="language">The language of texts, days and numbers.</param>
    /// <returns>The part; null when the shop has nothing for it.</returns>
    ReportPart? Make(ShopAnalysis analysis, Language language);
}

/// <summary>What a page gives to the report.</summary>
internal sealed record ReportPart
{
    /// <summary>Names the section in links; kebab case.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>What the section shows, from top to bottom.</summary>
    public IReadOnlyList<Block> Blocks { get; init; } = [];

    /// <summary>Members of summary.json, by stable name.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonNode?>> Summary { get; init; } = [];

    /// <summary>Further files of the output folder.</summary>
    public IReadOnlyList<ReportFile> Files { get; init; } = [];
}

/// <summary>A file of the output folder.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Write">Writes it.</param>
internal sealed record ReportFile(string Name, Action<Stream, CancellationToken> Write);

/// <summary>A block of a section.</summary>
internal abstract record Block;

/// <summary>A heading within a section.</summary>
internal sealed record Heading(string Text) : Block;

/// <summary>A paragraph.</summary>
internal sealed record Paragraph(string Text) : Block;

/// <summary>A paragraph that must not be overlooked.</summary>
internal sealed record Note(string Text) : Block;

/// <summary>One headline figure.</summary>
/// <param name="Value">The number, written out.</param>
/// <param name="Name">What it counts.</param>
/// <param name="Remark">A line below it; empty for none.</param>
internal readonly record struct Fact(string Value, string Name, string Remark = "");

/// <summary>Headline figures side by side.</summary>
internal sealed record Facts(IReadOnlyList<Fact> Items) : Block;

/// <summary>A column of a table.</summary>
internal readonly record struct Column(string Name, bool IsNumber = true);

/// <summary>Rows and columns of text.</summary>
internal sealed record Table(string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

/// <summary>A chart: what it shows as a sentence, how to read it, the drawing, and the same numbers as a table.</summary>
/// <param name="Id">Kebab case; unique in the report.</param>
/// <param name="Title">What is to be seen, as a sentence.</param>
/// <param name="Caption">How to read it.</param>
/// <param name="Drawing">The chart.</param>
/// <param name="Numbers">The alternative for those who do not see the drawing.</param>
/// <param name="IsWide">Whether it takes both columns of the page.</param>
internal sealed record Figure(string Id, string Title, string Caption, Svg Drawing, Table Numbers, bool IsWide = false) : Block;
