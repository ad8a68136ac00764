using System.Globalization;
using CustomerLifecycle.Statistics;
using CustomerLifecycle.Value;
using NodaTime.Text;

namespace CustomerLifecycle.Benchmarks.Figures;

/// <summary>The figures of the purchase models: fits to a published cohort, and scores of a million customers of whom no two are alike.</summary>
internal static class ValueFigures
{
    private const int Customers = 1_000_000;
    private const int Months = 12;
    private const double Year = 52;
    private static readonly LocalDate CalibrationEnd = new(1997, 9, 30);

    private static readonly BgNbdModel BgNbd = new(new BgNbdParameters(0.2426, 4.4136, 0.7929, 2.4259));
    private static readonly MbgNbdModel MbgNbd = new(new MbgNbdParameters(0.5248, 6.1831, 0.8914, 1.6140));
    private static readonly ParetoNbdModel ParetoNbd = new(new ParetoNbdParameters(0.5533, 10.5777, 0.6062, 11.6687));
    private static readonly GammaGammaModel Spend = new(new GammaGammaParameters(6.25, 3.74, 15.44));

    private static readonly CustomerLifetimeValue BgNbdValue = new(BgNbd, Spend);
    private static readonly CustomerLifetimeValue ParetoNbdValue = new(ParetoNbd, Spend);

    private static readonly Lazy<Shop> Million = new(() => new Shop());

    public static IReadOnlyList<Figure> All { get; } =
    [
        Fit("BG/NBD fit, 23,570 customers", 25, summary => BgNbdModel.Fit(summary)),
        Fit("MBG/NBD fit, 23,570 customers", 25, summary => MbgNbdModel.Fit(summary)),
        Fit("Pareto/NBD fit, 23,570 customers", 150, summary => ParetoNbdModel.Fit(summary)),
        Fit("Gamma-Gamma fit, 23,570 customers", 15, summary => GammaGammaModel.Fit(summary)),
        Fit("GGompertz/NBD fit, 23,570 customers", 1000, summary => GGompertzNbdModel.Fit(summary)),
        Figure.Time("Pareto/NBD P(alive) and expected purchases, 1,000,000 rows", 200, () => Score(ParetoNbd)),
        Figure.Time("MBG/NBD P(alive) and expected purchases, 1,000,000 rows", 60, () => Score(MbgNbd)),
        Figure.Time("BG/NBD value of 12 months, discounted, 1,000,000 rows", 500, () => Value(BgNbdValue)),
        Figure.Time("Pareto/NBD value of 12 months, discounted, 1,000,000 rows", 500, () => Value(ParetoNbdValue)),
        Figure.Time("BG/NBD discounted expected transactions, 1,000,000 rows", 200, () => BgNbd.DiscountedExpectedTransactions(Million.Value.Histories, DiscountRate.Annual(0.10), Million.Value.First)),
        Figure.Time("BG/NBD discounted expected transactions, 1,000 rows, cold", 100, () => new BgNbdModel(BgNbd.Parameters).DiscountedExpectedTransactions(Million.Value.Histories.Slice(0, 1000), DiscountRate.Annual(0.10), Million.Value.First.AsSpan(0, 1000))),
        Figure.SpeedUp("Pareto/NBD expected purchases", 2, 1.7, threads => Parallel(ParetoNbd, threads)),
        Figure.SpeedUp("Pareto/NBD expected purchases", 4, 2.8, threads => Parallel(ParetoNbd, threads)),
        Figure.SpeedUp("MBG/NBD expected purchases", 2, 1.7, threads => Parallel(MbgNbd, threads)),
        Figure.SpeedUp("MBG/NBD expected purchases", 4, 2.8, threads => Parallel(MbgNbd, threads)),
        Figure.Allocations("MBG/NBD scores of 1,000,000 rows", () => Score(MbgNbd)),
        Figure.Allocations("Pareto/NBD scores of 1,000,000 rows", () => Score(ParetoNbd)),
        Figure.Allocations("BG/NBD value of 12 months of 1,000,000 rows", () => Value(BgNbdValue)),
        Bootstrap(),
    ];

