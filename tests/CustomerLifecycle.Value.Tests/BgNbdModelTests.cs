using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value.Tests;

public class BgNbdModelTests
{
    /// <summary>The estimates of Fader, Hardie and Lee (2005), table 1, on CDNOW.</summary>
    private static readonly BgNbdModel Paper = new(new BgNbdParameters(0.243, 4.414, 0.793, 2.426));

    public static TheoryData<double, double, double, double> Cohorts => new()
    {
        { 0.243, 4.414, 0.793, 2.426 },
        { 0.25, 4, 1, 2.5 },
        { 0.05, 0.5, 0.1, 0.2 },
        { 3.5, 40, 0.02, 5 },
        { 12, 900, 30, 200 },
        { 0.6, 7, 2.5, 0.3 },
        { 5, 3, 2, 4 },
    };

    [Fact]
    public void ExpectedPurchases_OfThePapersCustomer_IsThePrintedOne() =>
        Assert.Equal(1.226, Paper.ExpectedPurchases(new PurchaseHistory(2, 30.43, 38.86), 39), 0.0005);

    [Fact]
    public void ProbabilityAlive_WithoutARepeatPurchase_IsOne()
    {
        Assert.Equal(1, Paper.ProbabilityAlive(new PurchaseHistory(0, 0, 500)));
        Assert.Equal(1, Paper.ProbabilityAlive(default));
    }

    [Theory, MemberData(nameof(Cohorts))]
    public void ExpectedPurchases_IsTheIntegralThatDefinesIt(double r, double alpha, double a, double b)
    {
        var model = new BgNbdModel(new BgNbdParameters(r, alpha, a, b));
        foreach (var history in new[] { default, new PurchaseHistory(0, 0, 38.86), new PurchaseHistory(2, 30.43, 38.86), new PurchaseHistory(80, 38, 38.9), new PurchaseHistory(1500, 364, 365) })
        {
            foreach (var horizon in new[] { 1e-6, 0.3, 1, 39, 520, 1e5 })
            {
                var expected = model.ProbabilityAlive(history) * Integral(r + history.Frequency, horizon / (alpha + history.Age), a, b + history.Frequency);
                var actual = model.ExpectedPurchases(history, horizon);
                Assert.True(Math.Abs(actual - expected) <= 1e-10 * expected, $"{history}, {horizon}: expected {expected:R}, found {actual:R}.");
            }
        }
    }

    /// <summary>Computed with forty digits: shapes for which the terms of the series alternate, and chances to leave that are nearly all 0 or 1.</summary>
    [Theory]
    [InlineData(50, 0.001, 0.8, 2.4, 1, 73.80390423951283)]
    [InlineData(50, 0.001, 0.8, 2.4, 520, 285.2197757725343)]
    [InlineData(2, 5, 1e-8, 1e-8, 1e5, 20000.49791935087)]
    public void ExpectedPurchases_OfANewCustomer_AtTheEdgesOfTheParameters_IsExact(double r, double alpha, double a, double b, double horizon, double expected) =>
        Assert.Equal(expected, new BgNbdModel(new BgNbdParameters(r, alpha, a, b)).ExpectedPurchases(default(PurchaseHistory), horizon), 1e-10 * expected);

    [Fact]
    public void ExpectedPurchases_AcrossAEqualToOne_IsSmooth()
    {
        var history = new PurchaseHistory(3, 20, 39);
        var below = new BgNbdModel(new BgNbdParameters(0.25, 4, 1 - 1e-9, 2.5)).ExpectedPurchases(history, 39);
        var above = new BgNbdModel(new BgNbdParameters(0.25, 4, 1 + 1e-9, 2.5)).ExpectedPurchases(history, 39);

        Assert.Equal((below + above) / 2, new BgNbdModel(new BgNbdParameters(0.25, 4, 1, 2.5)).ExpectedPurchases(history, 39), 1e-12);
    }

    [Theory, MemberData(nameof(Cohorts))]
    public void ProbabilityOfPurchases_SumsToOne_AndItsMeanIsTheExpectation(double r, double alpha, double a, double b)
    {
        var model = new BgNbdModel(new BgNbdParameters(r, alpha, a, b));
        foreach (var history in new[] { default, new PurchaseHistory(2, 30.43, 38.86) })
        {
            double sum = 0, mean = 0;
            for (var count = 0; count < 4000 && sum < 1 - 1e-13; count++)
            {
                var probability = model.ProbabilityOfPurchases(history, count, 10);
                sum += probability;
                mean += count * probability;
            }

            Assert.Equal(1, sum, 1e-11);
            Assert.InRange(mean / model.ExpectedPurchases(history, 10), 1 - 1e-8, 1 + 1e-8);
        }
    }

