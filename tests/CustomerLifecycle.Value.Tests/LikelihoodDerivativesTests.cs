using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value.Tests;

/// <summary>Every likelihood's exact derivatives against differences, at parameters and cohorts drawn at random.</summary>
public class LikelihoodDerivativesTests
{
    public static TheoryData<string> Likelihoods => ["nbd", "bg-nbd", "mbg-nbd", "pareto-nbd", "ggom-nbd", "bg-cnbd-3", "mbg-cnbd-2", "bg-bb", "sbg", "bdw"];

    [Theory]
    [MemberData(nameof(Likelihoods))]
    public void Likelihood_FirstAndSecondDerivatives_AreThoseOfItsValue(string name)
    {
        var random = new SeededRandom(7);
        for (var trial = 0; trial < 20; trial++)
        {
            var likelihood = Likelihood(name, random);
            var n = likelihood.Names.Count;
            double[] parameters = [.. likelihood.Names.Select(parameter => Parameter(parameter, random))], gradient = new double[n], hessian = new double[n * n];
            var value = likelihood.Evaluate(parameters, gradient, hessian);
            Assert.True(double.IsFinite(value));
            Assert.True(likelihood.HasSecondDerivatives);

            var scale = Math.Max(1, Math.Abs(value));
            for (var i = 0; i < n; i++)
            {
                var h = 1e-4 * parameters[i];
                double[] up = [.. parameters], down = [.. parameters], upGradient = new double[n], downGradient = new double[n];
                up[i] += h;
                down[i] -= h;
                double above = likelihood.Evaluate(up, upGradient, new double[n * n]), below = likelihood.Evaluate(down, downGradient, new double[n * n]);
                Assert.Equal((above - below) / 2e-4 / scale, gradient[i] * parameters[i] / scale, 1e-6);
                for (var j = 0; j < n; j++)
                    Assert.Equal((upGradient[j] - downGradient[j]) / 2e-4 * parameters[j] / scale, hessian[(i * n) + j] * parameters[i] * parameters[j] / scale, 1e-6);
            }
        }
    }

    private static ILogLikelihood Likelihood(string name, SeededRandom random) => name switch
    {
        "nbd" => new NbdLikelihood(Rows(random)),
        "bg-nbd" => new BetaGeometricLikelihood(Rows(random), 0),
        "mbg-nbd" => new BetaGeometricLikelihood(Rows(random), 1),
        "pareto-nbd" => new ParetoNbdLikelihood(Rows(random)),
        "ggom-nbd" => new GGompertzNbdLikelihood(Rows(random)),
        "bg-cnbd-3" => new CnbdLikelihood(Rows(random), 3, dropoutAtStart: false),
        "mbg-cnbd-2" => new CnbdLikelihood(Rows(random), 2, dropoutAtStart: true),
        "bg-bb" => new BgBbLikelihood(Opportunities(random)),
        "sbg" => new SurvivorsLikelihood([1000, 631, 468, 468, 326, 289, 262, 241], withDuration: false),
        _ => new SurvivorsLikelihood([1000, 631, 468, 468, 326, 289, 262, 241], withDuration: true),
    };

    private static double Parameter(string name, SeededRandom random) => name switch
    {
        "alpha" or "beta" => Math.Exp(random.NextNormal() + 1),
        _ => Math.Exp(random.NextNormal() - 0.5),
    };

    private static DistinctHistories Rows(SeededRandom random)
    {
        const int Customers = 12;
        double[] x = new double[Customers], tx = new double[Customers], age = new double[Customers];
        for (var i = 0; i < Customers; i++)
        {
            age[i] = 1 + (50 * random.NextDouble());
            x[i] = i % 3 == 0 ? 0 : 1 + random.NextPoisson(4);
            tx[i] = x[i] == 0 ? 0 : age[i] * random.NextDouble();
        }

        return new DistinctHistories(new PurchaseHistories(x, tx, age));
    }

    private static DistinctHistories Opportunities(SeededRandom random)
    {
        const int Customers = 8;
        double[] x = new double[Customers], tx = new double[Customers], n = new double[Customers];
        for (var i = 0; i < Customers; i++)
        {
            n[i] = 1 + random.NextInt(9);
            tx[i] = random.NextInt((int)n[i] + 1);
            x[i] = tx[i] == 0 ? 0 : 1 + random.NextInt((int)tx[i]);
        }

        return new DistinctHistories(new PurchaseHistories(x, tx, n));
    }
}
