namespace CustomerLifecycle.Stages;

/// <summary>Turns a valid chain of models into tables. Names become numbers that all versions share, so that a state means the same in each.</summary>
internal sealed class StageCompiler
{
    private readonly IReadOnlyList<StageModelVersion> _models;
    private readonly List<StageFact> _plain = [];
    private readonly List<StageFact> _rings = [];
    private readonly List<string[]> _clocks = [];
    private readonly Dictionary<string, int> _visits = new(StringComparer.Ordinal);
    private readonly List<List<string>> _fields = [];
    private readonly List<GuardNode> _nodes = [];
    private readonly int[][] _clocksOfType;

    public StageCompiler(IReadOnlyList<StageModelVersion> models)
    {
        _models = models;
        foreach (var version in models) Collect(version.Model);
        Fields = [.. _fields.Select(fields => fields.ToArray())];
        Uses = new EventUse[TypeCount];
        _clocksOfType = new int[TypeCount][];
        foreach (var pair in Types)
        {
            var type = pair.Value;
            _clocksOfType[type] = [.. Enumerable.Range(0, _clocks.Count).Where(clock => _clocks[clock].Contains(pair.Key, StringComparer.Ordinal))];
            Uses[type] = new([.. UpdatesOf(_plain, pair.Key, type)], [.. UpdatesOf(_rings, pair.Key, type)], _clocksOfType[type]);
        }

        Versions = new CompiledVersion[models.Count];
    }

    public Dictionary<string, int> Types { get; } = new(StringComparer.Ordinal);

    public string[][] Fields { get; }

    public EventUse[] Uses { get; }

    public CompiledVersion[] Versions { get; }

    public int TypeCount => _fields.Count;

    public int ClockCount => _clocks.Count;

    public int VisitCount => _visits.Count;

    public int Depth => Versions.Max(version => version.Paths.Max(path => path.Length)) - 1;

    public StageValue[] EmptyFacts => [.. _plain.Select(fact => fact.Aggregate is StageAggregate.Count or StageAggregate.Sum ? StageValue.Zero : StageValue.None)];

    public int[] StageFacts => [.. Enumerable.Range(0, _plain.Count).Where(slot => _plain[slot].Scope == StageFactScope.Stage)];

    public int[] StageRings => [.. Enumerable.Range(0, _rings.Count).Where(slot => _rings[slot].Scope == StageFactScope.Stage)];

    public (StageAggregate Aggregate, long Window)[] Rings =>
        [.. _rings.Select(fact => (fact.Aggregate, fact.Window is null ? StageTime.Never : StageTime.TicksOf(fact.Window.Exact)))];

    public void Compile(StageMachine machine)
    {
        for (var number = 0; number < _models.Count; number++) Versions[number] = Compile(machine, number);
    }

    private void Collect(StageModel model)
    {
        foreach (var fact in model.Facts)
        {
            var type = AddType(fact.EventType);
            if (fact.Field is not null) AddField(type, fact.Field);
            var facts = fact.IsPlain ? _plain : _rings;
            if (!facts.Exists(fact.CountsLike)) facts.Add(fact);
        }

        var asking = new HashSet<string>(model.Stages.Where(stage => stage.Reasons.Count > 0).Select(stage => stage.Id), StringComparer.Ordinal);
        foreach (var transition in model.Transitions)
        {
            var type = AddType(transition.On);
            CollectGuard(transition.When, type);
            if (transition.To is { } to && asking.Contains(to)) AddField(type, ReasonField);
        }

        foreach (var timer in model.Stages.SelectMany(stage => stage.Timers))
        {
            foreach (var type in timer.Since) AddType(type);
            if (timer.Since.Count > 0 && ClockOf(timer) < 0) _clocks.Add(SinceOf(timer));
            CollectGuard(timer.When, -1);
        }
    }

    /// <summary>The field that holds the reason for entering a stage which asks for one.</summary>
    public const string ReasonField = StageEvents.ReasonProperty;

