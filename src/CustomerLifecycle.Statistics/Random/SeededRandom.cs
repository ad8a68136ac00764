namespace CustomerLifecycle.Statistics;

/// <summary>Random numbers from a seed: the same seed gives the same whole numbers on every framework and machine.</summary>
/// <remarks>
/// xoshiro256** of Blackman and Vigna (2021), Scrambled linear pseudorandom number generators, ACM TOMS 47(4), seeded through SplitMix64. Numbers that pass through
/// a logarithm or exponential agree across frameworks to the last digits only. Not for secrets. Not safe for concurrent callers: give each its own <see cref="Split"/>.
/// </remarks>
public sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double? _spareNormal;

    /// <summary>Starts a sequence.</summary>
    /// <param name="seed">Any number; each starts another sequence.</param>
    public SeededRandom(long seed)
    {
        var state = unchecked((ulong)seed);
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        unchecked
        {
            var result = Rotate(_s1 * 5, 7) * 9;
            var shifted = _s1 << 17;
            _s2 ^= _s0;
            _s3 ^= _s1;
            _s1 ^= _s2;
            _s0 ^= _s3;
            _s2 ^= shifted;
            _s3 = Rotate(_s3, 45);
            return result;
        }
    }

    /// <summary>A whole number, each equally likely.</summary>
    /// <param name="bound">One more than the largest; above 0.</param>
    /// <returns>0 to <paramref name="bound"/> - 1, without bias.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not above 0.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (ulong)bound;
        var unbiased = ulong.MaxValue - (ulong.MaxValue % range);
        var bits = NextBits();
        while (bits >= unbiased) bits = NextBits();
        return (int)(bits % range);
    }

    /// <summary>A number between 0 and 1, uniform.</summary>
    /// <returns>A multiple of 2⁻⁵³, 0 included, 1 excluded.</returns>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A waiting time, exponential.</summary>
    /// <param name="rate">Events per time unit; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is not above 0.</exception>
    public double NextExponential(double rate)
    {
        RequirePositive(rate, nameof(rate));
        return -Math.Log(NextOpen()) / rate;
    }

    /// <summary>A standard normal number.</summary>
    /// <remarks>Marsaglia's polar method.</remarks>
    public double NextNormal()
    {
        if (_spareNormal is { } spare)
        {
            _spareNormal = null;
            return spare;
        }

        double x, y, square;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            square = (x * x) + (y * y);
        }
        while (square >= 1 || square == 0);

        var factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spareNormal = y * factor;
        return x * factor;
    }

    /// <summary>A gamma number.</summary>
    /// <param name="shape">Above 0; the mean is shape / rate.</param>
    /// <param name="rate">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not above 0.</exception>
    /// <remarks>Marsaglia and Tsang (2000), A simple method for generating gamma variables, ACM TOMS 26(3); a shape below 1 is raised by one and brought back by a uniform number.</remarks>
    public double NextGamma(double shape, double rate)
    {
        RequirePositive(shape, nameof(shape));
        RequirePositive(rate, nameof(rate));
        return Math.Exp(NextLogGamma(shape)) / rate;
    }

    /// <summary>A beta number.</summary>
    /// <param name="a">Above 0; the mean is a / (a + b).</param>
    /// <param name="b">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not above 0.</exception>
    /// <remarks>The share of one gamma number in the sum of two, by logarithms, so that small shapes do not end in 0/0.</remarks>
    public double NextBeta(double a, double b)
    {
        RequirePositive(a, nameof(a));
        RequirePositive(b, nameof(b));
        var first = NextLogGamma(a);
        return 1 / (1 + Math.Exp(NextLogGamma(b) - first));
    }

    /// <summary>A Poisson count.</summary>
    /// <param name="mean">0 to 1e9.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mean"/> is outside 0 to 1e9.</exception>
    /// <remarks>Large means are halved by Ahrens and Dieter's gamma step (1974), small ones counted by products of uniform numbers: exact for every mean.</remarks>
    public int NextPoisson(double mean)
    {
        if (!(mean >= 0 && mean <= 1e9)) throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean must lie between 0 and 1e9.");
        var count = 0;
        while (mean > 30)
        {
            var events = (int)(mean * 7 / 8);
            var time = NextGamma(events, 1);
            if (time > mean) return count + NextBinomial(events - 1, mean / time);
            count += events;
            mean -= time;
        }

        var limit = Math.Exp(-mean);
        for (var product = NextOpen(); product > limit; product *= NextOpen()) count++;
        return count;
    }

    /// <summary>A count of successes.</summary>
    /// <param name="trials">0 or more.</param>
    /// <param name="probability">Of each success; 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Many trials are halved at a random order statistic, a beta number (Devroye, Non-Uniform Random Variate Generation, X.4), few are counted: exact.</remarks>
    public int NextBinomial(int trials, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        if (!(probability >= 0 && probability <= 1)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies between 0 and 1.");
        var count = 0;
        while (trials > 20)
        {
            var middle = 1 + (trials / 2);
            var statistic = NextBeta(middle, trials + 1 - middle);
            if (statistic <= probability)
            {
                count += middle;
                trials -= middle;
                probability = Math.Min(1, (probability - statistic) / (1 - statistic));
            }
            else
            {
                trials = middle - 1;
                probability /= statistic;
            }
        }

        for (; trials > 0; trials--) if (NextDouble() < probability) count++;
        return count;
    }

    /// <summary>A generator of its own for a part of the work, so that parts give the same numbers in whatever order they run.</summary>
    /// <param name="part">The part's number.</param>
    /// <returns>A sequence that depends on this generator's present state and on <paramref name="part"/> only; this generator is not moved.</returns>
    public SeededRandom Split(int part)
    {
        unchecked
        {
            var state = _s0 ^ Rotate(_s2, 23) ^ ((ulong)part * 0xD1342543DE82EF95UL);
            return new SeededRandom((long)SplitMix(ref state));
        }
    }

    private double NextOpen() => ((NextBits() >> 11) + 0.5) * (1.0 / (1UL << 53));

    private double NextLogGamma(double shape)
    {
        var boost = shape < 1 ? Math.Log(NextOpen()) / shape : 0;
        var d = (shape < 1 ? shape + 1 : shape) - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = NextNormal();
            var root = 1 + (c * x);
            if (root <= 0) continue;
            var v = root * root * root;
            if (Math.Log(NextOpen()) < (0.5 * x * x) + (d * (1 - v + Math.Log(v)))) return Math.Log(d * v) + boost;
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15UL;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    private static ulong Rotate(ulong value, int bits) => (value << bits) | (value >> (64 - bits));

    private static void RequirePositive(double value, string name)
    {
        if (!(value > 0) || double.IsPositiveInfinity(value)) throw new ArgumentOutOfRangeException(name, value, "The argument must be a finite number above 0.");
    }
}
