using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Stages;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Seven stages, guards on two plain facts, three inactivity timers; and the same as a switch by hand.</summary>
internal sealed class StageLives
{
    public const int Histories = 50_000, EventsEach = 20;
    private const long Day = NodaConstants.TicksPerDay;
    private static readonly string[] Order = ["order"];
    private static readonly string[] Stages = ["prospect", "first", "repeat", "loyal", "at-risk", "lapsed", "churned"];

    public StageLives()
    {
        Machine = StageMachine.Compile(new StageModelBuilder("shop", "prospect")
            .Count("orders", "order").Sum("spend", "order", "total")
            .Stage("prospect")
            .Stage("first", stage => stage.Timer("lapse", StageSpan.OfDays(90), "at-risk", Order))
            .Stage("repeat", stage => stage.Timer("lapse", StageSpan.OfDays(90), "at-risk", Order))
            .Stage("loyal", stage => stage.Timer("lapse", StageSpan.OfDays(90), "at-risk", Order))
            .Stage("at-risk", stage => stage.Timer("sleep", StageSpan.OfDays(180), "lapsed", Order))
            .Stage("lapsed", stage => stage.Timer("churn", StageSpan.OfDays(365), "churned", Order))
            .Stage("churned")
            .Transition("first", "prospect", "order", "first")
            .Transition("repeat", "first", "order", "repeat")
            .Transition("loyal", "repeat", "order", "loyal", "orders >= 5 and spend >= 500")
            .Transition("rise", "at-risk", "order", "loyal", "orders >= 5 and spend >= 500")
            .Transition("save", "at-risk", "order", "repeat")
            .Transition("back", ["lapsed", "churned"], "order", "repeat")
            .Transition("close", StageTransition.AnyStage, "close", "churned")
            .Build());
        var random = new Random(1);
        var (order, visit) = (Machine.TypeOf("order"), Machine.TypeOf("visit"));
        string[] ids = [.. Enumerable.Range(0, EventsEach).Select(number => $"e{number:00}")];
        for (var history = 0; history < Histories; history++)
        {
            var at = Start;
            for (var i = 0; i < EventsEach; i++)
            {
                at += Duration.FromMinutes(random.Next(1, 60 * 24 * 60));
                var isOrder = random.Next(3) < 2;
                var cents = random.Next(100, 20_000);
                var number = (history * EventsEach) + i;
                Signals[number] = Machine.Signal(isOrder ? order : visit, at, ids[i], isOrder ? StageValue.Number(cents / 100m) : StageValue.None);
                ByHand[number] = (at.ToUnixTimeTicks(), isOrder, cents);
            }
        }
    }

    public static Instant Start { get; } = Instant.FromUtc(2024, 1, 1, 0, 0);

    public static Instant End { get; } = Start + Duration.FromDays(1_500);

    public StageMachine Machine { get; }

    public StageSignal[] Signals { get; } = new StageSignal[Histories * EventsEach];

    public (long At, bool IsOrder, long Cents)[] ByHand { get; } = new (long, bool, long)[Histories * EventsEach];

    public static int NumberOf(string? stage) => Array.IndexOf(Stages, stage);

    /// <summary>A customer as one would keep them by hand.</summary>
    public struct Hand
    {
        public byte Stage;
        public int Orders;
        public long Cents;
        public long LastOrder;
        public long Due;
        public int Moves;

        public void Apply(in (long At, bool IsOrder, long Cents) what)
        {
            if (what.At >= Due) Advance(what.At);
            if (!what.IsOrder) return;
            Orders++;
            Cents += what.Cents;
            LastOrder = what.At;
            var isLoyal = Orders >= 5 && Cents >= 50_000;
            switch (Stage)
            {
                case 0: Enter(1); break;
                case 1: Enter(2); break;
                case 2: if (isLoyal) Enter(3); else Arm(); break;
                case 3: Arm(); break;
                case 4: Enter(isLoyal ? (byte)3 : (byte)2); break;
                default: Enter(2); break;
            }
        }

