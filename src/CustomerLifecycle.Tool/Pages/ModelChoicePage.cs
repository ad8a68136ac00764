using NodaTime.Text;

namespace CustomerLifecycle.Tool;

/// <summary>The purchase models that were compared, the one that is used, and why.</summary>
internal sealed class ModelChoicePage : IReportPage
{
    public ReportPart? Make(ShopAnalysis analysis, Language language)
    {
        if (analysis.Comparison is not { } comparison) return null;

        return new()
        {
            Id = "model-choice",
            Title = Texts.ModelChoice.In(language),
            Blocks = [.. Reasons(comparison, language).Select(reason => new Paragraph(reason)), Candidates(comparison, language)],
            Summary = [SummaryJson.Member("modelChoice", Summarise(comparison), SummaryJson.Default.ModelChoiceSummary)],
        };
    }

    private static IEnumerable<string> Reasons(ModelComparison comparison, Language language)
    {
        var choice = comparison.Choice;
        var chosen = choice.Recommended;
        if (comparison is { CalibrationEnd: { } calibrationEnd, End: { } end } && chosen.HoldOut is { } holdOut)
        {
            var equal = choice.Candidates.Where((candidate, place) => place > 0 && candidate.IsAsGood == true).Select(candidate => candidate.Name).ToArray();
            yield return Texts.ChoiceLead.In(language, Language.Count(choice.Candidates.Count), language.Day(calibrationEnd), language.Day(end));
            yield return Texts.ChoiceBest.In(language, choice.Candidates[0].Name, Language.Parameter(choice.Candidates[0].HoldOut!.RootMeanSquaredError));
            if (equal.Length > 0) yield return Texts.ChoiceEqual.In(language, string.Join(", ", equal));
            yield return equal.Length > 0 ? Texts.ChoiceFewest.In(language, chosen.Name, Language.Count(chosen.Fit.Parameters.Count)) : Texts.ChoiceOnly.In(language, chosen.Name);
            yield return Texts.ChoiceForetold.In(language, Language.Count(holdOut.PredictedTotal), Language.Count(holdOut.ActualTotal));
        }
        else
        {
            yield return Texts.ChoiceLeadPast.In(language, Language.Count(choice.Candidates.Count));
            yield return Texts.ChoiceLowest.In(language, chosen.Name, Language.Criterion(chosen.Fit.Bic));
        }

        if (chosen.Fit.Convergence.IsBoundary) yield return Texts.ChoiceBoundary.In(language);
        foreach (var (kind, sameAs) in choice.LeftOut) yield return Texts.ChoiceLeftOut.In(language, kind.Name, sameAs.Name);
    }

    private static Table Candidates(ModelComparison comparison, Language language)
    {
        List<Column> columns = [new(Texts.Model.In(language), IsNumber: false), new(Texts.ParameterCount.In(language)), new(Texts.LogLikelihood.In(language)), new(Texts.Bic.In(language))];
        if (comparison.End is not null) columns.AddRange([new(Texts.Foretold.In(language)), new(Texts.FactHappened.In(language)), new(Texts.FactRmse.In(language)), new(Texts.WithinOneError.In(language))]);
        return new(
            Texts.ChoiceTable.In(language),
            columns,
            [.. comparison.Choice.Candidates.Select(candidate =>
            {
                List<string> row = [candidate.Name, Language.Count(candidate.Fit.Parameters.Count), Language.Criterion(candidate.Fit.LogLikelihood), Language.Criterion(candidate.Fit.Bic)];
                if (candidate.HoldOut is { } holdOut)
                    row.AddRange([Language.Count(holdOut.PredictedTotal), Language.Count(holdOut.ActualTotal), Language.Parameter(holdOut.RootMeanSquaredError), (candidate.IsAsGood == true ? Texts.Yes : Texts.No).In(language)]);
                return (IReadOnlyList<string>)row;
            })]);
    }

    private static ModelChoiceSummary Summarise(ModelComparison comparison) => new(
        comparison.End is null ? "bic" : "hold-out",
        Iso(comparison.CalibrationEnd),
        Iso(comparison.End),
        comparison.Choice.Recommended.Name,
        comparison.Choice.Reasons,
        [.. comparison.Choice.Candidates.Select(candidate => new CandidateSummary(
            candidate.Name, candidate.Fit.Parameters.Count, candidate.Fit.LogLikelihood, candidate.Fit.Bic,
            candidate.HoldOut?.PredictedTotal, candidate.HoldOut?.ActualTotal, candidate.HoldOut?.RootMeanSquaredError, candidate.IsAsGood))],
        [.. comparison.Choice.LeftOut.Select(model => new LeftOutSummary(model.Kind.Name, model.SameAs.Name))]);

    private static string? Iso(LocalDate? day) => day is { } known ? LocalDatePattern.Iso.Format(known) : null;
}