    private void CollectGuard(StageGuard? guard, int type)
    {
        if (guard is null) return;
        _nodes.Clear();
        guard.Node.AddTo(_nodes);
        foreach (var node in _nodes)
        {
            if (node is GuardNode.NamedTest { Kind: GuardOperandKind.EventField } field && type >= 0) AddField(type, field.Name);
            if (node is GuardNode.NamedTest { Kind: GuardOperandKind.Visits } visits && !_visits.ContainsKey(visits.Name)) _visits.Add(visits.Name, _visits.Count);
            if (node is GuardNode.Predicate predicate && type >= 0)
                foreach (var name in predicate.Reads) AddField(type, name);
        }
    }

    private int AddType(string name)
    {
        if (Types.TryGetValue(name, out var type)) return type;
        Types.Add(name, _fields.Count);
        _fields.Add([]);
        return _fields.Count - 1;
    }

    private void AddField(int type, string field)
    {
        if (!_fields[type].Contains(field, StringComparer.Ordinal)) _fields[type].Add(field);
    }

    private IEnumerable<FactUpdate> UpdatesOf(List<StageFact> facts, string typeName, int type)
    {
        for (var slot = 0; slot < facts.Count; slot++)
        {
            if (string.Equals(facts[slot].EventType, typeName, StringComparison.Ordinal))
                yield return new(facts[slot].Aggregate, slot, facts[slot].Field is { } field ? FieldOf(type, field) : -1);
        }
    }

    private int FieldOf(int type, string field) => Array.FindIndex(Fields[type], name => string.Equals(name, field, StringComparison.Ordinal));

    private int ClockOf(StageTimer timer)
    {
        var since = SinceOf(timer);
        return _clocks.FindIndex(clock => clock.SequenceEqual(since, StringComparer.Ordinal));
    }

    private static string[] SinceOf(StageTimer timer) => [.. timer.Since.Distinct(StringComparer.Ordinal).OrderBy(type => type, StringComparer.Ordinal)];

    private CompiledVersion Compile(StageMachine machine, int number)
    {
        var model = _models[number].Model;
        var stages = model.Stages;
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < stages.Count; i++) index[stages[i].Id] = i;
        var paths = new int[stages.Count][];
        var initial = new int[stages.Count];
        for (var i = 0; i < stages.Count; i++)
        {
            paths[i] = PathOf(stages, index, i);
            initial[i] = StageModelGraph.InitialLeaf(stages, index, i);
        }