    private static Figure Fit(string name, double milliseconds, Action<PurchaseSummary> fit)
    {
        PurchaseSummary? summary = null;
        var figure = Figure.Time(name, milliseconds, () => fit(summary!));
        return figure with { Measure = () => (summary = Cdnow("cdnow_master")) is null ? null : figure.Measure() };
    }

    private static Figure Bootstrap()
    {
        PurchaseSummary? summary = null;
        ModelFit<BgNbdModel>? fit = null;
        var figure = Figure.Time("BG/NBD 1,000 bootstrap refits, 2,357 customers, 4 threads", 2000, () =>
            ParametricBootstrap.Run(fit!, summary!, replications: 1000, seed: 1, new ParallelOptions { MaxDegreeOfParallelism = 4 }));
        return figure with
        {
            Measure = () =>
            {
                if ((summary = Cdnow("cdnow_sample")) is null) return null;
                fit = BgNbdModel.Fit(summary);
                return figure.Measure();
            },
        };
    }

    private static void Score(PurchaseModel model)
    {
        var shop = Million.Value;
        model.ProbabilityAlive(shop.Histories, shop.First);
        model.ExpectedPurchases(shop.Histories, Year, shop.Second);
    }

    private static void Value(CustomerLifetimeValue value)
    {
        var shop = Million.Value;
        value.OverPeriods(shop.Histories, shop.MeanSpend, Months, TimeUnit.Month.Days / TimeUnit.Week.Days, DiscountRate.Annual(0.10), shop.Values);
    }

    private static void Parallel(PurchaseModel model, int threads)
    {
        const int chunk = 4096;
        var shop = Million.Value;
        System.Threading.Tasks.Parallel.For(0, (Customers + chunk - 1) / chunk, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
        {
            int start = block * chunk, length = Math.Min(chunk, Customers - start);
            model.ProbabilityAlive(shop.Histories.Slice(start, length), shop.First.AsSpan(start, length));
            model.ExpectedPurchases(shop.Histories.Slice(start, length), Year, shop.Second.AsSpan(start, length));
        });
    }

    /// <summary>The published purchases, where they are beside the repository or where CUSTOMERLIFECYCLE_DATA points.</summary>
    private static PurchaseSummary? Cdnow(string name)
    {
        var folder = Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_DATA") is { Length: > 0 } given ? given : Path.Combine(Guard.GuardProgram.Folder, "..", "..", "..", "shared", "data");
        var path = Path.Combine(folder, name, "transactions.csv");
        if (!File.Exists(path)) return null;

        var lines = File.ReadAllLines(path);
        var header = lines[0].Split(',');
        int customer = Array.IndexOf(header, "customer_id"), date = Array.IndexOf(header, "date"), amount = Array.IndexOf(header, "amount");
        var log = new PurchaseLogBuilder();
        foreach (var fields in lines.Skip(1).Select(line => line.Split(',')))
            log.Add(new CustomerId(fields[customer]), LocalDatePattern.Iso.Parse(fields[date]).Value, decimal.Parse(fields[amount], CultureInfo.InvariantCulture));
        return log.Build().Summarise(CalibrationEnd);
    }

    /// <summary>A million customers, no two alike.</summary>
    private sealed class Shop
    {
        private readonly double[] _frequency = new double[Customers];
        private readonly double[] _recency = new double[Customers];
        private readonly double[] _age = new double[Customers];

        public Shop()
        {
            var random = new SeededRandom(20260101);
            for (var i = 0; i < Customers; i++)
            {
                _age[i] = 1 + (103 * random.NextDouble());
                _frequency[i] = random.NextPoisson(random.NextGamma(0.6, 0.25));
                _recency[i] = _frequency[i] == 0 ? 0 : _age[i] * random.NextDouble();
                MeanSpend[i] = _frequency[i] == 0 ? 0 : 5 + (60 * random.NextDouble());
            }
        }

        public PurchaseHistories Histories => new(_frequency, _recency, _age);

        public double[] MeanSpend { get; } = new double[Customers];

        public double[] First { get; } = new double[Customers];

        public double[] Second { get; } = new double[Customers];

        public double?[] Values { get; } = new double?[Customers];
    }
}
