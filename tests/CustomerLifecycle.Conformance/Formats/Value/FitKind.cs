using System.Text.Json.Nodes;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>fit</c>: a model fitted to a data set by maximum likelihood.</summary>
internal sealed class FitKind : IValueKind
{
    public string Name => "fit";

    public Case Prepare(ValueCase value) => value.Inputs.Text("model") switch
    {
        "bg-bb" => Patterns(value),
        "sbg" or "bdw" => Survivors(value.Inputs),
        "gamma-gamma" => Spending(value),
        _ => value.Inputs.OptionalObject("options") switch
        {
            { } options when options.Has("correlation") => Correlated(value, options),
            { } options when options.Has("dynamicCovariates") => Seasonal.Fit(value, options, () => new Cohort(value).Dated(value.Inputs)),
            { } options when !options.Has("k") => Covariates(value, options),
            var options => Purchases(value, options),
        },
    };

    private static Case Purchases(ValueCase value, Members? options)
    {
        var inputs = value.Inputs;
        var known = KnownModels.Named(inputs);
        var cohort = new Cohort(value);
        var modelAt = inputs.OptionalObject("evaluateAt") is { } at ? known.At(at, cohort.Unit) : null;
        if (options?.Text("k") is not (null or "estimate")) throw options!.Unknown("k");

        return ValueCase.Of(new CasePath("summary", () =>
        {
            var summary = cohort.Summary();
            var fit = (known.Fit ?? throw inputs.Unknown("model"))(summary);
            var answer = Answer(fit);
            if (fit.Model is CnbdModel regular) answer["parameters"]!["k"] = regular.Parameters.K;
            if (modelAt is not null) answer["logLikelihoodAtParameters"] = Answers.Of(modelAt.TotalLogLikelihood(summary.Histories));
            if (summary.ValidationEnd is not null && fit.Model is IPurchaseModel model) answer["validation"] = Answer(HoldOutValidation.Of(model, summary));
            return answer;
        }));
    }

    /// <summary>Pareto/NBD with correlated rates; m may be given, and is answered, as such or as the correlation.</summary>
    private static Case Correlated(ValueCase value, Members options)
    {
        var inputs = value.Inputs;
        if (!options.Flag("correlation") || inputs.Text("model") is not "pareto-nbd") throw inputs.Unknown("options");
        var cohort = new Cohort(value);
        var modelAt = inputs.OptionalObject("evaluateAt") is { } at ? new CorrelatedParetoNbdModel(Parameters(at), cohort.Unit) : null;
        return ValueCase.Of(new CasePath("summary", () =>
        {
            var summary = cohort.Summary();
            var fit = CorrelatedParetoNbdModel.Fit(summary);
            var answer = Answer(Fitted.Of(fit));
            answer["correlation"] = Answers.Of(fit.Model.Parameters.Correlation);
            answer["parameters"]!["correlation"] = Answers.Of(fit.Model.Parameters.Correlation);
            if (modelAt is not null) answer["logLikelihoodAtParameters"] = Answers.Of(modelAt.TotalLogLikelihood(summary.Histories));
            if (summary.ValidationEnd is not null) answer["validation"] = Answer(HoldOutValidation.Of(fit.Model, summary));
            return answer;
        }));

        static CorrelatedParetoNbdParameters Parameters(Members at)
        {
            double r = at.Number("r"), alpha = at.Number("alpha"), s = at.Number("s"), beta = at.Number("beta");
            return at.Has("m") ? new(r, alpha, s, beta, at.Number("m")) : CorrelatedParetoNbdParameters.WithCorrelation(r, alpha, s, beta, at.Number("correlation"));
        }
    }

    private static Case Spending(ValueCase value)
    {
        var inputs = value.Inputs;
        var cohort = new Cohort(value);
        var modelAt = inputs.OptionalObject("evaluateAt") is { } at ? KnownModels.Spend(at) : null;
        var includeFirst = inputs.OptionalObject("options")?.Flag("includeFirstTransaction") ?? false;
        return ValueCase.Of(new CasePath("summary", () =>
        {
            var spend = cohort.Spend(includeFirst);
            var answer = Answer(Fitted.Of(GammaGammaModel.Fit(spend.Purchases, spend.MeanSpend)));
            if (modelAt is not null) answer["logLikelihoodAtParameters"] = Answers.Of(modelAt.TotalLogLikelihood(spend.Purchases, spend.MeanSpend));
            return answer;
        }));
    }

