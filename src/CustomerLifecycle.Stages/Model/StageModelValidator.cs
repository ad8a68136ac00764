using System.Globalization;

namespace CustomerLifecycle.Stages;

/// <summary>Finds everything that is wrong with a model in one pass. Questions about the graph are asked only of a model that is sound otherwise.</summary>
internal sealed class StageModelValidator
{
    private const int MostTimersOnPath = 64;
    private const int MostStages = 4096;
    private const int MaxIdLength = 64;

    private readonly StageModel _model;
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly HashSet<string> _parents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _facts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _leaving = new(StringComparer.Ordinal);
    private readonly List<GuardNode> _nodes = [];
    private int[] _leafOf = [];
    private int[][] _paths = [];

    private StageModelValidator(StageModel model)
    {
        _model = model;
        for (var i = model.Stages.Count - 1; i >= 0; i--) _index[model.Stages[i].Id] = i; // of two with one id the first
        foreach (var stage in model.Stages)
            if (stage.Parent is not null) _parents.Add(stage.Parent);
        foreach (var fact in model.Facts) _facts.Add(fact.Name);
    }

    public static IReadOnlyList<Finding> Validate(StageModel model)
    {
        var validator = new StageModelValidator(model);
        validator.CheckNames();
        if (!validator.HasErrors) validator.CheckGraph();
        return Sorted(validator._findings);
    }

    public static IReadOnlyList<Finding> Validate(IReadOnlyList<StageModelVersion> versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        var findings = new List<Finding>();
        for (var i = 0; i < versions.Count; i++)
        {
            findings.AddRange(Validate(versions[i].Model));
            if (i == 0) continue;
            if (versions[i].From is null || versions[i].From < versions[i - 1].From)
                findings.Add(Error("stages.version-order", Place(versions[i].Model.Version), "Each version after the first needs an instant from which it is in force, not before that of the version before."));
            findings.AddRange(Unmapped(versions[i - 1].Model, versions[i]));
        }

        return Sorted(findings);
    }

    private static IEnumerable<Finding> Unmapped(StageModel before, StageModelVersion version)
    {
        foreach (var stage in before.Stages)
        {
            if (StageModelGraph.HasChildren(before.Stages, stage.Id)) continue;
            var counterpart = version.Map.TryGetValue(stage.Id, out var mapped) ? mapped : stage.Id;
            if (!version.Model.Stages.Any(candidate => string.Equals(candidate.Id, counterpart, StringComparison.Ordinal)))
                yield return Error(UnmappedStage, $"{Place(version.Model.Version)}:{stage.Id}", $"Version {Place(version.Model.Version)} has no stage '{counterpart}' for the customers in '{stage.Id}'. Map it to one that it has.");
        }
    }

    private const string UnmappedStage = "stages.unmapped-stage";

    public static bool IsUnmapped(Finding finding) => string.Equals(finding.Code, UnmappedStage, StringComparison.Ordinal);

    private static string Place(int version) => version.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<Finding> Sorted(IEnumerable<Finding> findings) =>
        [.. findings.GroupBy(finding => (finding.Code, finding.Place)).Select(group => group.First())
            .OrderBy(finding => finding.Code, CodePointComparer.Instance).ThenBy(finding => finding.Place, CodePointComparer.Instance)];

    private bool HasErrors => _findings.Exists(finding => finding.Severity == FindingSeverity.Error);

    private static Finding Error(string code, string place, string advice) => new(code, place, advice);

    private void Add(string code, string place, string advice) => _findings.Add(Error(code, place, advice));

    private void Warn(string code, string place, string advice) => _findings.Add(new(code, place, advice, FindingSeverity.Warning));

