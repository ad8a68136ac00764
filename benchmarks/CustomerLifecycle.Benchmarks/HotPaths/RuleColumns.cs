using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Rules;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Twenty rules of two to eight conditions over a million customers with eight attributes: numbers, a date, a text, a truth value, a set.</summary>
public class RuleColumns : HotPath
{
    private const int Customers = 1_000_000;
    private const int Rules = 20;
    private const int Padded = (Customers + 63) / 64 * 64;
    private static readonly string[] Countries = ["CN", "US", "DE", "FR", "JP", "KR", "GB", "IT", "ES", "BR", "IN", "NL"];
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    private readonly byte[] _age = new byte[Padded];
    private readonly int[] _spend = new int[Padded];
    private readonly double[] _score = new double[Padded];
    private readonly ushort[] _signup = new ushort[Padded];
    private readonly byte[] _country = new byte[Padded];
    private readonly byte[] _active = new byte[Padded];
    private readonly byte[] _tags = new byte[Padded];
    private readonly ushort[] _visits = new ushort[Padded];

    // By hand: every rule is "all" of groups, every group "any" of tests.
    private readonly List<Test[]>[] _groups = new List<Test[]>[Rules];
    private readonly ulong[] _words = new ulong[Padded / 64];
    private readonly RuleMoment _moment = new(Instant.FromUtc(2026, 6, 1, 0, 0), new LocalCalendar(DateTimeZone.Utc));
    private readonly ColumnMatches _matches = new();
    private ColumnPlan _plan = null!;

    public override string Name => "rules by columns";

    public override string Unit => "customer-rule";

    public override int Units => Customers * Rules;

    public int Threads { get; set; } = 1;

    public override void Setup()
    {
        var random = new SeededRandom(11);
        var schema = new RuleSchemaBuilder().Attribute("age", RuleKind.Integer).Attribute("spend", RuleKind.Decimal).Attribute("score", RuleKind.Double).Attribute("signup", RuleKind.Date)
            .Attribute("country", RuleKind.Text).Attribute("active", RuleKind.Boolean).Attribute("tags", RuleKind.Set).Attribute("visits", RuleKind.Integer).Build();
        var columns = new CustomerColumns(schema);
        for (var i = 0; i < Customers; i++)
        {
            _age[i] = (byte)random.NextInt(100);
            _spend[i] = random.NextInt(500_000);
            _score[i] = random.NextDouble();
            _signup[i] = (ushort)(16_000 + random.NextInt(4_500));
            _country[i] = (byte)random.NextInt(Countries.Length);
            _active[i] = (byte)random.NextInt(2);
            _tags[i] = (byte)random.NextInt(128);
            _visits[i] = (ushort)random.NextInt(2_000);
            var row = columns.Add();
            columns.Set(row, "age", RuleValue.Of((long)_age[i]));
            columns.Set(row, "spend", RuleValue.Of(_spend[i] / 100m));
            columns.Set(row, "score", RuleValue.Of(_score[i]));
            columns.Set(row, "signup", RuleValue.Of(Epoch.PlusDays(_signup[i])));
            columns.Set(row, "country", RuleValue.Of(Countries[_country[i]]));
            columns.Set(row, "active", RuleValue.Of(_active[i] == 1));
            var tags = _tags[i];
            columns.Set(row, "tags", RuleValue.Of(Enumerable.Range(0, 7).Where(tag => (tags >> tag & 1) != 0).Select(tag => $"t{tag}")));
            columns.Set(row, "visits", RuleValue.Of((long)_visits[i]));
        }

        var rules = new BoundRule[Rules];
        for (var rule = 0; rule < Rules; rule++)
        {
            var groups = new List<Test[]>();
            var conditions = 2 + random.NextInt(7);
            while (conditions > 0)
            {
                var group = new Test[Math.Min(conditions, rule % 2 == 0 ? 1 : 2)];
                for (var i = 0; i < group.Length; i++) group[i] = Test.Of(random);
                conditions -= group.Length;
                groups.Add(group);
            }

            _groups[rule] = groups;
            rules[rule] = Rule.Parse(string.Join(" and ", groups.Select(group => $"({string.Join(" or ", group.Select(test => test.Text))})"))).Value.Bind(schema).Value;
        }

        _plan = new(columns, rules);
    }

    public override double Library()
    {
        _plan.Evaluate(_moment, _matches, Threads);
        var sum = 0L;
        for (var rule = 0; rule < Rules; rule++) sum += (rule + 1L) * _matches.Count(rule);
        return sum;
    }

