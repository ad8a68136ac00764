using System.Globalization;
using System.Text.Json.Nodes;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>tracking</c>: a model at given parameters against what was bought, by time or by frequency.</summary>
internal sealed class TrackingKind : IValueKind
{
    public string Name => "tracking";

    public Case Prepare(ValueCase value)
    {
        var inputs = value.Inputs;
        var data = inputs.Object("data");
        var unit = KnownModels.UnitOf(data);
        var model = KnownModels.Named(inputs).At(inputs.Object("parameters"), unit);
        var purchases = new PurchaseData(value.File, data);
        return ValueCase.Of(inputs.Text("table") switch
        {
            "cumulative" => Cumulative(inputs, ModelOf(value, data, model), purchases),
            "frequency" => Frequency(inputs, model, SummaryOf(data, purchases, unit)),
            "validationByFrequency" => ValidationByFrequency(inputs, model, SummaryOf(data, purchases, unit)),
            _ => throw inputs.Unknown("table"),
        });
    }

    /// <summary>The model of each customer: one for all, or with static covariates one for each row of them.</summary>
    private static Func<CustomerId, IPurchaseModel> ModelOf(ValueCase value, Members data, IPurchaseModel model)
    {
        var inputs = value.Inputs;
        if ((inputs.OptionalObject("covariatesData") ?? data.OptionalObject("covariatesData")) is not { } described) return _ => model;

        var coefficients = inputs.Object("coefficients");
        Members purchasing = coefficients.Object("transaction"), leaving = coefficients.Object("dropout");
        string[] names = described.Has("names") ? described.Texts("names") : [.. purchasing.Names];
        var covariates = new CovariateData(value.File, described, names);
        var adjusted = KnownCovariateModel.Of(model, inputs, Effects(purchasing), Effects(leaving));
        Dictionary<string, IPurchaseModel> models = new(StringComparer.Ordinal);
        return customer =>
        {
            var row = covariates.Of(customer);
            var key = string.Join(' ', row.Select(entry => entry.ToString("R", CultureInfo.InvariantCulture)));
            if (!models.TryGetValue(key, out var known)) models.Add(key, known = adjusted(row));
            return known;
        };

        CovariateEffects Effects(Members process) => new(names, [.. names.Select(process.Number)]);
    }

    private static CasePath Cumulative(Members inputs, Func<CustomerId, IPurchaseModel> model, PurchaseData purchases)
    {
        var until = inputs.Object("until");
        var (first, step, count) = (until.Date("first"), until.Integer("everyDays"), until.Integer("count"));
        var inclusive = inputs.Flag("untilInclusive");
        return new("log", () =>
        {
            var tracking = CumulativeTracking.Of(model, purchases.Read(), Enumerable.Range(0, count).Select(i => first.PlusDays(i * step)), inclusive);
            return new JsonObject
            {
                ["expectedCumulative"] = Answers.Of(tracking.Select(entry => entry.Expected)),
                ["actualCumulative"] = Answers.Of(tracking.Select(entry => entry.Actual)),
            };
        });
    }

    private static CasePath Frequency(Members inputs, IPurchaseModel model, Func<PurchaseSummary> summary)
    {
        var bins = BinsOf(inputs);
        return new("summary", () =>
        {
            var table = FrequencyTable.Of(model, summary(), bins);
            return new JsonObject { ["observed"] = Answers.Of(table.Observed), ["expected"] = Answers.Of(table.Expected), ["chiSquare"] = Answers.Of(table.ChiSquare) };
        });
    }

    private static CasePath ValidationByFrequency(Members inputs, IPurchaseModel model, Func<PurchaseSummary> summary)
    {
        var bins = BinsOf(inputs);
        var horizon = inputs.Number("horizon");
        return new("summary", () =>
        {
            var cohort = summary();
            var whole = HoldOutValidation.Of(model, cohort);
            if (!whole.Horizon.Equals(horizon)) throw new NotUnderstoodException($"The horizon {horizon} is not that of the hold-out period, {whole.Horizon}.");

            var rows = HoldOutValidation.ByFrequency(model, cohort, bins);
            return new JsonObject
            {
                ["customers"] = Answers.Of(rows.Select(row => row.Customers)),
                ["actualMean"] = Answers.Of(rows.Select(row => row.ActualMean)),
                ["expectedMean"] = Answers.Of(rows.Select(row => row.ExpectedMean)),
                ["correlation"] = Answers.Of(whole.Correlation),
            };
        });
    }

    private static Func<PurchaseSummary> SummaryOf(Members data, PurchaseData purchases, TimeUnit unit)
    {
        var (calibrationEnd, validationEnd) = (data.Date("calibrationEnd"), data.Date("validationEnd"));
        return () => purchases.Read().Summarise(calibrationEnd, validationEnd, unit);
    }

    /// <summary>0, 1, 2 … and "n+", all that are left: the only bins that the library has.</summary>
    private static int BinsOf(Members inputs)
    {
        List<string> bins = [.. inputs.Raw("bins").EnumerateArray().Select(bin => bin.ToString())];
        var last = bins.Count - 1;
        return last > 0 && bins.Take(last).SequenceEqual(Enumerable.Range(0, last).Select(Text), StringComparer.Ordinal) && bins[last].TrimEnd('+') is var rest && string.Equals(rest, Text(last), StringComparison.Ordinal)
            ? bins.Count
            : throw inputs.Unknown("bins");
    }

    private static string Text(int bin) => bin.ToString(CultureInfo.InvariantCulture);
}