    private void CheckNames()
    {
        if (_model.Stages.Count == 0) Add("stages.no-stages", _model.Id, "A model needs at least one stage.");
        if (_model.Stages.Count > MostStages) Add("stages.too-many-stages", _model.Id, $"A model has at most {MostStages} stages; this one has {_model.Stages.Count}.");
        if (_model.Initial is null) Add("stages.no-initial", _model.Id, "Say which stage a customer starts in.");
        else if (_model.Stages.Count > 0 && !_index.ContainsKey(_model.Initial)) Add("stages.unknown-initial", _model.Initial, "The first stage is not among the stages. Define it, or start in one that is.");

        CheckId(_model.Id);
        CheckZone(_model.ZoneId, _model.Id);
        foreach (var id in Repeated(_model.Stages.Select(stage => stage.Id))) Add("stages.duplicate-stage", id, "Two stages have this id. Rename one.");
        foreach (var id in Repeated(_model.Transitions.Select(transition => transition.Id))) Add("stages.duplicate-transition", id, "Two transitions have this id. Rename one.");
        foreach (var name in Repeated(_model.Facts.Select(fact => fact.Name))) Add("stages.duplicate-fact", name, "Two facts have this name. Rename one.");
        foreach (var fact in _model.Facts)
            if (fact.Window is { IsCalendar: true }) Add("stages.calendar-window", fact.Name, "A window has an exact length: say it in days of 24 hours, hours, minutes or seconds.");
        foreach (var id in _model.ManualOnly) CheckStage(id, "manualOnly");
        foreach (var stage in _model.Stages) CheckStage(stage);
        foreach (var transition in _model.Transitions) CheckTransition(transition);
        CheckHierarchy();
    }

    private void CheckId(string id)
    {
        if (id.Length > MaxIdLength) Add("stages.id-too-long", id, $"An id has at most {MaxIdLength} characters; this one has {id.Length}. The title may be longer.");
    }

    private void CheckStage(Stage stage)
    {
        CheckId(stage.Id);
        if (stage.Parent is not null) CheckStage(stage.Parent, stage.Id + ".parent");
        if (stage.Initial is not null) CheckStage(stage.Initial, stage.Id + ".initial");
        foreach (var id in Repeated(stage.Timers.Select(timer => timer.Id))) Add("stages.duplicate-timer", $"{stage.Id}.{id}", "Two timers of this stage have this id. Rename one.");
        foreach (var timer in stage.Timers)
        {
            var place = $"{stage.Id}.{timer.Id}";
            if (!timer.After.IsPositive) Add("stages.non-positive-timer", place, $"It is due after {timer.After}; a timer needs a length above 0.");
            CheckZone(timer.After.ZoneId, place);
            CheckStage(timer.To, place);
            CheckGuard(timer.When, place);
        }
    }

    private void CheckTransition(StageTransition transition)
    {
        CheckId(transition.Id);
        foreach (var from in transition.From)
            if (!StageTransition.IsAny(from)) CheckStage(from, transition.Id + ".from");
        if (transition.To is not null) CheckStage(transition.To, transition.Id + ".to");
        else if (!transition.IsInternal) Add("stages.no-target", transition.Id, "Say which stage it leads to, or make it internal.");
        CheckGuard(transition.When, transition.Id);
    }

    private void CheckStage(string id, string place)
    {
        if (!_index.ContainsKey(id)) Add("stages.unknown-stage", $"{place}:{id}", $"There is no stage '{id}'. Define it, or name one that there is.");
    }

    private void CheckZone(string? zone, string place)
    {
        if (zone is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null) Add("stages.unknown-zone", $"{place}:{zone}", $"The time zone database has no zone '{zone}'. Use a TZDB name such as Asia/Shanghai.");
    }

    private void CheckGuard(StageGuard? guard, string place)
    {
        if (guard is null) return;
        foreach (var problem in guard.Problems) _findings.Add(new(problem.Code, place, problem.ToString()));
        if (NumberRange.HasEmpty(guard.Node)) Add("stages.unsatisfiable-guard", place, "Its number ranges cannot be met together, so it is never true. Widen one of them.");
        _nodes.Clear();
        guard.Node.AddTo(_nodes);
        foreach (var node in _nodes)
        {
            switch (node)
            {
                case GuardNode.NamedTest { Kind: GuardOperandKind.Fact } fact when !_facts.Contains(fact.Name):
                    Add("stages.unknown-fact", $"{place}:{fact.Name}", $"The model declares no fact '{fact.Name}'. Declare it: guards look at declared facts only.");
                    break;
                case GuardNode.NamedTest { Kind: GuardOperandKind.Visits } visits:
                    CheckStage(visits.Name, place);
                    break;
                case GuardNode.Dwell dwell:
                    CheckZone(dwell.Span.ZoneId, place);
                    break;
            }
        }
    }

