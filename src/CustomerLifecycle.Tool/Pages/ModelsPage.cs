using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>The fitted parameters, how sure they are, and what each one says; beside them the truth, where it is known.</summary>
internal sealed class ModelsPage : IReportPage
{
    /// <summary>The unit of the purchase models' times, as summary.json names it.</summary>
    public const string Week = "week";

    private const double WeeksPerYear = 365.25 / 7;

    public ReportPart? Make(ShopAnalysis analysis, Language language)
    {
        if (analysis.Purchases is not { } purchases) return null;

        var truth = analysis.Options.Truth;
        var blocks = new List<Block>
        {
            new Paragraph(Texts.PurchaseModelLead.In(language, purchases.Model.Name, Language.Count(purchases.Customers), Language.Number(purchases.LogLikelihood))),
        };
        if (truth is not null) blocks.Add(new Paragraph(Texts.TruthLead.In(language)));
        if (purchases.Convergence.IsBoundary) blocks.Add(new Paragraph(Texts.NoStandardErrors.In(language)));
        blocks.Add(Parameters(purchases.Parameters, TruthOf(truth?.Purchases), Meanings(purchases.Model, language), language));
        var summary = new List<KeyValuePair<string, System.Text.Json.Nodes.JsonNode?>>
        {
            SummaryJson.Member("purchaseModel", Summarise(purchases.Model.Name, Week, purchases, TruthOf(truth?.Purchases)), SummaryJson.Default.ModelSummary),
        };
        if (analysis.Spend is { } spend)
        {
            blocks.Add(new Paragraph(Texts.SpendModelLead.In(language, spend.Model.Name, Language.Count(spend.Customers), Language.Number(spend.LogLikelihood))));
            if (spend.Convergence.IsBoundary) blocks.Add(new Paragraph(Texts.NoStandardErrors.In(language)));
            blocks.Add(Parameters(spend.Parameters, TruthOf(truth?.Spend), Meanings(spend.Model, language), language));
            summary.Add(SummaryJson.Member("spendModel", Summarise(spend.Model.Name, timeUnit: null, spend, TruthOf(truth?.Spend)), SummaryJson.Default.ModelSummary));
        }

        if (truth is not null)
        {
            blocks.Add(Outcomes(analysis, truth, language));
            summary.Add(SummaryJson.Member("truth", new TruthSummary(truth.Alive, truth.NextPurchases, truth.NextSpend), SummaryJson.Default.TruthSummary));
        }

        return new() { Id = "models", Title = Texts.Models.In(language), Blocks = blocks, Summary = summary };
    }

    /// <summary>A fit as it stands in summary.json; the spend model knows no time.</summary>
    public static ModelSummary Summarise<TModel>(string name, string? timeUnit, ModelFit<TModel> fit, Dictionary<string, double>? truth = null)
        where TModel : class =>
        new(
            name, timeUnit,
            fit.Convergence.Status switch { ConvergenceStatus.Interior => "fitted", ConvergenceStatus.Boundary => "boundary", _ => "iteration-limit" },
            fit.Convergence.Message, fit.Customers, fit.LogLikelihood, fit.Aic, fit.Bic,
            [.. fit.Parameters.Select(parameter => new ParameterSummary(parameter.Name, parameter.Value, parameter.StandardError, truth?[parameter.Name]))]);

    private static Dictionary<string, double>? TruthOf(BgNbdParameters? truth) => truth is not { } known
        ? null
        : new(StringComparer.Ordinal) { ["r"] = known.R, ["alpha"] = known.Alpha, ["a"] = known.A, ["b"] = known.B };

    private static Dictionary<string, double>? TruthOf(GammaGammaParameters? truth) => truth is not { } known
        ? null
        : new(StringComparer.Ordinal) { ["p"] = known.P, ["q"] = known.Q, ["v"] = known.V };

    private static Table Parameters(IReadOnlyList<ParameterEstimate> parameters, Dictionary<string, double>? truth, Dictionary<string, string> meanings, Language language)
    {
        List<Column> columns = [new(Texts.Parameter.In(language), IsNumber: false), new(Texts.Estimate.In(language)), new(Texts.StandardError.In(language))];
        if (truth is not null) columns.Add(new(Texts.Truth.In(language)));
        columns.Add(new(Texts.InPlainWords.In(language), IsNumber: false));
        return new(
            "",
            columns,
            [.. parameters.Select(parameter =>
            {
                List<string> row = [parameter.Name, Language.Parameter(parameter.Value), parameter.StandardError is { } error ? Language.Parameter(error) : "–"];
                if (truth is not null) row.Add(Language.Parameter(truth[parameter.Name]));
                row.Add(meanings.GetValueOrDefault(parameter.Name, ""));
                return (IReadOnlyList<string>)row;
            })]);
    }