    /// <summary>By hand: for each rule and each 64 customers, compare vectors, join the bits.</summary>
    public override double Yardstick()
    {
        const int block = 4096 / 64;
        var sum = 0L;
        for (var first = 0; first < _words.Length; first += block)
            for (var rule = 0; rule < Rules; rule++)
            {
                var words = _words.AsSpan(first, Math.Min(block, _words.Length - first));
                words.Fill(ulong.MaxValue);
                foreach (var group in _groups[rule]) Join(group, 64 * first, words);
                for (var i = 0; i < words.Length; i++) sum += (rule + 1L) * BitOperations.PopCount(64 * (first + i) + 64 <= Customers ? words[i] : words[i] & ((1UL << (Customers % 64)) - 1));
            }

        return sum;
    }

    private void Join(Test[] group, int first, Span<ulong> words)
    {
        Span<ulong> any = stackalloc ulong[64];
        any = any[..words.Length];
        any.Clear();
        foreach (var test in group)
        {
            switch (test.Column)
            {
                case 0:
                    AddRange(_age.AsSpan(first), (byte)test.Low, (byte)test.High, any);
                    break;
                case 1:
                    AddRange(_spend.AsSpan(first), test.Low, test.High, any);
                    break;
                case 2:
                    AddRange(_score.AsSpan(first), test.Low / 1000d, test.High / 1000d, any);
                    break;
                case 3:
                    AddRange(_signup.AsSpan(first), (ushort)test.Low, (ushort)test.High, any);
                    break;
                case 4:
                    AddRange(_country.AsSpan(first), (byte)test.Low, (byte)test.High, any);
                    break;
                case 5:
                    AddRange(_active.AsSpan(first), (byte)test.Low, (byte)test.High, any);
                    break;
                case 6:
                    AddMasked(_tags.AsSpan(first), (byte)test.Low, any);
                    break;
                default:
                    AddRange(_visits.AsSpan(first), (ushort)test.Low, (ushort)test.High, any);
                    break;
            }
        }

        for (var i = 0; i < words.Length; i++) words[i] &= any[i];
    }

    private static void AddRange<T>(Span<T> values, T low, T high, Span<ulong> words)
        where T : unmanaged, INumber<T>
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        var (from, to) = (Vector512.Create(low), Vector512.Create(high));
        for (var i = 0; i < words.Length; i++)
        {
            var word = 0UL;
            for (var bit = 0; bit < 64; bit += Vector512<T>.Count)
            {
                var some = Vector512.LoadUnsafe(ref value, (nuint)((64 * i) + bit));
                word |= (Vector512.GreaterThanOrEqual(some, from) & Vector512.LessThanOrEqual(some, to)).ExtractMostSignificantBits() << bit;
            }

            words[i] |= word;
        }
    }

    private static void AddMasked(Span<byte> values, byte mask, Span<ulong> words)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        var bits = Vector512.Create(mask);
        for (var i = 0; i < words.Length; i++) words[i] |= ~Vector512.Equals(Vector512.LoadUnsafe(ref value, (nuint)(64 * i)) & bits, Vector512<byte>.Zero).ExtractMostSignificantBits();
    }

    /// <summary>A test by hand, a closed range of what the column holds, and the same in the language.</summary>
    private sealed record Test(int Column, int Low, int High, string Text)
    {
        public static Test Of(SeededRandom random)
        {
            var column = random.NextInt(8);
            switch (column)
            {
                case 0:
                    var age = random.NextInt(80);
                    return new(column, age, age + 30, Words("age between {0} and {1}", age, age + 30));
                case 1:
                    var cents = random.NextInt(400_000);
                    return new(column, cents, int.MaxValue, Words("spend >= {0}", cents / 100m));
                case 2:
                    var score = random.NextInt(900);
                    return new(column, 0, score, Words("score <= {0}e-3", score));
                case 3:
                    var day = 16_000 + random.NextInt(4_000);
                    return new(column, day, ushort.MaxValue, Words("signup >= {0}", Epoch.PlusDays(day).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)));
                case 4:
                    var country = random.NextInt(Countries.Length);
                    return new(column, country, country, Words("country = '{0}'", Countries[country]));
                case 5:
                    var active = random.NextInt(2);
                    return new(column, active, active, active == 1 ? "active = true" : "active = false");
                case 6:
                    var tag = random.NextInt(6);
                    return new(column, 3 << tag, 0, Words("tags has any of ('t{0}', 't{1}')", tag, tag + 1));
                default:
                    var visits = random.NextInt(1_500);
                    return new(column, visits, visits + 500, Words("visits between {0} and {1}", visits, visits + 500));
            }
        }

        private static string Words(string format, params object[] values) => string.Format(CultureInfo.InvariantCulture, format, values);
    }
}
