namespace CustomerLifecycle.Tool;

/// <summary>What was found in the file and what was done about it.</summary>
internal sealed class DataPage : IReportPage
{
    public ReportPart Make(ShopAnalysis analysis, Language language)
    {
        var notes = analysis.Data.Notes;
        var separator = (notes.Separator switch { ';' => Texts.Semicolon, '\t' => Texts.Tab, '|' => Texts.Pipe, _ => Texts.Comma }).In(language);
        string[] names = notes.AmountColumn is { } amount ? [notes.CustomerColumn, notes.DateColumn, amount] : [notes.CustomerColumn, notes.DateColumn];
        var rows = new List<IReadOnlyList<string>>();
        Add(Texts.RowsUsed, notes.Accepted, Texts.RowsUsedDone.In(language));
        Add(Texts.RowsRejected, notes.Rejected, Texts.RowsRejectedDone.In(language));
        Add(Texts.RowsAfter, notes.AfterAsOf, Texts.RowsAfterDone.In(language, language.Day(analysis.Shop.AsOf)));
        Add(Texts.RowsDuplicate, notes.Duplicates, (notes.DuplicatesDropped ? Texts.RowsDuplicateDropped : Texts.RowsDuplicateKept).In(language));
        Add(Texts.RowsRefund, notes.Refunds, Texts.RowsRefundDone.In(language, Language.Number((double)notes.RefundTotal), Language.Count(analysis.Shop.CustomersWithOnlyRefunds)));
        Add(Texts.RowsZero, notes.Zeros, Texts.RowsZeroDone.In(language));
        Add(Texts.RowsOutOfOrder, notes.OutOfOrder, Texts.RowsOutOfOrderDone.In(language));
        return new()
        {
            Id = "data",
            Title = Texts.Data.In(language),
            Blocks =
            [
                new Paragraph(Texts.DataLead.In(language, notes.File, Language.Count(notes.Rows), string.Join(language.IsChinese ? "、" : ", ", names), separator)),
                new Table("", [new(Texts.Found.In(language), IsNumber: false), new(Texts.Rows.In(language)), new(Texts.Done.In(language), IsNumber: false)], rows),
            ],
            Summary =
            [
                SummaryJson.Member(
                    "file",
                    new FileSummary(
                        notes.File, notes.CustomerColumn, notes.DateColumn, notes.AmountColumn, notes.Rows, notes.Accepted, notes.Rejected, notes.AfterAsOf, notes.Duplicates, notes.DuplicatesDropped,
                        notes.Refunds, notes.RefundTotal, notes.Zeros, notes.OutOfOrder, analysis.Shop.CustomersWithOnlyRefunds),
                    SummaryJson.Default.FileSummary),
            ],
        };

        void Add(Phrase name, long count, string done)
        {
            if (count > 0) rows.Add([name.In(language), Language.Count(count), done]);
        }
    }
}
