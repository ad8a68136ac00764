using System.Globalization;
using System.Text.Json.Nodes;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>predict</c>: a model at given parameters, about customers with given histories.</summary>
internal sealed class PredictKind : IValueKind
{
    private const int RowsOfAThread = 3;

    public string Name => "predict";

    public Case Prepare(ValueCase value) =>
        value.Inputs.Text("model") is "gamma-gamma" ? Spending(value.Inputs) : Purchases(value);

    private static Case Purchases(ValueCase value)
    {
        var inputs = value.Inputs;
        var model = KnownModels.Of(inputs);
        var spend = inputs.OptionalObject("spending") is { } spending ? KnownModels.Spend(spending) : null;
        var discount = DiscountOf(inputs, model.TimeUnit);
        var horizons = HorizonsOf(value);
        var customers = new Customers(inputs.Object("customers"), spend is not null);
        if (inputs.Has("dynamicCovariates") && model is ParetoNbdModel pareto) return Seasonal.Predict(value, pareto.Parameters, horizons, discount);
        if (inputs.Has("coefficients")) return WithCovariates(KnownCovariateModel.Of(model, inputs), customers, horizons, discount);
        var worth = inputs.OptionalObject("clv") is { } clv ? Worth.Of(clv, model, spend ?? throw inputs.Unknown("clv"), discount) : null;

        JsonObject Answer(IWay way)
        {
            var answer = new JsonObject
            {
                ["logLikelihood"] = way.Column(customers, model.LogLikelihood, model.LogLikelihood),
                ["probabilityAlive"] = way.Column(customers, model.ProbabilityAlive, model.ProbabilityAlive),
            };
            if (horizons.Count > 0)
            {
                answer["expectedPurchases"] = new JsonObject(horizons.Select(horizon => KeyValuePair.Create(
                    horizon.Name, (JsonNode?)way.Column(customers, history => model.ExpectedPurchases(history, horizon.Length), (histories, column) => model.ExpectedPurchases(histories, horizon.Length, column)))));
            }

            if (discount is { } rate)
                answer["discountedExpectedResidualTransactions"] = way.Column(customers, history => model.DiscountedExpectedTransactions(history, rate), (histories, column) => model.DiscountedExpectedTransactions(histories, rate, column));
            if (model is BgBbModel discrete)
            {
                answer["probabilityAliveNext"] = customers.Each(history => discrete.ProbabilityAlive(history, ahead: 1));
                answer["posteriorMeanPurchaseProbability"] = customers.Each(discrete.MeanPurchaseProbability);
                answer["posteriorMeanDropoutProbability"] = customers.Each(discrete.MeanDropoutProbability);
            }

            if (spend is not null)
                answer["expectedAverageSpend"] = Spend(way, customers, spend);
            if (worth is not null)
                answer["clv"] = way.Amounts(customers, worth.One, worth.All);

            return answer;
        }

        return ValueCase.Of(new("one customer", () => Answer(new OneByOne())), new("span", () => Answer(new Span())), new("many threads", () => Answer(new Threads()))) with
        {
            SameBits = [["span", "many threads"]],
        };
    }

