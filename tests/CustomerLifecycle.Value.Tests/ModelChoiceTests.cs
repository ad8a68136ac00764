using System.Globalization;

namespace CustomerLifecycle.Value.Tests;

/// <summary>Choosing a model, and the page that tells how.</summary>
public class ModelChoiceTests
{
    [SharedDataFact]
    public void Choice_OnTheGrocery_RecommendsARegularModel_WithReasons()
    {
        var summary = SharedData.Summary(SharedData.Cases("fit.json", "mbg-cnbd-k")[0].GetProperty("data"));

        var choice = ModelChoice.Of(summary);

        Assert.Equal("BG/CNBD-2", choice.Recommended.Name);
        Assert.Equal("NBD", choice.Candidates[^1].Name);
        Assert.Contains(choice.Reasons, reason => reason.Contains("BG/CNBD-2 is recommended", StringComparison.Ordinal));
        Assert.Contains(choice.Reasons, reason => reason.Contains("GGompertz/NBD was left out", StringComparison.Ordinal));
        var known = summary[0];
        Assert.Equal(choice.Recommended.Fit.Model.ExpectedPurchases(known, 26), choice.Recommended.Refit(summary).Model.ExpectedPurchases(known, 26), 1e-5);
    }

    [SharedDataFact]
    public void Choice_WithNothingHeldOut_GoesByInformation_AndSaysSo()
    {
        var data = SharedData.Cases("fit.json", "bg-nbd")[0].GetProperty("data");
        var summary = SharedData.Purchases(data).Summarise(SharedData.Day(data.GetProperty("calibrationEnd").GetString()!));

        var choice = ModelChoice.Of(summary);

        Assert.Equal("MBG/NBD", choice.Recommended.Name);
        Assert.Null(choice.Recommended.HoldOut);
        Assert.Equal(choice.Candidates.Min(candidate => candidate.Fit.Bic), choice.Recommended.Fit.Bic);
        Assert.Contains(choice.Reasons, reason => reason.Contains("Nothing was held out", StringComparison.Ordinal));
    }

    [Fact]
    public void Choice_WithAModelOfTheHost_ComparesItAsAnyOther()
    {
        var summary = Cohort.Simulate(new BgNbdParameters(0.6, 6, 0.9, 2.5), customers: 400, seed: 3);
        var oracle = new PurchaseModelKind("own", "Own", (cohort, _, _) => new ModelFit<IPurchaseModel>(
            new BgNbdModel(new BgNbdParameters(0.6, 6, 0.9, 2.5)), [], double.NaN, cohort.Count, new Convergence(ConvergenceStatus.Interior, "Known.", 0, 0)));

        var choice = ModelChoice.Of(summary, [PurchaseModelKind.Nbd, oracle]);

        Assert.Same(oracle, choice.Recommended.Kind);
        Assert.Equal(["own", "nbd"], choice.Candidates.Select(candidate => candidate.Kind.Code));
        Assert.Equal(choice.Recommended.Fit.Model.Name, choice.Recommended.Refit(summary).Model.Name);
        Assert.Empty(choice.LeftOut);
    }

    [Fact]
    public void Choice_OfOneKind_IsThatKind()
    {
        var summary = Cohort.Simulate(new BgNbdParameters(0.6, 6, 0.9, 2.5), customers: 200, seed: 4);

        var choice = ModelChoice.Of(summary, [PurchaseModelKind.BgCnbd]);

        Assert.Same(PurchaseModelKind.BgCnbd, choice.Recommended.Kind);
        Assert.Throws<ArgumentException>(() => ModelChoice.Of(summary, []));
    }

    [Fact]
    public void Kinds_HaveEachTheirCode()
    {
        Assert.All(PurchaseModelKind.All, kind => Assert.Same(kind, PurchaseModelKind.Find(kind.Code)));
        Assert.Null(PurchaseModelKind.Find("BG-NBD"));
    }

    [SharedDataFact]
    public void Page_WhichModel_PrintsTheTablesThatTheLibraryComputes()
    {
        var page = File.ReadAllText(Path.Combine(SharedData.Repository, "docs", "which-model.md"));
        foreach (var (file, model) in new[] { ("cdnow-sample", "bg-nbd"), ("grocery", "mbg-cnbd-k") })
        {
            var item = SharedData.Cases("fit.json", model).Single(item => item.GetProperty("id").GetString()!.EndsWith(file, StringComparison.Ordinal));
            var summary = SharedData.Summary(item.GetProperty("data"));
            foreach (var candidate in ModelChoice.Of(summary).Candidates) Assert.Contains(Line(candidate, summary), page, StringComparison.Ordinal);
        }
    }

    private static string Line(ModelCandidate candidate, PurchaseSummary summary)
    {
        var parameters = string.Join(", ", candidate.Fit.Parameters.Select(parameter => FormattableString.Invariant($"{parameter.Name} {parameter.Value:F3}")));
        var chiSquare = FrequencyTable.Of(candidate.Fit.Model, summary).ChiSquare!.Value;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {candidate.Name} | {parameters} | {candidate.Fit.LogLikelihood:F1} | {chiSquare:F2} | {candidate.HoldOut!.PredictedTotal:F0} of {candidate.HoldOut.ActualTotal:F0} | {candidate.HoldOut.RootMeanSquaredError:F3} |");
    }
}
