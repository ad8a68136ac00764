using System.Globalization;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary>A model with covariates of known effects, whichever the model.</summary>
internal sealed class KnownCovariateModel
{
    private readonly Func<int, IPurchaseModel> _of;

    private KnownCovariateModel(Func<int, IPurchaseModel> of, Columns logLikelihood, Columns probabilityAlive, Expectation expectedPurchases, Discounted discountedTransactions)
    {
        _of = of;
        LogLikelihood = logLikelihood;
        ProbabilityAlive = probabilityAlive;
        ExpectedPurchases = expectedPurchases;
        DiscountedExpectedTransactions = discountedTransactions;
    }

    public delegate void Columns(PurchaseHistories histories, Span<double> column);

    public delegate void Expectation(PurchaseHistories histories, double horizon, Span<double> column);

    public delegate void Discounted(PurchaseHistories histories, DiscountRate discount, Span<double> column);

    public Columns LogLikelihood { get; }

    public Columns ProbabilityAlive { get; }

    public Expectation ExpectedPurchases { get; }

    public Discounted DiscountedExpectedTransactions { get; }

    /// <summary>The model of the customer in a row.</summary>
    public IPurchaseModel Of(int row) => _of(row);

    /// <summary>The model, effects and covariates of a case.</summary>
    public static KnownCovariateModel Of(IPurchaseModel baseline, Members inputs)
    {
        var covariates = inputs.Object("covariates");
        var coefficients = inputs.Object("coefficients");
        CovariateColumns transaction = Read(covariates, "transaction"), dropout = Read(covariates, "dropout");
        CovariateEffects purchasing = Effects(coefficients, "transaction", transaction), leaving = Effects(coefficients, "dropout", dropout);
        return baseline switch
        {
            BgNbdModel model => Of(model.WithCovariates(purchasing, leaving), transaction, dropout),
            GGompertzNbdModel model => Of(model.WithCovariates(purchasing, leaving), transaction, dropout),
            ParetoNbdModel model => Of(model.WithCovariates(purchasing, leaving), transaction, dropout),
            _ => throw inputs.Unknown("coefficients"),
        };
    }

    /// <summary>The model of a customer with given covariates, the same on both processes.</summary>
    public static Func<double[], IPurchaseModel> Of(IPurchaseModel baseline, Members inputs, CovariateEffects purchasing, CovariateEffects leaving)
    {
        return baseline switch
        {
            BgNbdModel model => Each(model.WithCovariates(purchasing, leaving)),
            GGompertzNbdModel model => Each(model.WithCovariates(purchasing, leaving)),
            ParetoNbdModel model => Each(model.WithCovariates(purchasing, leaving)),
            _ => throw inputs.Unknown("coefficients"),
        };

        static Func<double[], IPurchaseModel> Each<TModel>(CovariateModel<TModel> model)
            where TModel : class, IPurchaseModel => row => model.For(row, row);
    }

    private static KnownCovariateModel Of<TModel>(CovariateModel<TModel> model, CovariateColumns transaction, CovariateColumns dropout)
        where TModel : class, IPurchaseModel => new(
        row => model.For(transaction.Row(row), dropout.Row(row)),
        (histories, column) => model.LogLikelihood(histories, transaction, dropout, column),
        (histories, column) => model.ProbabilityAlive(histories, transaction, dropout, column),
        (histories, horizon, column) => model.ExpectedPurchases(histories, transaction, dropout, horizon, column),
        (histories, discount, column) => model.DiscountedExpectedTransactions(histories, transaction, dropout, discount, column));

    public static CovariateColumns Read(Members covariates, string process)
    {
        if (covariates.OptionalObject(process) is not { } columns) return CovariateColumns.None;
        var values = columns.Raw("values").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetDouble());
        return new(columns.Texts("names"), [.. values]);
    }

    private static CovariateEffects Effects(Members coefficients, string process, CovariateColumns columns)
    {
        if (coefficients.OptionalObject(process) is not { } effects) return CovariateEffects.None;
        return new(columns.Names, [.. columns.Names.Select(effects.Number)]);
    }
}

/// <summary>The static covariates of a data set's customers, one row of a CSV file for each.</summary>
internal sealed class CovariateData
{
    private readonly Dictionary<string, double[]> _rows = new(StringComparer.Ordinal);

    public CovariateData(CaseFile file, Members data, string[] names)
    {
        Names = names;
        var lines = File.ReadAllLines(file.Data(data.Text("file")));
        var header = lines[0].Split(',');
        var customer = Array.IndexOf(header, data.Text("customer"));
        var columns = names.Select(name => Array.IndexOf(header, name)).ToArray();
        if (customer < 0 || columns.Contains(-1)) throw new NotUnderstoodException("A column of the covariates is not in their file.");
        foreach (var fields in lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')))
            _rows.Add(fields[customer], [.. columns.Select(column => double.Parse(fields[column], CultureInfo.InvariantCulture))]);
    }

    public string[] Names { get; }

    /// <summary>The covariates of a cohort, in its order.</summary>
    public CovariateColumns Of(PurchaseSummary summary)
    {
        List<double> values = [];
        foreach (var customer in summary.Customers) values.AddRange(_rows[customer.Value]);
        return new(Names, [.. values]);
    }

    /// <summary>The covariates of one customer.</summary>
    public double[] Of(CustomerId customer) => _rows[customer.Value];
}