        var guards = new GuardCompiler(this, machine, model);
        var timers = CompileTimers(model, index, paths, initial, guards);
        var (cells, candidates) = CompileTransitions(model, index, paths, initial, timers, guards);
        return new(model)
        {
            Number = number,
            From = _models[number].From is { } from && number > 0 ? StageTime.TicksOf(from) : StageTime.Before,
            Until = number + 1 < _models.Count ? StageTime.TicksOf(_models[number + 1].From!.Value) : StageTime.Never,
            StageIds = [.. stages.Select(stage => stage.Id)],
            StageIndex = index,
            Paths = paths,
            InitialLeaf = initial,
            Start = initial[index[model.Initial!]],
            Counterpart = number == 0 ? null : CounterpartsOf(number, index),
            Migration = number == 0 ? null : [.. CounterpartsOf(number, index).Select(stage => stage < 0 ? -1 : initial[stage])],
            VisitSlot = [.. stages.Select(stage => _visits.TryGetValue(stage.Id, out var slot) ? slot : -1)],
            Timers = timers,
            Dues = [.. timers.Select(ofLeaf => new LeafDues(ofLeaf))],
            Cells = cells,
            Candidates = candidates,
            Guards = guards.ToProgram(),
            Facts = [.. model.Facts.Select(fact => new FactPlace(!fact.IsPlain, (fact.IsPlain ? _plain : _rings).FindIndex(fact.CountsLike)))],
        };
    }

    private Dictionary<string, (GuardSource Source, int Slot)> SourcesOf(StageModel model) =>
        model.Facts.ToDictionary(fact => fact.Name, fact => fact.IsPlain ? (GuardSource.PlainFact, _plain.FindIndex(fact.CountsLike)) : (GuardSource.RingFact, _rings.FindIndex(fact.CountsLike)), StringComparer.Ordinal);

    private int[] CounterpartsOf(int number, Dictionary<string, int> index) =>
        [.. _models[number - 1].Model.Stages.Select(stage => index.TryGetValue(_models[number].Map.TryGetValue(stage.Id, out var mapped) ? mapped : stage.Id, out var counterpart) ? counterpart : -1)];

    private static int[] PathOf(IReadOnlyList<Stage> stages, Dictionary<string, int> index, int stage)
    {
        var path = new List<int> { stage };
        while (stages[path[path.Count - 1]].Parent is { } parent) path.Add(index[parent]);
        path.Reverse();
        return [.. path];
    }

    private CompiledTimer[][] CompileTimers(StageModel model, Dictionary<string, int> index, int[][] paths, int[] initial, GuardCompiler guards)
    {
        var stages = model.Stages;
        var firstNumber = new int[stages.Count];
        for (var i = 1; i < stages.Count; i++) firstNumber[i] = firstNumber[i - 1] + stages[i - 1].Timers.Count;
        var entries = stages.SelectMany(stage => stage.Timers).Select(timer => guards.Add(timer.When, -1)).ToArray();
        var timers = new CompiledTimer[stages.Count][];
        for (var leaf = 0; leaf < stages.Count; leaf++)
        {
            var path = paths[leaf];
            var ofLeaf = new List<CompiledTimer>();
            for (var depth = path.Length - 1; depth >= 0; depth--)
            {
                var declaring = path[depth];
                // Bits run from the outermost stage inwards, so that a parent's timer has one bit in all its children.
                var bit = path.Take(depth).Sum(outer => stages[outer].Timers.Count);
                for (var i = 0; i < stages[declaring].Timers.Count; i++)
                {
                    var timer = stages[declaring].Timers[i];
                    var target = index[timer.To];
                    ofLeaf.Add(new(timer)
                    {
                        Number = firstNumber[declaring] + i,
                        Depth = depth,
                        IsOfLeaf = depth == path.Length - 1,
                        Clock = timer.Since.Count == 0 ? -1 : ClockOf(timer),
                        After = new(timer.After, model.ZoneId),
                        Guard = entries[firstNumber[declaring] + i],
                        Bit = 1UL << (bit + i),
                        IsBlocked = IsBackward(model, leaf, initial[target], timer.AllowBackward),
                        To = initial[target],
                        Kept = StageMachine.KeptOf(paths, leaf, target),
                    });
                }
            }

            timers[leaf] = [.. ofLeaf];
        }

        return timers;
    }

    private static bool IsBackward(StageModel model, int from, int to, bool allowed) =>
        model.Direction == StageDirection.Forward && !allowed && model.Stages[to].Rank < model.Stages[from].Rank;

    private (EventCell[] Cells, Candidate[] Candidates) CompileTransitions(
        StageModel model, Dictionary<string, int> index, int[][] paths, int[] initial, CompiledTimer[][] timers, GuardCompiler guards)
    {
        var entries = model.Transitions.Select(transition => guards.Add(transition.When, Types[transition.On])).ToArray();
        var byPriority = Enumerable.Range(0, model.Transitions.Count).OrderByDescending(number => model.Transitions[number].Priority).ToArray();

        // By declaring stage ("any stage" comes last) and event type: transitions in the order of choice.
        var declared = new List<int>?[(model.Stages.Count + 1) * TypeCount];
        foreach (var number in byPriority)
        {
            var transition = model.Transitions[number];
            var type = Types[transition.On];
            foreach (var from in transition.From)
            {
                var stage = StageTransition.IsAny(from) ? model.Stages.Count : index[from];
                var level = declared[(stage * TypeCount) + type] ??= [];
                if (level.Count == 0 || level[level.Count - 1] != number) level.Add(number); // a stage may be named twice
            }
        }

        var cells = new EventCell[model.Stages.Count * TypeCount];
        var candidates = new List<Candidate>();
        for (var leaf = 0; leaf < model.Stages.Count; leaf++)
        {
            var path = paths[leaf];
            var isFinal = Array.Exists(path, stage => model.Stages[stage].IsFinal);
            for (var type = 0; type < TypeCount; type++)
            {
                var first = candidates.Count;
                for (var level = 0; level < path.Length; level++) AddLevel(path[path.Length - 1 - level], level);
                if (!isFinal) AddLevel(model.Stages.Count, int.MaxValue);
                cells[(leaf * TypeCount) + type] = new(first, candidates.Count - first, RearmedBy(timers[leaf], type));

                void AddLevel(int declaring, int level)
                {
                    if (declared[(declaring * TypeCount) + type] is not { } numbers) return;
                    foreach (var number in numbers) candidates.Add(ToCandidate(model, index, paths, initial, leaf, number, level, entries[number], type));
                }
            }
        }

        return (cells, [.. candidates]);
    }

    private ulong RearmedBy(CompiledTimer[] timers, int type)
    {
        var bits = 0UL;
        foreach (var timer in timers)
            if (timer.Clock >= 0 && Array.IndexOf(_clocksOfType[type], timer.Clock) >= 0) bits |= timer.Bit;
        return bits;
    }

    private Candidate ToCandidate(StageModel model, Dictionary<string, int> index, int[][] paths, int[] initial, int leaf, int number, int level, int guard, int type)
    {
        var transition = model.Transitions[number];
        if (transition.IsInternal) return new() { Transition = number, Level = level, Priority = transition.Priority, Guard = guard, IsInternal = true, ReasonField = -1, To = leaf };
        var target = index[transition.To!];
        var to = initial[target];
        return new()
        {
            Transition = number,
            Level = level,
            Priority = transition.Priority,
            Guard = guard,
            IsBlocked = IsBackward(model, leaf, to, transition.AllowBackward),
            ReasonField = model.Stages[to].Reasons.Count == 0 ? -1 : FieldOf(type, ReasonField),
            To = to,
            Kept = StageMachine.KeptOf(paths, leaf, target),
        };
    }

    /// <summary>Collects the guards of one version into one program.</summary>
    private sealed class GuardCompiler(StageCompiler owner, StageMachine machine, StageModel model)
    {
        private readonly List<GuardTest> _tests = [];
        private readonly List<GuardNode> _nodes = [];
        private readonly LocalCalendar _calendar = model.ZoneId is null ? LocalCalendar.Utc : LocalCalendar.ForZone(model.ZoneId);
        private readonly Dictionary<decimal, (long[]? Scaled, int From)> _scaled = [];
        private readonly Dictionary<string, (GuardSource Source, int Slot)> _sources = owner.SourcesOf(model);

        public GuardProgram ToProgram() => new([.. _tests], [.. _nodes]);

        /// <summary>Adds a guard.</summary>
        /// <param name="guard">The guard; null is always true.</param>
        /// <param name="type">The type of event that it is judged for; -1 in a timer.</param>
        /// <returns>Where it starts.</returns>
        public int Add(StageGuard? guard, int type) => guard is null ? GuardProgram.Accept : Emit(guard.Node, type, GuardProgram.Accept, GuardProgram.Reject);

        private int Emit(GuardNode node, int type, int onTrue, int onFalse)
        {
            switch (node)
            {
                case GuardNode.All all:
                    for (var i = all.Parts.Count - 1; i >= 0; i--) onTrue = Emit(all.Parts[i], type, onTrue, onFalse);
                    return onTrue;
                case GuardNode.Any any:
                    for (var i = any.Parts.Count - 1; i >= 0; i--) onFalse = Emit(any.Parts[i], type, onTrue, onFalse);
                    return onFalse;
                case GuardNode.Not not:
                    return Emit(not.Part, type, onFalse, onTrue);
                default:
                    var test = ToTest(node, type);
                    test.OnTrue = onTrue;
                    test.OnFalse = onFalse;
                    _tests.Add(test);
                    _nodes.Add(node);
                    return _tests.Count - 1;
            }
        }

        private GuardTest ToTest(GuardNode node, int type)
        {
            var test = default(GuardTest);
            switch (node)
            {
                case GuardNode.Dwell dwell:
                    test.Source = GuardSource.Dwell;
                    test.Accepts = GuardTest.AcceptedBy(dwell.Comparison);
                    test.More = new() { Span = new(dwell.Span, model.ZoneId) };
                    return test;
                case GuardNode.Predicate predicate:
                    test.Source = GuardSource.Predicate;
                    test.More = new() { Predicate = predicate.Test, Machine = machine };
                    return test;
            }

            var named = (GuardNode.NamedTest)node;
            (test.Source, test.Slot) = SourceOf(named, type);
            switch (named)
            {
                case GuardNode.Asked asked:
                    test.More = new() { Asked = asked.Test, AskedOf = test.Source, Calendar = _calendar };
                    test.Source = GuardSource.Asked;
                    break;
                case GuardNode.Compare compare:
                    test.Kind = GuardTestKind.Compare;
                    test.IsEqual = compare.Comparison == GuardComparison.Equal;
                    test.Accepts = GuardTest.AcceptedBy(compare.Comparison);
                    test.Constant = compare.Constant;
                    (test.Scaled, test.ScaledFrom) = ScaledOf(compare.Constant);
                    break;
                case GuardNode.Among among:
                    test.Kind = GuardTestKind.Among;
                    test.More = new() { Constants = [.. among.Constants] };
                    test.IgnoreCase = among.IgnoreCase;
                    break;
                case GuardNode.Exists exists:
                    test.Kind = GuardTestKind.Exists;
                    test.EmptyIsNone = exists.EmptyIsNone;
                    break;
                case GuardNode.Text text:
                    test.Kind = GuardTestKind.Text;
                    test.TextTest = text.Mode;
                    test.IgnoreCase = text.IgnoreCase;
                    test.Constant = StageValue.Text(text.Pattern);
                    break;
            }

            return test;
        }

        private (GuardSource Source, int Slot) SourceOf(GuardNode.NamedTest test, int type)
        {
            switch (test.Kind)
            {
                case GuardOperandKind.EventField:
                    var field = type < 0 ? -1 : owner.FieldOf(type, test.Name);
                    return field < 0 ? (GuardSource.Nothing, 0) : (GuardSource.EventField, field);
                case GuardOperandKind.Visits:
                    return (GuardSource.Visits, owner._visits[test.Name]);
                default:
                    return _sources[test.Name];
            }
        }

        // The constant's digits at the scale that it was written in and at each finer one in which they fit.
        private (long[]? Scaled, int From) ScaledOf(in StageValue constant)
        {
            if (!constant.TryGetNumber(out var number)) return (null, 0);
            if (_scaled.TryGetValue(number, out var known)) return known;
            var shortest = StageValue.Number(StageValue.Normalised(number));
            if (!shortest.TryGetMantissa(out var mantissa, out var from)) return (null, 0);
            var scaled = new List<long>();
            for (var power = from; power <= 28; power++)
            {
                scaled.Add(mantissa);
                if (mantissa is > long.MaxValue / 10 or < long.MinValue / 10) break;
                mantissa *= 10;
            }

            return _scaled[number] = ([.. scaled], from);
        }
    }
}
