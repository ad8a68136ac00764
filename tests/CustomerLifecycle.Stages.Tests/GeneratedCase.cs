namespace CustomerLifecycle.Stages.Tests;

/// <summary>A valid chain of models and a customer's deliveries, made from a seed: ties, duplicates, conflicts, late events, overrides, locks, hierarchy, versions.</summary>
internal sealed class GeneratedCase
{
    private static readonly string[] Types = ["buy", "visit", "leave"];
    private static readonly Instant Epoch = Instant.FromUtc(2025, 1, 1, 0, 0);
    private static readonly CustomerId Customer = new("generated");
    private readonly Random _random;

    private GeneratedCase(int seed)
    {
        Seed = seed;
        _random = new(seed);
        Machine = MakeMachine();
        Start = Chance(60) ? At(_random.Next(20)) : null;
        Deliveries = MakeDeliveries();
        Looks = [.. Enumerable.Range(0, 5).Select(_ => At(_random.Next(200)) + Duration.FromHours(_random.Next(24))).Order()];
    }

    public int Seed { get; }

    public StageMachine Machine { get; }

    public Instant? Start { get; }

    public IReadOnlyList<CustomerEvent> Deliveries { get; }

    /// <summary>As-of instants over the whole life and beyond, in order.</summary>
    public IReadOnlyList<Instant> Looks { get; }

    public static GeneratedCase Of(int seed) => new(seed);

    private bool Chance(int percent) => _random.Next(100) < percent;

    private static Instant At(int day) => Epoch + Duration.FromDays(day);

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private StageMachine MakeMachine()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var first = MakeModel(1);
            List<StageModelVersion> versions = [new(first)];
            if (Chance(25))
            {
                var second = MakeModel(2);
                var map = first.Stages.Where(stage => !second.Stages.Select(other => other.Id).Contains(stage.Id, StringComparer.Ordinal) || Chance(20)).ToDictionary(stage => stage.Id, _ => Pick(second.Stages).Id, StringComparer.Ordinal);
                versions.Add(new(second, At(_random.Next(20, 120)), map));
            }

