using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Rules;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Rules over 11.6 million events of a million customers: six views in ten, one order in seven.</summary>
public abstract class RuleEvents : HotPath
{
    protected const int Customers = 1_000_000;
    protected const int Events = 11_600_000;
    protected const byte View = 0;
    protected const byte Cart = 1;
    protected const byte Order = 2;
    protected const long Day = NodaConstants.NanosecondsPerDay;
    private static readonly string[] Types = ["view", "cart", "order"];

    private readonly ColumnMatches _matches = new();
    private ColumnPlan _plan = null!;

    public int Threads { get; set; } = 1;

    protected static Instant Now { get; } = Instant.FromUtc(2026, 6, 1, 0, 0);

    /// <summary>Now, in nanoseconds since 1970.</summary>
    protected static long End { get; } = (Now - NodaConstants.UnixEpoch).ToInt64Nanoseconds();

    /// <summary>Where each customer's events begin, and where the last one's end.</summary>
    protected int[] First { get; } = new int[Customers + 1];

    protected long[] At { get; } = new long[Events];

    protected byte[] Type { get; } = new byte[Events];

    /// <summary>In cents.</summary>
    protected int[] Total { get; } = new int[Events];

    /// <summary>The rules, each of which adds how many customers it holds of to the checksum, times its place.</summary>
    protected abstract IReadOnlyList<string> Rules { get; }

    public override void Setup()
    {
        var random = new SeededRandom(5);
        var schema = new RuleSchemaBuilder().Event("view").Event("cart").Event("order", ("total", RuleKind.Decimal)).Build();
        var columns = new CustomerColumns(schema);
        var next = 0;
        for (var customer = 0; customer < Customers; customer++)
        {
            First[customer] = next;
            var count = Math.Min(customer == Customers - 1 ? Events : random.NextInt(24) + (customer % 10 == 0 ? 1 : 0), Events - next);
            for (var i = 0; i < count; i++) At[next + i] = End - 1 - (long)(random.NextDouble() * 730 * Day);
            Array.Sort(At, next, count);
            columns.Add();
            for (var end = next + count; next < end; next++)
            {
                Type[next] = random.NextInt(20) switch { < 12 => View, < 17 => Cart, _ => Order };
                if (Type[next] == Order) Total[next] = random.NextInt(20_000);
                columns.Record(customer, new(Types[Type[next]], NodaConstants.UnixEpoch.PlusNanoseconds(At[next]), Type[next] == Order ? [new("total", RuleValue.Of(Total[next] / 100m))] : null));
            }
        }

        First[Customers] = next;
        _plan = new(columns, Rules.Select(text => Rule.Parse(text).Value.Bind(schema).Value));
    }

    public override double Library()
    {
        // Another moment each time, as in real life: nothing is left from the last one.
        _plan.Evaluate(new(Now, new LocalCalendar(DateTimeZone.Utc)), _matches, Threads);
        var sum = 0L;
        for (var rule = 0; rule < _matches.Rules; rule++) sum += (rule + 1L) * _matches.Count(rule);
        return sum;
    }
}

/// <summary>How often, how much, how recently.</summary>
public sealed class RuleEventAggregates : RuleEvents
{
    public override string Name => "rules by events: aggregates";

    public override string Unit => "event-aggregate";

    public override int Units => Events * 4;

    protected override IReadOnlyList<string> Rules { get; } =
        ["view.count(last 365 days) >= 5", "order.sum(total, last 365 days) > 100.00", "order.last() before 90 days ago", "order[total >= 50].sum(total) > 250"];

    /// <summary>By hand: one pass over each customer's events.</summary>
    public override double Yardstick()
    {
        var sum = 0L;
        for (var customer = 0; customer < Customers; customer++)
        {
            var (views, total, last, large) = (0, 0L, long.MinValue, 0L);
            for (var i = First[customer]; i < First[customer + 1]; i++)
            {
                if (Type[i] == View)
                {
                    if (At[i] > End - (365 * Day)) views++;
                }
                else if (Type[i] == Order)
                {
                    if (At[i] > End - (365 * Day)) total += Total[i];
                    if (Total[i] >= 5_000) large += Total[i];
                    last = At[i];
                }
            }

            sum += (views >= 5 ? 1 : 0) + (total > 10_000 ? 2 : 0) + (last != long.MinValue && last <= End - (90 * Day) ? 3 : 0) + (large > 25_000 ? 4 : 0);
        }

        return sum;
    }
}

/// <summary>Three steps, each within a time of the one before.</summary>
public sealed class RuleEventSequence : RuleEvents
{
    public override string Name => "rules by events: sequence";

    public override string Unit => "event";

    public override int Units => Events;

    protected override IReadOnlyList<string> Rules { get; } = ["sequence(view then cart within 14 days then order within 30 days)"];

    /// <summary>By hand: how long each next step is open.</summary>
    public override double Yardstick()
    {
        var sum = 0L;
        for (var customer = 0; customer < Customers; customer++)
        {
            var (cartUntil, orderUntil) = (long.MinValue, long.MinValue);
            for (var i = First[customer]; i < First[customer + 1]; i++)
            {
                var at = At[i];
                if (Type[i] == Order && at < orderUntil)
                {
                    sum++;
                    break;
                }

                if (Type[i] == Cart && at < cartUntil) orderUntil = at + (30 * Day);
                if (Type[i] == View) cartUntil = at + (14 * Day);
            }
        }

        return sum;
    }
}