    private void CheckHierarchy()
    {
        foreach (var stage in _model.Stages)
        {
            if (IsInCycle(stage)) Add("stages.hierarchy-cycle", stage.Id, "It is its own ancestor. Take one of the parents away.");
            else if (_parents.Contains(stage.Id) && !IsChild(stage.Initial, stage.Id)) Add("stages.missing-initial-child", stage.Id, "It has children: say which one of them is entered when it is the target.");
        }
    }

    private bool IsInCycle(Stage stage)
    {
        var current = stage;
        for (var steps = 0; steps <= _model.Stages.Count; steps++)
        {
            if (current.Parent is null || !_index.TryGetValue(current.Parent, out var parent)) return false;
            current = _model.Stages[parent];
            if (ReferenceEquals(current, stage)) return true;
        }

        return false;
    }

    private bool IsChild(string? id, string parent) => id is not null && (!_index.TryGetValue(id, out var child) || string.Equals(_model.Stages[child].Parent, parent, StringComparison.Ordinal));

    private void CheckGraph()
    {
        _leafOf = [.. Enumerable.Range(0, _model.Stages.Count).Select(InitialLeafOf)];
        _paths = [.. Enumerable.Range(0, _model.Stages.Count).Select(PathOf)];
        for (var number = 0; number < _model.Transitions.Count; number++)
        {
            foreach (var from in _model.Transitions[number].From)
            {
                if (!_leaving.TryGetValue(from, out var leaving)) _leaving.Add(from, leaving = []);
                if (leaving.Count == 0 || leaving[leaving.Count - 1] != number) leaving.Add(number);
            }
        }

        CheckTimerCount();
        CheckReachability();
        CheckFinals();
        CheckDirection();
        CheckDeadEnds();
        CheckLevels();
    }

    private void CheckTimerCount()
    {
        foreach (var leaf in Leaves)
        {
            var timers = _paths[leaf].Sum(stage => _model.Stages[stage].Timers.Count);
            if (timers > MostTimersOnPath) Add("stages.too-many-timers", _model.Stages[leaf].Id, $"A stage and its ancestors have at most {MostTimersOnPath} timers together; here are {timers}.");
        }
    }

    private IEnumerable<int> Leaves => Enumerable.Range(0, _model.Stages.Count).Where(stage => !_parents.Contains(_model.Stages[stage].Id));

    // The stage itself first, the outermost last.
    private int[] PathOf(int stage)
    {
        var path = new List<int> { stage };
        while (_model.Stages[path[path.Count - 1]].Parent is { } parent) path.Add(_index[parent]);
        return [.. path];
    }

    private bool IsInFinal(int stage) => Array.Exists(_paths[stage], outer => _model.Stages[outer].IsFinal);

    private int LeafOf(string id) => _leafOf[_index[id]];

    private int InitialLeafOf(int stage)
    {
        while (_parents.Contains(_model.Stages[stage].Id)) stage = _index[_model.Stages[stage].Initial!];
        return stage;
    }

    private List<int> Leaving(string from) => _leaving.TryGetValue(from, out var leaving) ? leaving : [];

    private void CheckReachability()
    {
        var reached = new bool[_model.Stages.Count];
        var open = new Stack<int>();
        Reach(_model.Initial!);
        foreach (var id in _model.ManualOnly) Reach(id);
        while (open.Count > 0)
        {
            var stage = open.Pop();
            foreach (var timer in _model.Stages[stage].Timers) Reach(timer.To);
            Follow(_model.Stages[stage].Id);
            if (!IsInFinal(stage)) Follow(StageTransition.AnyStage);
        }

        foreach (var id in _model.ManualOnly) reached[_index[id]] = true;
        for (var stage = 0; stage < reached.Length; stage++)
            if (!reached[stage]) Add("stages.unreachable-stage", _model.Stages[stage].Id, "Nothing leads there from the first stage. Add a transition, name it manual-only, or take it away.");

        void Follow(string from)
        {
            foreach (var number in Leaving(from))
                if (!_model.Transitions[number].IsInternal) Reach(_model.Transitions[number].To!);
        }

        void Reach(string id)
        {
            foreach (var stage in _paths[LeafOf(id)])
            {
                if (reached[stage]) continue;
                reached[stage] = true;
                open.Push(stage);
            }
        }
    }