        public void Advance(long until)
        {
            while (Due <= until) Enter(Stage <= 3 ? (byte)4 : (byte)(Stage + 1));
        }

        private void Enter(byte stage)
        {
            Stage = stage;
            Moves++;
            Arm();
        }

        private void Arm() => Due = Stage switch
        {
            0 or 6 => long.MaxValue,
            4 => LastOrder + (180 * Day),
            5 => LastOrder + (365 * Day),
            _ => LastOrder + (90 * Day),
        };
    }
}

/// <summary>The events of a million customers, in place.</summary>
public class StageApply : HotPath
{
    private const int Customers = 1_000_000;
    private readonly StageState[] _states = new StageState[Customers];
    private readonly StageLives.Hand[] _hands = new StageLives.Hand[Customers];
    private StageLives _lives = null!;
    private StageValue[] _facts = [];

    public override string Name => "stage apply";

    public override string Unit => "event";

    public override int Units => Customers * StageLives.EventsEach;

    public override void Setup()
    {
        _lives = new();
        _facts = new StageValue[Customers * _lives.Machine.FactCells];
    }

    public override double Yardstick()
    {
        var sum = 0L;
        for (var customer = 0; customer < Customers; customer++)
        {
            ref var hand = ref _hands[customer];
            hand = new() { Due = long.MaxValue };
            foreach (ref readonly var what in _lives.ByHand.AsSpan(customer % StageLives.Histories * StageLives.EventsEach, StageLives.EventsEach)) hand.Apply(in what);
            sum += hand.Stage;
        }

        return sum;
    }

    public override double Library()
    {
        var sum = 0L;
        var cells = _lives.Machine.FactCells;
        for (var customer = 0; customer < Customers; customer++)
        {
            var facts = _facts.AsSpan(customer * cells, cells);
            ref var state = ref _states[customer];
            _lives.Machine.Start(ref state, facts, StageLives.Start);
            _lives.Machine.Apply(ref state, facts, _lives.Signals.AsSpan(customer % StageLives.Histories * StageLives.EventsEach, StageLives.EventsEach));
            sum += StageLives.NumberOf(_lives.Machine.StageOf(in state));
        }

        return sum;
    }
}

/// <summary>Whole lives of customers again: sort, facts, timers and history.</summary>
public class StageReplay : ParallelPath
{
    private const int Customers = 50_000;
    private StageLives _lives = null!;

    public override string Name => "stage replay";

    public override string Unit => "customer";

    public override int Units => Customers;

    public override void Setup() => _lives = new();

    public override double Yardstick()
    {
        var life = new (long At, bool IsOrder, long Cents)[StageLives.EventsEach];
        var sum = 0L;
        for (var customer = 0; customer < Customers; customer++)
        {
            _lives.ByHand.AsSpan(customer * StageLives.EventsEach, StageLives.EventsEach).CopyTo(life);
            (life[3], life[14]) = (life[14], life[3]);
            life.AsSpan().Sort(static (left, right) => left.At.CompareTo(right.At));
            var hand = new StageLives.Hand { Due = long.MaxValue };
            foreach (ref readonly var what in life.AsSpan()) hand.Apply(in what);
            hand.Advance(StageLives.End.ToUnixTimeTicks());
            sum += hand.Moves + 1;
        }

        return sum;
    }

    public override double Part(int first, int count)
    {
        var life = new StageSignal[StageLives.EventsEach];
        var facts = new StageValue[_lives.Machine.FactCells];
        var trail = new StageTrail();
        var sum = 0L;
        for (var customer = first; customer < first + count; customer++)
        {
            _lives.Signals.AsSpan(customer * StageLives.EventsEach, StageLives.EventsEach).CopyTo(life);
            (life[3], life[14]) = (life[14], life[3]);
            var state = default(StageState);
            trail.Clear();
            _lives.Machine.Replay(ref state, facts, life, StageLives.End, StageLives.Start, trail);
            sum += trail.Count;
        }

        return sum;
    }
}