    private static Case WithCovariates(KnownCovariateModel model, Customers customers, List<(string Name, double Length)> horizons, DiscountRate? discount)
    {
        JsonArray Each(Func<IPurchaseModel, PurchaseHistory, double> one) => Answers.Of(Enumerable.Range(0, customers.Count).Select(row => one(model.Of(row), customers.Histories[row])));

        JsonArray All(KnownCovariateModel.Columns all)
        {
            var column = new double[customers.Count];
            all(customers.Histories, column);
            return Answers.Of(column);
        }

        JsonObject Answer(Func<JsonArray> logLikelihood, Func<JsonArray> alive, Func<double, JsonArray> purchases, Func<DiscountRate, JsonArray> discounted)
        {
            var answer = new JsonObject { ["logLikelihood"] = logLikelihood(), ["probabilityAlive"] = alive() };
            if (horizons.Count > 0) answer["expectedPurchases"] = new JsonObject(horizons.Select(horizon => KeyValuePair.Create(horizon.Name, (JsonNode?)purchases(horizon.Length))));
            if (discount is { } rate) answer["discountedExpectedResidualTransactions"] = discounted(rate);
            return answer;
        }

        return ValueCase.Of(
            new("one customer", () => Answer(
                () => Each((own, history) => own.LogLikelihood(history)),
                () => Each((own, history) => own.ProbabilityAlive(history)),
                horizon => Each((own, history) => own.ExpectedPurchases(history, horizon)),
                rate => Each((own, history) => own.DiscountedExpectedTransactions(history, rate)))),
            new("span", () => Answer(
                () => All(model.LogLikelihood),
                () => All(model.ProbabilityAlive),
                horizon => All((histories, column) => model.ExpectedPurchases(histories, horizon, column)),
                rate => All((histories, column) => model.DiscountedExpectedTransactions(histories, rate, column)))));
    }

    private static Case Spending(Members inputs)
    {
        var model = KnownModels.Spend(inputs.Object("parameters"));
        var customers = new Customers(inputs.Object("customers"), withSpend: true);

        JsonObject Answer(IWay way) => new()
        {
            ["logLikelihood"] = Answers.Of(customers.Frequency.Zip(customers.MeanSpend, model.LogLikelihood)),
            ["expectedAverageSpend"] = Spend(way, customers, model),
        };

        return ValueCase.Of(new("one customer", () => Answer(new OneByOne())), new("span", () => Answer(new Span())), new("many threads", () => Answer(new Threads()))) with
        {
            SameBits = [["one customer", "span", "many threads"]],
        };
    }

    private static JsonArray Spend(IWay way, Customers customers, GammaGammaModel spend) => way.Amounts(
        customers, (history, mean) => spend.ExpectedAverageSpend(history.Frequency, mean), (histories, means, column) => spend.ExpectedAverageSpend(histories.Frequency, means, column));

    private static DiscountRate? DiscountOf(Members inputs, TimeUnit unit)
    {
        if (inputs.OptionalObject("discount") is not { } discount) return null;
        if (discount.OptionalNumber("continuousRatePerTimeUnit") is { } continuous) return DiscountRate.Continuous(unit, continuous);
        return DiscountRate.Per(unit, discount.Number("ratePerOpportunity"));
    }

    /// <summary>The horizons stand in the names of what is expected; a case that expects nothing may list them.</summary>
    private static List<(string Name, double Length)> HorizonsOf(ValueCase value)
    {
        IEnumerable<string> names = value.Inputs.Has("horizons") ? value.Inputs.Labels("horizons") : value.Expected?["expectedPurchases"] is JsonObject columns ? columns.Select(column => column.Key) : [];
        return [.. names.Select(name => (name, double.Parse(name, NumberStyles.Float, CultureInfo.InvariantCulture)))];
    }

    /// <summary>The columns of a case's customers. Cases of a spend model say nothing of times, and no time enters their answers.</summary>
    private sealed class Customers
    {
        public Customers(Members customers, bool withSpend)
        {
            customers.Skip("id");
            Frequency = customers.Numbers("x");
            Recency = customers.Has("tx") ? customers.Numbers("tx") : Frequency;
            Age = customers.Has("n") ? customers.Numbers("n") : customers.Has("T") ? customers.Numbers("T") : Frequency;
            SumLogIntervals = customers.Has("sumLogIntervals") ? customers.Numbers("sumLogIntervals") : [];
            MeanSpend = withSpend ? customers.Numbers("meanAmount") : [];
        }

        public double[] Frequency { get; }

        public double[] Recency { get; }

        public double[] Age { get; }

        public double[] SumLogIntervals { get; }

        public double[] MeanSpend { get; }

        public int Count => Frequency.Length;