            if (StageModel.Validate(versions).All(finding => finding.Severity == FindingSeverity.Warning)) return StageMachine.Compile(versions);
        }

        throw new InvalidOperationException("The generator made no valid model in 1000 attempts.");
    }

    private StageModel MakeModel(int version)
    {
        string[] ids = [.. Enumerable.Range(0, _random.Next(2, 6)).Select(number => $"s{number}")];
        var facts = MakeFacts();
        var hasParent = Chance(30);
        string[] targets = hasParent ? [.. ids, "p"] : ids;
        var stages = ids.Select((id, number) => new Stage(
            id, _random.Next(4), hasParent && number < 2 ? "p" : null, entry: Chance(30) ? ["in-" + id] : [], exit: Chance(30) ? ["out-" + id] : [], timers: MakeTimers(targets, facts))).ToList();
        if (hasParent) stages.Add(new("p", _random.Next(4), initial: "s0", entry: ["in-p"], exit: ["out-p"], timers: MakeTimers(targets, facts)));
        var transitions = Enumerable.Range(0, _random.Next(2, 9)).Select(number =>
        {
            var isInternal = Chance(12);
            return new StageTransition(
                $"x{number}", Chance(20) ? [StageTransition.AnyStage] : [.. targets.Where(_ => Chance(40)).DefaultIfEmpty(Pick(targets))], Pick(Types), isInternal ? null : Pick(targets),
                Chance(55) ? MakeGuard(facts, targets) : null, _random.Next(-1, 2), isInternal, isInternal || Chance(20) ? ["did-x" + number] : [], Chance(30));
        });
        return new(
            "generated", version, Pick(targets), stages, [.. transitions], facts, Chance(25) ? StageDirection.Forward : StageDirection.Free,
            Chance(25) ? StageSelection.Exclusive : StageSelection.First, manualOnly: targets);
    }

    private StageFact[] MakeFacts() =>
    [
        .. Enumerable.Range(0, _random.Next(1, 4)).Select(number =>
        {
            var aggregate = Pick(Enum.GetValues<StageAggregate>());
            return new StageFact(
                $"f{number}", aggregate, Pick(Types), aggregate == StageAggregate.Count ? null : "amount", Chance(30) ? StageFactScope.Stage : StageFactScope.Lifetime,
                Chance(35) ? StageSpan.OfDays(_random.Next(1, 60)) : null);
        }),
    ];

    private StageTimer[] MakeTimers(string[] targets, StageFact[] facts) =>
    [
        .. Enumerable.Range(0, _random.Next(3)).Select(number => new StageTimer(
            $"t{number}",
            Pick([StageSpan.OfHours(_random.Next(1, 500)), StageSpan.OfDays(_random.Next(1, 40)), StageSpan.OfMonths(1, "Asia/Shanghai"), StageSpan.OfCalendarDays(_random.Next(1, 30), "America/New_York")]),
            Pick(targets), Chance(50) ? [.. Types.Where(_ => Chance(60))] : [], Chance(30) ? MakeGuard(facts, targets) : null, Chance(20) ? ["timed"] : [], Chance(30))),
    ];

    private StageGuard MakeGuard(StageFact[] facts, string[] stages) => StageGuard.Of(MakeNode(facts, stages, 0), "generated");

    private GuardNode MakeNode(StageFact[] facts, string[] stages, int depth)
    {
        if (depth < 2 && Chance(35))
        {
            GuardNode[] parts = [.. Enumerable.Range(0, 2).Select(_ => MakeNode(facts, stages, depth + 1))];
            return Chance(40) ? new GuardNode.All(parts) : Chance(50) ? new GuardNode.Any(parts) : new GuardNode.Not(parts[0]);
        }

        var comparison = Pick(Enum.GetValues<GuardComparison>());
        return _random.Next(6) switch
        {
            0 => new GuardNode.Dwell(comparison, StageSpan.OfDays(_random.Next(40))),
            1 => new GuardNode.Compare(GuardOperandKind.Visits, Pick(stages), comparison, StageValue.Number(_random.Next(4))),
            2 => new GuardNode.Compare(GuardOperandKind.EventField, "amount", comparison, StageValue.Number(_random.Next(200) / 2m)),
            3 => new GuardNode.Exists(GuardOperandKind.EventField, "amount"),
            4 => new GuardNode.Among(GuardOperandKind.Fact, Pick(facts).Name, [StageValue.Number(1), StageValue.Text("tin"), StageValue.Truth(true)]),
            _ => new GuardNode.Compare(GuardOperandKind.Fact, Pick(facts).Name, comparison, StageValue.Number(_random.Next(20) * 5.5m)),
        };
    }

    private List<CustomerEvent> MakeDeliveries()
    {
        List<CustomerEvent> deliveries = [];
        var count = _random.Next(1, 10);
        for (var number = 0; number < count; number++)
        {
            // Few distinct instants, so that there are ties with events, due instants and versions.
            var at = At(_random.Next(120)) + (Chance(40) ? Duration.FromHours(_random.Next(24)) : Duration.Zero);
            var received = at + Duration.FromHours(Chance(50) ? 0 : _random.Next(400));
            deliveries.Add(MakeEvent($"e{number}", at, received));
            if (Chance(15)) deliveries.Add(Again(deliveries[^1], received + Duration.FromHours(_random.Next(-10, 10))));
        }

        return deliveries;
    }

    private CustomerEvent MakeEvent(string id, Instant at, Instant received)
    {
        var order = _random.Next(3) - 1;
        if (Chance(14))
        {
            var to = Chance(10) ? "nowhere" : Pick(Machine.Model.Stages).Id;
            var lockUntil = Chance(30) ? at + Duration.FromDays(_random.Next(-2, 30)) : (Instant?)null;
            return StageEvents.Override(id, Customer, at, new(to, "because", Chance(30), lockUntil), received: received);
        }

        if (Chance(5)) return StageEvents.Unlock(id, Customer, at, received: received);
        PropertyValue amount = _random.Next(5) switch { 0 => default, 1 => "tin", 2 => true, _ => _random.Next(400) / 4m };
        return new(id, Customer, Chance(10) ? "other" : Pick(Types), at, PropertyBag.Of("amount", amount), received, order);
    }

    private CustomerEvent Again(CustomerEvent source, Instant received) => Chance(60)
        ? new(source.Id, Customer, source.Type, source.Occurred, source.Properties, received, source.OrderNumber)
        : new(source.Id, Customer, Pick(Types), source.Occurred + Duration.FromHours(_random.Next(-30, 30)), source.Properties, received, source.OrderNumber);
}
