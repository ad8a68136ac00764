using System.Globalization;
using System.Text.Json.Nodes;
using CustomerLifecycle.Value;
using NodaTime.Text;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary>Cases about Pareto/NBD with covariates that change with time.</summary>
internal static class Seasonal
{
    /// <summary>Reads the covariates that change with time.</summary>
    public static TimeVaryingCovariates Path(CaseFile file, Members dynamic)
    {
        var lines = File.ReadAllLines(file.Data(dynamic.Text("file")));
        var header = lines[0].Split(',');
        var names = dynamic.Texts("names");
        var start = Array.IndexOf(header, dynamic.Text("periodStart"));
        var columns = names.Select(name => Array.IndexOf(header, name)).ToArray();
        if (start < 0 || columns.Contains(-1)) throw new NotUnderstoodException("A column of the covariates is not in their file.");
        if (!dynamic.Texts("processes").Order(StringComparer.Ordinal).SequenceEqual(["dropout", "transaction"], StringComparer.Ordinal)) throw dynamic.Unknown("processes");

        var rows = lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).ToArray();
        return new(
            names,
            [.. rows.Select(row => LocalDatePattern.Iso.Parse(row[start]).Value)],
            [.. rows.SelectMany(row => columns.Select(column => double.Parse(row[column], CultureInfo.InvariantCulture)))]);
    }

    public static Case Predict(ValueCase value, ParetoNbdParameters parameters, List<(string Name, double Length)> horizons, DiscountRate? discount)
    {
        var inputs = value.Inputs;
        var data = inputs.Object("data");
        var (purchases, end, unit) = (new PurchaseData(value.File, data), data.Date("calibrationEnd"), KnownModels.UnitOf(data));
        var path = Path(value.File, inputs.Object("dynamicCovariates"));
        var covariates = inputs.Object("covariates");
        CovariateColumns transaction = KnownCovariateModel.Read(covariates, "transaction"), dropout = KnownCovariateModel.Read(covariates, "dropout");
        var coefficients = inputs.Object("coefficients");
        var model = Model(parameters, path, transaction.Names, dropout.Names, unit, coefficients.Object("transaction").Number, coefficients.Object("dropout").Number);
        var customers = inputs.Object("customers");
        customers.Skip("x", "tx", "T");
        var ids = customers.Texts("id");
        var discounted = value.Expected?["discountedExpectedPurchases"] is JsonObject named ? named.Select(column => (column.Key, double.Parse(column.Key, CultureInfo.InvariantCulture))).ToList() : [];

        return ValueCase.Of(new CasePath("one customer", () =>
        {
            var histories = purchases.Read().Dated(end).ToDictionary(history => history.Customer);
            DatedHistory Of(int row) => histories[new CustomerId(ids[row])];
            JsonArray Each(Func<int, double> one) => Answers.Of(Enumerable.Range(0, ids.Length).Select(one));
            return new JsonObject
            {
                ["logLikelihood"] = Each(row => model.LogLikelihood(Of(row), transaction.Row(row), dropout.Row(row))),
                ["probabilityAlive"] = Each(row => model.ProbabilityAlive(Of(row), transaction.Row(row), dropout.Row(row))),
                ["expectedPurchases"] = new JsonObject(horizons.Select(horizon => KeyValuePair.Create(
                    horizon.Name, (JsonNode?)Each(row => model.ExpectedPurchases(Of(row), horizon.Length, transaction.Row(row), dropout.Row(row)))))),
                ["discountedExpectedPurchases"] = new JsonObject(discounted.Select(horizon => KeyValuePair.Create(
                    horizon.Key, (JsonNode?)Each(row => model.ExpectedPurchases(Of(row), horizon.Item2, transaction.Row(row), dropout.Row(row), discount ?? default))))),
            };
        }));
    }

    public static Case Fit(ValueCase value, Members options, Func<SeasonalCohort> cohort)
    {
        var inputs = value.Inputs;
        var names = options.Has("staticCovariates") ? options.Texts("staticCovariates") : [];
        options.Texts("dynamicCovariates");
        var known = cohort();
        var path = Path(value.File, known.Dynamic);
        var covariates = names.Length > 0 ? new CovariateData(value.File, known.Static ?? throw inputs.Unknown("options"), names) : null;
        var at = inputs.OptionalObject("evaluateAt");
        var modelAt = at is null
            ? null
            : Model(KnownModels.ParetoNbd(at), path, names, names, known.Unit, name => at.Number("transaction." + name), name => at.Number("dropout." + name));

        return ValueCase.Of(new CasePath("purchase days", () =>
        {
            var histories = known.Histories();
            var columns = covariates is null ? CovariateColumns.None : new CovariateColumns(names, [.. histories.SelectMany(history => covariates.Of(history.Customer))]);
            var answer = FitKind.Answer(Fitted.Of(SeasonalParetoNbdModel.Fit(histories, path, columns, columns, known.Unit)));
            if (modelAt is not null) answer["logLikelihoodAtParameters"] = Answers.Of(modelAt.TotalLogLikelihood(histories, columns, columns));
            return answer;
        }));
    }

    private static SeasonalParetoNbdModel Model(
        ParetoNbdParameters parameters, TimeVaryingCovariates path, IReadOnlyList<string> transaction, IReadOnlyList<string> dropout, TimeUnit unit, Func<string, double> purchasing, Func<string, double> leaving) => new(
        parameters,
        path,
        new CovariateEffects(path.Names, [.. path.Names.Select(purchasing)]),
        new CovariateEffects(path.Names, [.. path.Names.Select(leaving)]),
        new CovariateEffects(transaction, [.. transaction.Select(purchasing)]),
        new CovariateEffects(dropout, [.. dropout.Select(leaving)]),
        unit);
}

/// <summary>The cohort of a fit with covariates that change with time.</summary>
internal sealed record SeasonalCohort(Members Dynamic, Members? Static, TimeUnit Unit, Func<IReadOnlyList<DatedHistory>> Histories);