        /// <summary>What the library says of one customer at a time only.</summary>
        public JsonArray Each(Func<PurchaseHistory, double> one)
        {
            List<double> column = [];
            for (var row = 0; row < Frequency.Length; row++) column.Add(one(Histories[row]));
            return Answers.Of(column);
        }

        public PurchaseHistories Histories => new(Frequency, Recency, Age, SumLogIntervals);

        public IEnumerable<PurchaseHistory> OneByOne => Enumerable.Range(0, Count).Select(row => Histories[row]);
    }

    private delegate void OverColumns(PurchaseHistories histories, Span<double> column);

    private delegate void AmountsOverColumns(PurchaseHistories histories, ReadOnlySpan<double> meanSpend, Span<double?> column);

    /// <summary>The two methods of a lifetime value.</summary>
    private sealed record Worth(Func<PurchaseHistory, double, double?> One, AmountsOverColumns All)
    {
        public static Worth Of(Members clv, IPurchaseModel model, ISpendModel spend, DiscountRate? discount)
        {
            var value = new CustomerLifetimeValue(model, spend);
            switch (clv.Text("method"))
            {
                case "residual" when discount is { } rate:
                    return new((history, mean) => value.Residual(history, mean, rate), (histories, means, column) => value.Residual(histories, means, rate, column));
                case "endOfPeriod":
                    var (periods, length) = (clv.Integer("periods"), clv.Number("periodLength"));
                    var perPeriod = DiscountRate.Per(new TimeUnit(length * model.TimeUnit.Days), clv.Number("ratePerPeriod"));
                    return new((history, mean) => value.OverPeriods(history, mean, periods, length, perPeriod), (histories, means, column) => value.OverPeriods(histories, means, periods, length, perPeriod, column));
                default:
                    throw clv.Unknown("method");
            }
        }
    }

    /// <summary>A way to ask for a column.</summary>
    private interface IWay
    {
        JsonArray Column(Customers customers, Func<PurchaseHistory, double> one, OverColumns all);

        JsonArray Amounts(Customers customers, Func<PurchaseHistory, double, double?> one, AmountsOverColumns all);
    }

    private sealed class OneByOne : IWay
    {
        public JsonArray Column(Customers customers, Func<PurchaseHistory, double> one, OverColumns all) => Answers.Of(customers.OneByOne.Select(one));

        public JsonArray Amounts(Customers customers, Func<PurchaseHistory, double, double?> one, AmountsOverColumns all) => Answers.Of(customers.OneByOne.Zip(customers.MeanSpend, one));
    }

    private sealed class Span : IWay
    {
        public JsonArray Column(Customers customers, Func<PurchaseHistory, double> one, OverColumns all)
        {
            var column = new double[customers.Count];
            all(customers.Histories, column);
            return Answers.Of(column);
        }

        public JsonArray Amounts(Customers customers, Func<PurchaseHistory, double, double?> one, AmountsOverColumns all)
        {
            var column = new double?[customers.Count];
            all(customers.Histories, customers.MeanSpend, column);
            return Answers.Of(column);
        }
    }

    private sealed class Threads : IWay
    {
        public JsonArray Column(Customers customers, Func<PurchaseHistory, double> one, OverColumns all)
        {
            var column = new double[customers.Count];
            InParts(column.Length, (start, length) => all(customers.Histories.Slice(start, length), column.AsSpan(start, length)));
            return Answers.Of(column);
        }

        public JsonArray Amounts(Customers customers, Func<PurchaseHistory, double, double?> one, AmountsOverColumns all)
        {
            var column = new double?[customers.Count];
            InParts(column.Length, (start, length) => all(customers.Histories.Slice(start, length), customers.MeanSpend.AsSpan(start, length), column.AsSpan(start, length)));
            return Answers.Of(column);
        }

        private static void InParts(int rows, Action<int, int> part) => Parallel.For(0, (rows + RowsOfAThread - 1) / RowsOfAThread, i => part(i * RowsOfAThread, Math.Min(RowsOfAThread, rows - (i * RowsOfAThread))));
    }
}
