using System.Text.Json.Nodes;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>fit</c>: a model fitted to a data set by maximum likelihood.</summary>
internal sealed class FitKind : IValueKind
{
    public string Name => "fit";

    public Case Prepare(ValueCase value)
    {
        var inputs = value.Inputs;
        var spends = inputs.Text("model") is "gamma-gamma";
        var known = spends ? null : KnownModels.Named(inputs);
        if (known is { Fit: null }) throw inputs.Unknown("model");
        var data = inputs.Object("data");
        var purchases = new PurchaseData(value.File, data);
        var (calibrationEnd, validationEnd, unit) = (data.Date("calibrationEnd"), data.Has("validationEnd") ? data.Date("validationEnd") : (LocalDate?)null, KnownModels.UnitOf(data));
        var evaluateAt = inputs.OptionalObject("evaluateAt");
        var spendAt = spends && evaluateAt is not null ? KnownModels.Spend(evaluateAt) : null;
        if (inputs.OptionalObject("options") is { } options && options.Text("k") is not "estimate") throw options.Unknown("k");
        var modelAt = evaluateAt is null ? null : known?.At(evaluateAt, unit);

        return ValueCase.Of(new CasePath("summary", () =>
        {
            var summary = purchases.Read().Summarise(calibrationEnd, validationEnd, unit);
            var fit = known is null ? Fitted.Of(GammaGammaModel.Fit(summary)) : known.Fit!(summary);
            var answer = Answer(fit);
            if (fit.Model is CnbdModel regular) answer["parameters"]!["k"] = regular.Parameters.K;
            if (modelAt is not null) answer["logLikelihoodAtParameters"] = Answers.Of(modelAt.TotalLogLikelihood(summary.Histories));
            if (spendAt is not null) answer["logLikelihoodAtParameters"] = Answers.Of(spendAt.TotalLogLikelihood(summary.Frequency, summary.MeanSpend));
            if (validationEnd is not null && fit.Model is IPurchaseModel model) answer["validation"] = Answer(HoldOutValidation.Of(model, summary));
            return answer;
        }));
    }

    private static JsonObject Answer(Fitted fit) => new()
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
