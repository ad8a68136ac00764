using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Stages;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Validating and compiling a model of 50 stages and 500 transitions.</summary>
public class StageCompile : HotPath
{
    private const int Stages = 50, Transitions = 500, Types = Transitions / Stages;
    private StageModel _model = null!;

    public override string Name => "stage compile";

    public override string Unit => "stage or transition";

    public override int Units => Stages + Transitions;

    public override void Setup()
    {
        var builder = new StageModelBuilder("big", "s0").Count("orders", "e0").Sum("spend", "e0", "total").Count("visits", "e1", window: StageSpan.OfDays(30));
        for (var number = 0; number < Stages; number++)
        {
            var (rank, next) = (number, $"s{(number + 1) % Stages}");
            builder.Stage($"s{number}", stage => stage.Rank(rank).Timer("lapse", StageSpan.OfDays(30), next, ["e0"]));
        }

        for (var number = 0; number < Transitions; number++)
        {
            var when = number % 3 == 0 ? null : $"orders >= {number % 10} and spend < {number + 100}.50";
            builder.Transition($"x{number}", $"s{number % Stages}", $"e{number / Stages}", $"s{((number * 7) + 1) % Stages}", when);
        }

        _model = builder.ToModel();
    }

    /// <summary>Looks every name up and puts each transition in its place.</summary>
    public override double Yardstick()
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var stage in _model.Stages) index.Add(stage.Id, index.Count);
        var types = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var table = new List<StageTransition>?[Stages * Types];
        foreach (var transition in _model.Transitions)
        {
            if (!types.TryGetValue(transition.On, out var type)) types.Add(transition.On, type = types.Count);
            if (!ids.Add(transition.Id) || !index.ContainsKey(transition.To!)) throw new InvalidOperationException("The model is wrong.");
            foreach (var from in transition.From) (table[(index[from] * Types) + type] ??= []).Add(transition);
        }

        return index.Count + table.Sum(cell => cell?.Count ?? 0);
    }

    public override double Library()
    {
        var machine = StageMachine.Compile(_model);
        return machine.Model.Stages.Count + machine.Model.Transitions.Count;
    }
}
