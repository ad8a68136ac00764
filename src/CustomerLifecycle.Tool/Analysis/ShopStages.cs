using CustomerLifecycle.Stages;

namespace CustomerLifecycle.Tool;

/// <summary>Where each customer of a shop is in the purchase lifecycle, replayed from their purchase days.</summary>
/// <remarks>A purchase day is an order at its midnight UTC; the as-of day counts to its end.</remarks>
internal sealed class ShopStages
{
    private readonly Shop _shop;

    private ShopStages(Shop shop, StageMachine machine)
    {
        _shop = shop;
        Machine = machine;
        AsOf = EndOf(shop);
        Answers = new StageAnswer[shop.Customers.Count];
    }

    /// <summary>The purchase lifecycle with win-back.</summary>
    public StageMachine Machine { get; }

    /// <summary>The end of the as-of day.</summary>
    public Instant AsOf { get; }

    /// <summary>Each customer's answer, in the order of the shop.</summary>
    public StageAnswer[] Answers { get; }

    public static ShopStages Of(Shop shop)
    {
        var stages = new ShopStages(shop, StageMachine.Compile(StageTemplates.PurchaseLifecycleWithWinBack()));
        Parallel.For(0, stages.Answers.Length, stages.Replay);
        return stages;
    }

    /// <summary>Replays one customer; the others' answers stay null.</summary>
    public static ShopStages Of(Shop shop, int customer)
    {
        var stages = new ShopStages(shop, StageMachine.Compile(StageTemplates.PurchaseLifecycleWithWinBack()));
        stages.Replay(customer);
        return stages;
    }

    private void Replay(int customer) => Answers[customer] = Machine.Replay(EventsOf(customer), new(AsOf));

    /// <summary>Why a customer is where they are.</summary>
    public StageExplanation Explain(int customer) => Machine.Explain(EventsOf(customer), new(AsOf));

    /// <summary>A customer's purchase days as orders.</summary>
    public CustomerEvent[] EventsOf(int customer)
    {
        var id = new CustomerId(_shop.Customers[customer]);
        var days = _shop.DaysOf(customer);
        var totals = _shop.TotalsOf(customer);
        var events = new CustomerEvent[days.Length];
        for (var i = 0; i < events.Length; i++)
            events[i] = new(EventIdOf(days[i]), id, Purchase.EventType, MidnightOf(days[i]), PropertyBag.Of(Purchase.TotalProperty, totals[i]));
        return events;
    }

    /// <summary>How many customers are in each stage at the end of each of these days: a row for each day, a column for each stage of the model.</summary>
    public int[][] CountsAt(IReadOnlyList<int> days)
    {
        var index = Machine.Model.Stages.Select((stage, number) => (stage.Id, number)).ToDictionary(pair => pair.Id, pair => pair.number, StringComparer.Ordinal);
        var counts = days.Select(_ => new int[index.Count]).ToArray();
        foreach (var answer in Answers)
        {
            var row = -1;
            for (var i = 0; i < days.Count; i++)
            {
                var end = MidnightOf(days[i] + 1);
                while (row + 1 < answer.History.Count && answer.History[row + 1].At < end) row++;
                if (row >= 0) counts[i][index[answer.History[row].To]]++;
            }
        }

        return counts;
    }

    /// <summary>How long customers stayed in a stage before they left it, in days, shortest first.</summary>
    public double[] StaysIn(string stage)
    {
        var stays = new List<double>();
        foreach (var answer in Answers)
        {
            for (var i = 0; i + 1 < answer.History.Count; i++)
                if (string.Equals(answer.History[i].To, stage, StringComparison.Ordinal)) stays.Add((answer.History[i + 1].At - answer.History[i].At).TotalDays);
        }

        stays.Sort();
        return [.. stays];
    }

    /// <summary>The last instant of the last day that counts.</summary>
    public static Instant EndOf(Shop shop) => MidnightOf(shop.AsOfDay + 1) - Duration.Epsilon;

    /// <summary>What the event of a purchase day is called.</summary>
    public static string EventIdOf(int day) => $"{DayReader.DateOf(day):uuuu-MM-dd}";

    public static Instant MidnightOf(int day) => NodaConstants.UnixEpoch + Duration.FromDays(day);
}