    /// <summary>What each parameter says; nothing of a model that this report does not know.</summary>
    private static Dictionary<string, string> Meanings(IPurchaseModel fitted, Language language) => fitted switch
    {
        NbdModel { Parameters: var p } => Rates(p.R, p.Alpha, language),
        BgNbdModel { Parameters: var p } => With(Rates(p.R, p.Alpha, language), Chances(Texts.MeansA, p.A, p.B, language)),
        MbgNbdModel { Parameters: var p } => With(Rates(p.R, p.Alpha, language), Chances(Texts.MeansAFirst, p.A, p.B, language)),
        BgCnbdModel { Parameters: var p } => With(Rates(p.R, p.Alpha * p.K, language), Chances(Texts.MeansA, p.A, p.B, language)),
        MbgCnbdModel { Parameters: var p } => With(Rates(p.R, p.Alpha * p.K, language), Chances(Texts.MeansAFirst, p.A, p.B, language)),
        ParetoNbdModel { Parameters: var p } => With(Rates(p.R, p.Alpha, language), Hazards(p.S, HalfGone(p.S, p.Beta), language)),
        GGompertzNbdModel { Parameters: var p } => With(
            With(Rates(p.R, p.Alpha, language), Hazards(p.S, Math.Log(1 + HalfGone(p.S, p.Beta)) / p.B, language)),
            [new("b", Texts.MeansGrowth.In(language, Language.Percent(Math.Exp(p.B) - 1)))]),
        _ => [],
    };

    /// <param name="r">Shape of the purchase rates.</param>
    /// <param name="alpha">What the mean rate is r of.</param>
    /// <param name="language">The language.</param>
    private static Dictionary<string, string> Rates(double r, double alpha, Language language) => new(StringComparer.Ordinal)
    {
        ["r"] = Texts.MeansR.In(language, (r < 1 ? Texts.MeansRLow : Texts.MeansRHigh).In(language)),
        ["alpha"] = Texts.MeansAlpha.In(language, Language.Number(r / alpha * WeeksPerYear)),
    };

    private static KeyValuePair<string, string>[] Chances(Phrase pace, double a, double b, Language language) =>
    [
        new("a", pace.In(language, Language.Percent(a / (a + b)))),
        new("b", Texts.MeansB.In(language, (a + b < 5 ? Texts.MeansBWide : Texts.MeansBNarrow).In(language))),
    ];

    private static KeyValuePair<string, string>[] Hazards(double s, double halfGone, Language language) =>
    [
        new("s", Texts.MeansS.In(language, (s < 1 ? Texts.MeansSLow : Texts.MeansSHigh).In(language))),
        new("beta", Texts.MeansBeta.In(language, Language.Number(halfGone))),
    ];

    /// <summary>The median of a Pareto distribution: where (beta / (beta + t))^s is one half.</summary>
    private static double HalfGone(double s, double beta) => beta * (Math.Pow(2, 1 / s) - 1);

    private static Dictionary<string, string> With(Dictionary<string, string> meanings, KeyValuePair<string, string>[] more)
    {
        foreach (var (name, meaning) in more) meanings[name] = meaning;
        return meanings;
    }

    private static Dictionary<string, string> Meanings(GammaGammaModel fitted, Language language) => new(StringComparer.Ordinal)
    {
        ["p"] = Texts.MeansP.In(language, Language.Percent(1 / Math.Sqrt(fitted.Parameters.P))),
        ["q"] = Texts.MeansQ.In(language, (fitted.Parameters.Q < 10 ? Texts.MeansQWide : Texts.MeansQNarrow).In(language)),
        ["v"] = fitted.ExpectedAverageSpend(0, 0) is { } mean ? Texts.MeansV.In(language, Language.Number(mean)) : Texts.MeansVUndefined.In(language),
    };

    private static Table Outcomes(ShopAnalysis analysis, KnownTruth truth, Language language)
    {
        var forecasts = analysis.Forecasts!;
        var rows = new List<IReadOnlyList<string>>
        {
            (IReadOnlyList<string>)[Texts.TruthAlive.In(language), Language.Count(forecasts.ProbabilityAlive.Sum()), Language.Count(truth.Alive)],
            (IReadOnlyList<string>)[Texts.TruthPurchases.In(language), Language.Count(forecasts.ExpectedPurchases(52).Sum()), Language.Count(truth.NextPurchases)],
        };
        if (forecasts.ExpectedSpend is { } spend)
        {
            var expected = forecasts.ExpectedPurchases(52).Zip(spend, (purchases, amount) => purchases * (amount ?? 0)).Sum();
            rows.Add([Texts.TruthSpend.In(language), Language.Count(expected), Language.Count((double)truth.NextSpend)]);
        }

        return new(Texts.TruthCaption.In(language), [new(Texts.Figure.In(language), IsNumber: false), new(Texts.ByTheModel.In(language)), new(Texts.ByTheSimulation.In(language))], rows);
    }
}