    [Theory, MemberData(nameof(Cohorts))]
    public void DiscountedExpectedTransactions_IsTheIntegralOverTheExpectedPurchases(double r, double alpha, double a, double b)
    {
        var model = new BgNbdModel(new BgNbdParameters(r, alpha, a, b));
        foreach (var rate in new[] { 0.0027, 0.05, 2 })
        {
            foreach (var history in new[] { default, new PurchaseHistory(2, 30.43, 38.86), new PurchaseHistory(60, 38, 38.9) })
            {
                // By parts: the integral of exp(-d t) dE(t) is that of exp(-s) E(s/d), here over ln s.
                double expected = 0;
                for (var y = -45.0; y < 4.5; y += 0.05) expected += 0.05 * Math.Exp(y - Math.Exp(y)) * model.ExpectedPurchases(history, Math.Exp(y) / rate);
                var actual = model.DiscountedExpectedTransactions(history, DiscountRate.Continuous(TimeUnit.Week, rate));
                Assert.True(Math.Abs(actual - expected) <= 1e-9 * expected, $"{history}, {rate}: expected {expected:R}, found {actual:R}.");
            }
        }
    }

    [Theory, MemberData(nameof(Cohorts))]
    public void DiscountedExpectedTransactions_BetweenThePointsOfItsPanels_IsTheIntegral(double r, double alpha, double a, double b)
    {
        var discounted = new DiscountedPurchases(r, alpha, a, b);
        var random = new SeededRandom(5);
        foreach (var frequency in new[] { 0, 1, 2, 30, 255, 256, 2.5, 5000 })
        {
            for (var i = 0; i < 12; i++)
            {
                double age = 500 * random.NextDouble(), rate = Math.Exp(-14 + (16 * random.NextDouble())), u = (alpha + age) * rate;
                double expected = (r + frequency) / u * BetaGeometricPurchases.DiscountedShare(r + frequency, u, a, b + frequency), actual = discounted.Of(frequency, age, rate);
                Assert.True(Math.Abs(actual - expected) <= 1e-11 * expected, $"{frequency}, {age}, {rate}: expected {expected:R}, found {actual:R}.");
                Assert.Equal(actual, new DiscountedPurchases(r, alpha, a, b).Of(frequency, age, rate));
            }
        }
    }

    [Fact]
    public void DiscountedExpectedTransactions_OfManyCustomers_HaveTheBitsOfOneByOne()
    {
        var cohort = Cohort.Random(400);
        var one = new BgNbdModel(new BgNbdParameters(0.25, 4, 0.8, 2.5));
        var found = new double[cohort.Count];
        new BgNbdModel(new BgNbdParameters(0.25, 4, 0.8, 2.5)).DiscountedExpectedTransactions(cohort.Histories, DiscountRate.Annual(0.1), found);
        for (var i = found.Length - 1; i >= 0; i--) Assert.Equal(found[i], one.DiscountedExpectedTransactions(cohort.Histories[i], DiscountRate.Annual(0.1)));
    }