    private void CheckFinals()
    {
        foreach (var stage in _model.Stages.Where(stage => stage.IsFinal))
        {
            foreach (var transition in _model.Transitions)
                if (!transition.IsInternal && transition.From.Contains(stage.Id, StringComparer.Ordinal)) Add("stages.final-with-exit", transition.Id, $"It leads out of '{stage.Id}', which is final. Take one of the two away.");
            foreach (var timer in stage.Timers) Add("stages.final-with-exit", $"{stage.Id}.{timer.Id}", $"It leads out of '{stage.Id}', which is final. Take one of the two away.");
        }
    }

    private void CheckDirection()
    {
        if (_model.Direction != StageDirection.Forward) return;
        foreach (var transition in _model.Transitions)
        {
            if (transition.IsInternal || transition.AllowBackward) continue;
            var to = _model.Stages[LeafOf(transition.To!)];
            foreach (var from in transition.From)
            {
                if (StageTransition.IsAny(from) || _model.Stages[LeafOf(from)].Rank <= to.Rank) continue;
                Add("stages.backward-transition", transition.Id, $"It leads from '{from}' to a lower rank in a forward model, and would always be blocked. Allow it to go backward, or correct the ranks.");
                break;
            }
        }
    }

    private void CheckDeadEnds()
    {
        foreach (var leaf in Leaves)
        {
            if (IsInFinal(leaf)) continue;
            var leadsOut = LeadsOut(StageTransition.AnyStage, leaf)
                || Array.Exists(_paths[leaf], stage => LeadsOut(_model.Stages[stage].Id, leaf) || _model.Stages[stage].Timers.Any(timer => LeafOf(timer.To) != leaf));
            if (!leadsOut) Warn("stages.dead-end", _model.Stages[leaf].Id, "Nothing leads out of it. Add a way, or make it final.");
        }
    }

    private bool LeadsOut(string from, int leaf) => Leaving(from).Exists(number => !_model.Transitions[number].IsInternal && LeafOf(_model.Transitions[number].To!) != leaf);

    // Rivals wait for one type of event in one level: each transition of a level looks at those before it.
    private void CheckLevels()
    {
        var last = new Dictionary<(string From, string On), int>();
        var rivals = new List<(int Number, int Before)>();
        foreach (var level in _leaving)
        {
            foreach (var number in level.Value)
            {
                var place = (level.Key, _model.Transitions[number].On);
                if (!last.TryGetValue(place, out var before)) before = -1;
                for (var rival = before; rival >= 0; rival = rivals[rival].Before)
                {
                    CheckPair(rivals[rival].Number, number);
                    CheckPair(number, rivals[rival].Number);
                }

                last[place] = rivals.Count;
                rivals.Add((number, before));
            }
        }
    }

    private void CheckPair(int rivalNumber, int number)
    {
        var rival = _model.Transitions[rivalNumber];
        var transition = _model.Transitions[number];
        if (_model.Selection == StageSelection.First) CheckShadow(rival, rivalNumber, transition, number);
        else if (rivalNumber < number && rival.Priority == transition.Priority && NumberRange.Meet(rival.When?.Node, transition.When?.Node))
            Warn("stages.overlapping-guards", $"{rival.Id}|{transition.Id}", "Both can be true at once, and then nothing moves. Part their ranges, or give them priorities.");
    }

    private void CheckShadow(StageTransition rival, int rivalNumber, StageTransition transition, int number)
    {
        var isEarlier = rival.Priority > transition.Priority || (rival.Priority == transition.Priority && rivalNumber < number);
        if (isEarlier && rival.When is null) Add("stages.shadowed-transition", transition.Id, $"'{rival.Id}' comes first, has no guard and so is always taken. Give it a guard, or this one a higher priority.");
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> names) => names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Skip(1).Any()).Select(group => group.Key);
}