    private static Case Covariates(ValueCase value, Members options)
    {
        var inputs = value.Inputs;
        var known = KnownModels.Named(inputs);
        var cohort = new Cohort(value);
        var shared = options.Has("sharedCoefficients") && options.Flag("sharedCoefficients");
        var (transactionPenalty, dropoutPenalty) = Penalties(options);
        var names = options.Texts("staticCovariates");
        var data = new CovariateData(value.File, cohort.Covariates ?? throw inputs.Unknown("options"), names);
        var at = inputs.OptionalObject("evaluateAt");
        var modelAt = at is null ? null : known.At(at, cohort.Unit);
        var (purchasing, leaving) = at is null ? default : (Effects("transaction"), Effects("dropout"));

        return ValueCase.Of(new CasePath("summary", () =>
        {
            var summary = cohort.Summary();
            var columns = data.Of(summary);
            var design = shared ? CovariateDesign.Shared(columns, transactionPenalty) : new CovariateDesign(columns, columns, transactionPenalty, dropoutPenalty);
            return known.Model switch
            {
                nameof(BgNbdModel) => Both(BgNbdModel.Fit(summary.Histories, design, cohort.Unit), (modelAt as BgNbdModel)?.WithCovariates(purchasing!, leaving!), summary, columns),
                nameof(ParetoNbdModel) => Both(ParetoNbdModel.Fit(summary.Histories, design, cohort.Unit), (modelAt as ParetoNbdModel)?.WithCovariates(purchasing!, leaving!), summary, columns),
                _ => throw inputs.Unknown("model"),
            };
        }));

        CovariateEffects Effects(string process) => new(names, [.. names.Select(name => at!.Number((shared ? "both" : process) + "." + name))]);
    }

    private static JsonObject Both<TModel>(CovariateFit<TModel> fit, CovariateModel<TModel>? modelAt, PurchaseSummary summary, CovariateColumns columns)
        where TModel : class, IPurchaseModel
    {
        var answer = Answer(Fitted.Of(fit.Fit));
        var test = fit.LikelihoodRatio;
        answer["likelihoodRatioTest"] = new JsonObject
        {
            ["against"] = "the same model without covariates",
            ["statistic"] = Answers.Of(test.Statistic),
            ["degreesOfFreedom"] = test.DegreesOfFreedom,
            ["pValue"] = Answers.Of(test.PValue),
        };
        answer["penalisedMeanLogLikelihoodAtLeast"] = Answers.Of(fit.PenalisedMeanLogLikelihood);
        if (modelAt is not null) answer["logLikelihoodAtParameters"] = Answers.Of(modelAt.TotalLogLikelihood(summary.Histories, columns, columns));
        return answer;
    }

    private static (double Transaction, double Dropout) Penalties(Members options)
    {
        if (options.Optional("l2Penalty") is not { } penalty) return default;
        if (penalty.ValueKind == System.Text.Json.JsonValueKind.Number) return (penalty.GetDouble(), penalty.GetDouble());
        var processes = options.Object("l2Penalty");
        return (processes.OptionalNumber("transaction") ?? 0, processes.OptionalNumber("dropout") ?? 0);
    }

    private static Case Survivors(Members inputs)
    {
        var survivors = inputs.Object("data").Integers("survivors");
        var duration = inputs.Text("model") is "bdw";
        var at = inputs.OptionalObject("evaluateAt");
        double[] parameters = at is null ? [] : duration ? [at.Number("alpha"), at.Number("beta"), at.Number("c")] : [at.Number("alpha"), at.Number("beta")];
        return ValueCase.Of(new CasePath("survivors", () =>
        {
            var answer = Answer(duration ? Fitted.Of(BdwModel.Fit(survivors)) : Fitted.Of(SbgModel.Fit(survivors)));
            if (parameters.Length > 0)
            {
                answer["logLikelihoodAtParameters"] = Answers.Of(duration
                    ? new BdwModel(new(parameters[0], parameters[1], parameters[2])).LogLikelihood(survivors)
                    : new SbgModel(new(parameters[0], parameters[1])).LogLikelihood(survivors));
            }

            return answer;
        }));
    }