    [Theory, MemberData(nameof(Cohorts))]
    public void ManyCustomers_AreScoredAsOneByOne_InChunksOfAnySize_ToTheBit(double r, double alpha, double a, double b)
    {
        var cohort = Cohort.Random(1_003);
        var model = new BgNbdModel(new BgNbdParameters(r, alpha, a, b));
        double[] whole = new double[cohort.Count], parts = new double[cohort.Count];
        model.ExpectedPurchases(cohort.Histories, 52, whole);
        for (int start = 0, size = 1; start < parts.Length; start += size, size = Math.Min(size + 1, parts.Length - start))
            model.ExpectedPurchases(cohort.Histories.Slice(start, size), 52, parts.AsSpan(start, size));

        Assert.Equal(whole, parts);
        for (var i = 0; i < whole.Length; i++) Assert.Equal(whole[i], model.ExpectedPurchases(cohort.Histories[i], 52));
        model.ProbabilityAlive(cohort.Histories, whole);
        for (var i = 0; i < whole.Length; i++) Assert.Equal(whole[i], model.ProbabilityAlive(cohort.Histories[i]));
    }

#if NET10_0_OR_GREATER
    [Theory, MemberData(nameof(Cohorts))]
    public void Lanes_OfEveryWidth_GiveTheSameBits_AndTheScalarAnswerWithinTheBound(double r, double alpha, double a, double b)
    {
        var scorer = new BetaGeometricScorer(r, alpha, a, b, firstDropout: 0);
        var cohort = Cohort.Random(500);
        foreach (var horizon in new[] { -1, 0, 1e-6, 1, 52, 1e4 })
        {
            double[] eight = new double[cohort.Count], four = new double[cohort.Count], two = new double[cohort.Count];
            var plan = horizon < 0 ? new PeriodPlan(0, 0, 1) : new PeriodPlan(1, horizon, 1);
            scorer.Score<Lanes8>(cohort.Histories, plan, eight);
            scorer.Score<Lanes4>(cohort.Histories, plan, four);
            scorer.Score<Lanes2>(cohort.Histories, plan, two);

            Assert.Equal(eight, four);
            Assert.Equal(eight, two);
            for (var i = 0; i < eight.Length; i++)
            {
                var history = cohort.Histories[i];
                var scalar = scorer.ScalarProbabilityAlive(history) * (horizon < 0 ? 1 : scorer.ScalarExpectedWhileAlive(history.Frequency, history.Age, horizon));
                Assert.True(Math.Abs(eight[i] - scalar) <= 1e-11 * scalar, $"{history}, {horizon}: {eight[i]:R} and {scalar:R}.");
            }
        }
    }

#endif
    [Fact]
    public void ManyCustomers_OnAnyNumberOfThreads_GetTheSameBits()
    {
        var summary = Cohort.Simulate(new BgNbdParameters(0.5, 3, 0.8, 2), 9_000, seed: 3);
        double[] one = new double[summary.Count], several = new double[summary.Count];
        Paper.ExpectedPurchases(summary.Histories, 39, one);
        foreach (var threads in new[] { 1, 2, 4 })
        {
            Paper.ExpectedPurchases(summary, 39, several, new ParallelOptions { MaxDegreeOfParallelism = threads });
            Assert.Equal(one, several);
        }

        Paper.ProbabilityAlive(summary.Histories, one);
        Paper.ProbabilityAlive(summary, several, new ParallelOptions());
        Assert.Equal(one, several);
    }

    [Fact]
    public void ManyCustomers_AreScoredWithoutAllocating()
    {
        var cohort = Cohort.Random(10_000);
        var destination = new double[cohort.Count];
        Paper.ProbabilityAlive(cohort.Histories, destination);
        Paper.ExpectedPurchases(cohort.Histories, 39, destination);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Paper.ProbabilityAlive(cohort.Histories, destination);
        Paper.ExpectedPurchases(cohort.Histories, 39, destination);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(-1, 0, 5)]
    [InlineData(0.5, 1, 5)]
    [InlineData(0, 1, 5)]
    [InlineData(2, 6, 5)]
    [InlineData(2, -1, 5)]
    [InlineData(2, 1, double.NaN)]
    [InlineData(double.NaN, 1, 5)]
    [InlineData(2, 1, double.PositiveInfinity)]
    public void ARowThatCannotBe_IsNamed_AndOneCannotBeMade(double frequency, double recency, double age)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PurchaseHistory(frequency, recency, age));
        foreach (var (count, bad) in new[] { (100, 37), (100, 99), (1, 0) })
        {
            double[] x = new double[count], tx = new double[count], total = new double[count];
            Array.Fill(total, 10);
            (x[bad], tx[bad], total[bad]) = (frequency, recency, age);

            var error = Assert.Throws<ArgumentException>(() => Paper.ProbabilityAlive(new PurchaseHistories(x, tx, total), new double[count]));

            Assert.Contains($"Row {bad} ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Arguments_OutsideTheirRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Paper.ExpectedPurchases(default, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Paper.ExpectedPurchases(default, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Paper.ProbabilityOfPurchases(default, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Paper.DiscountedExpectedTransactions(default, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BgNbdParameters(0, 1, 1, 1));
        Assert.Throws<ArgumentException>(() => new BgNbdModel(default));
        Assert.Throws<ArgumentException>(() => Paper.ProbabilityAlive(new PurchaseHistories([0], [0], [1]), new double[2]));
        Assert.Throws<ArgumentException>(() => new PurchaseHistories([0], [0], [1, 2]));
    }

    /// <summary>The definition, by the trapezoidal rule over ln(p/(1 - p)), which is exact to rounding for such integrands.</summary>
    private static double Integral(double shape, double time, double a, double b)
    {
        const double Step = 0.02;
        double sum = 0, logBeta = GammaFunctions.LogBeta(a, b);
        for (var y = -40 - (40 / a); y < 40 + (40 / b); y += Step)
        {
            double p = 1 / (1 + Math.Exp(-y)), density = Math.Exp(-(a * Elementary.Softplus(-y)) - (b * Elementary.Softplus(y)) - logBeta);
            sum += density * (p * time < 1e-300 ? shape * time : -Elementary.Expm1(-shape * Elementary.Log1p(p * time)) / p);
        }

        return sum * Step;
    }
}
