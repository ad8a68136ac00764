using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value.Tests;

/// <summary>Customers to test with.</summary>
internal sealed class Cohort(double[] frequency, double[] recency, double[] age)
{
    private static readonly LocalDate Start = new(2024, 1, 1);

    public int Count => frequency.Length;

    public PurchaseHistories Histories => new(frequency, recency, age);

    /// <summary>Rows of every kind: none, few and very many purchases, just now and long ago.</summary>
    public static Cohort Random(int count)
    {
        var random = new SeededRandom(7);
        double[] frequency = new double[count], recency = new double[count], age = new double[count];
        for (var i = 0; i < count; i++)
        {
            age[i] = Math.Exp(8 * random.NextDouble()) - 1;
            frequency[i] = random.NextDouble() < 0.3 ? 0 : 1 + random.NextPoisson(random.NextGamma(0.4, 0.02));
            recency[i] = frequency[i] == 0 ? 0 : random.NextDouble() < 0.1 ? age[i] : age[i] * random.NextDouble();
        }

        return new Cohort(frequency, recency, age);
    }

    /// <summary>Customers who behave as BG/NBD says, who came during thirteen weeks and were watched for a year and, held out, for half a year more.</summary>
    public static PurchaseSummary Simulate(BgNbdParameters parameters, int customers, long seed, bool leaves = true)
    {
        var random = new SeededRandom(seed);
        var log = new PurchaseLogBuilder();
        for (var customer = 0; customer < customers; customer++)
        {
            double rate = random.NextGamma(parameters.R, parameters.Alpha), dropout = leaves ? random.NextBeta(parameters.A, parameters.B) : 0;
            var day = random.NextInt(91);
            log.Add(customer, Start.PlusDays(day), 10 + random.NextInt(20));
            for (var time = day + (7 * random.NextExponential(rate)); time < 550; time += 7 * random.NextExponential(rate))
            {
                log.Add(customer, Start.PlusDays((int)time), 10 + random.NextInt(20));
                if (random.NextDouble() < dropout) break;
            }
        }

        return log.Build().Summarise(Start.PlusDays(366), Start.PlusDays(549));
    }
}