    private static Case Patterns(ValueCase value)
    {
        var inputs = value.Inputs;
        var data = inputs.Object("data");
        string[] columns = [data.Text("x"), data.Text("tx"), data.Text("n"), data.Text("count")];
        var lines = File.ReadAllLines(value.File.Data(data.Text("file")));
        var places = columns.Select(column => Array.IndexOf(lines[0].Split(','), column)).ToArray();
        var heldOut = Array.IndexOf(lines[0].Split(','), "holdout_purchases_total");
        var rows = lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).ToArray();
        OpportunityPattern[] patterns = [.. rows.Select(row => new OpportunityPattern(Number(row, 0), Number(row, 1), Number(row, 2), Number(row, 3), heldOut < 0 ? 0 : Whole(row[heldOut])))];
        var modelAt = inputs.OptionalObject("evaluateAt") is { } at ? (BgBbModel)KnownModels.Named(inputs).At(at, TimeUnit.Year) : null;
        var horizon = value.Expected?["validation"]?["horizon"] is { } named ? named.GetValue<int>() : (int?)null;
        return ValueCase.Of(new CasePath("patterns", () =>
        {
            var fit = BgBbModel.Fit(patterns, TimeUnit.Year);
            var answer = Answer(Fitted.Of(fit));
            if (modelAt is not null) answer["logLikelihoodAtParameters"] = Answers.Of(modelAt.TotalLogLikelihood(patterns));
            if (horizon is { } ahead)
            {
                var validation = fit.Model.Validate(patterns, ahead);
                answer["validation"] = new JsonObject { ["horizon"] = ahead, ["actualTotal"] = validation.Actual, ["predictedTotal"] = Answers.Of(validation.Predicted) };
            }

            return answer;
        }));

        int Number(string[] row, int column) => Whole(row[places[column]]);

        static int Whole(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The purchases that a case names, and how they are to be summarised.</summary>
    private sealed class Cohort
    {
        private readonly PurchaseData _purchases;
        private readonly LocalDate _calibrationEnd;
        private readonly LocalDate? _validationEnd;
        private readonly Members? _dynamic;

        public Cohort(ValueCase value)
        {
            var data = value.Inputs.Object("data");
            _purchases = new PurchaseData(value.File, data);
            _calibrationEnd = data.Date("calibrationEnd");
            _validationEnd = data.Has("validationEnd") ? data.Date("validationEnd") : null;
            Unit = KnownModels.UnitOf(data);
            Covariates = data.OptionalObject("covariates");
            Covariates?.Skip("names");
            _dynamic = data.OptionalObject("dynamicCovariates");
        }

        public SeasonalCohort Dated(Members inputs) =>
            new(_dynamic ?? throw inputs.Unknown("options"), Covariates, Unit, () => _purchases.Read().Dated(_calibrationEnd));

        public TimeUnit Unit { get; }

        public Members? Covariates { get; }

        public PurchaseSummary Summary() => _purchases.Read().Summarise(_calibrationEnd, _validationEnd, Unit);

        public SpendSummary Spend(bool includeFirst) => _purchases.Read().SummariseSpend(_calibrationEnd, includeFirst);
    }

    internal static JsonObject Answer(Fitted fit) => new()
    {
        ["customers"] = fit.Customers,
        ["boundary"] = fit.Convergence.IsBoundary,
        ["logLikelihoodAtLeast"] = Answers.Of(fit.LogLikelihood),
        ["logLikelihoodAtMost"] = Answers.Of(fit.LogLikelihood),
        ["parameters"] = new JsonObject(fit.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, Answers.Of(parameter.Value)))),
        ["standardErrors"] = new JsonObject(fit.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, Answers.Of(parameter.StandardError)))),
        ["aic"] = Answers.Of(fit.Aic),
        ["bic"] = Answers.Of(fit.Bic),
    };

    private static JsonObject Answer(HoldOutValidation validation) => new()
    {
        ["horizon"] = Answers.Of(validation.Horizon),
        ["actualTotal"] = Answers.Of(validation.ActualTotal),
        ["predictedTotal"] = Answers.Of(validation.PredictedTotal),
        ["meanAbsoluteError"] = Answers.Of(validation.MeanAbsoluteError),
        ["rootMeanSquaredError"] = Answers.Of(validation.RootMeanSquaredError),
        ["correlation"] = Answers.Of(validation.Correlation),
    };
}
