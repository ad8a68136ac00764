namespace CustomerLifecycle.Rules;

/// <summary>Rules compiled for columns: blocks of customers, a bitmap for each condition, tests that several rules share computed once, dear tests asked only of the rows that they can still decide.</summary>
/// <remarks>
/// The answers are those of <see cref="CompiledRule{T}"/> for each customer, the same bits for any number of threads. What no column answers is asked row by row and named in
/// <see cref="Fallbacks"/>. Evaluation allocates nothing on one thread unless the columns or the moment have changed since. One caller at a time.
/// </remarks>
public sealed class ColumnPlan
{
    private readonly BoundRule[] _rules;
    private readonly Action<int> _work;
    private ColumnProgram _program;
    private ColumnBlock[] _blocks = [];
    private RuleFrame? _frame;
    private ColumnMatches _matches = new();
    private int _next;

    /// <summary>Compiles rules.</summary>
    /// <param name="columns">The customers.</param>
    /// <param name="rules">The rules, bound to the columns' schema.</param>
    /// <exception cref="ArgumentException">A rule was bound to another schema.</exception>
    /// <exception cref="InvalidOperationException">A rule looks at the event or the stage at hand, which many customers do not have.</exception>
    public ColumnPlan(CustomerColumns columns, IEnumerable<BoundRule> rules)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rules);
        Columns = columns;
        _rules = [.. rules];
        _work = Work;
        if (Array.Exists(_rules, rule => !ReferenceEquals(rule.Schema, columns.Schema))) throw new ArgumentException("A rule was bound to another schema: bind it to the columns' Schema.", nameof(rules));
        _program = ColumnProgram.Compile(columns, _rules);
    }

    /// <summary>The customers.</summary>
    public CustomerColumns Columns { get; }

    /// <summary>The rules, in the order of their answers.</summary>
    public IReadOnlyList<BoundRule> Rules => _rules;

    /// <summary>The tests that are asked row by row, each once, as the columns are held now.</summary>
    public IReadOnlyList<ColumnFallback> Fallbacks => Current().Fallbacks;

    /// <summary>Evaluates every rule over every customer.</summary>
    /// <param name="moment">The moment. Pass the same object again and nothing that depends on it is computed anew.</param>
    /// <param name="matches">Receives the answers.</param>
    /// <param name="threads">How many threads work on it, 1 or more; the answers do not depend on it.</param>
    public void Evaluate(RuleMoment moment, ColumnMatches matches, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(moment);
        ArgumentNullException.ThrowIfNull(matches);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var program = Current();
        program.FillBuckets();
        if (_frame is null || !ReferenceEquals(_frame.Moment, moment)) _frame = program.At(moment);
        program.Events.Fill(threads);
        matches.Prepare(_rules.Length, Columns.Count);
        _matches = matches;
        _next = 0;
        threads = Math.Min(threads, Math.Max(1, (Columns.Count + ColumnBlock.Rows - 1) / ColumnBlock.Rows));
        EnsureBlocks(threads);
        Crew.Run(threads, _work);
    }

    private ColumnProgram Current()
    {
        if (_program.Version == Columns.Layout.Version) return _program;
        _program = ColumnProgram.Compile(Columns, _rules);
        _blocks = [];
        _frame = null;
        return _program;
    }

    private void EnsureBlocks(int threads)
    {
        var ready = _blocks.Length;
        if (ready >= threads) return;
        Array.Resize(ref _blocks, threads);
        for (var i = ready; i < threads; i++) _blocks[i] = new(_program.Tests.Length, _program.Depth, _program.EventColumns);
    }

    // Whoever is free takes the next block. A block's words are its own, so the order does not matter.
    private void Work(int worker)
    {
        var block = _blocks[worker];
        for (var first = Take(); first < Columns.Count; first = Take())
        {
            var rows = Math.Min(ColumnBlock.Rows, Columns.Count - first);
            var words = (rows + 63) / 64;
            block.Start(first, words);
            for (var rule = 0; rule < _rules.Length; rule++)
            {
                var kept = _matches.Block(rule, first / 64, words);
                kept.Fill(ulong.MaxValue);
                if (rows % 64 != 0) kept[words - 1] = (1UL << (rows % 64)) - 1;
                _program.Roots[rule].Filter(kept, block, 0);
            }
        }
    }

    private int Take() => (int)Math.Min(int.MaxValue, ((long)Interlocked.Increment(ref _next) - 1) * ColumnBlock.Rows);
}

/// <summary>A test that no column answers: it is asked row by row, of the rows that it can still decide.</summary>
/// <param name="Test">The test, as canonical text.</param>
/// <param name="Reason">Why.</param>
public sealed record ColumnFallback(string Test, ColumnFallbackReason Reason);

/// <summary>Why a test is asked row by row.</summary>
public enum ColumnFallbackReason
{
    /// <summary>It looks at events of which some lie before 1677 or after 2262.</summary>
    Events = 0,

    /// <summary>It looks at a column of so many different texts that they have no dictionary.</summary>
    ManyTexts,

    /// <summary>It looks at a column of values of several kinds or forms, or too large, too fine or too many for codes, or at an aggregate that has none.</summary>
    MixedValues,

    /// <summary>It looks at the calendar day itself: an anniversary or a month.</summary>
    Calendar,

    /// <summary>Its literals do not fit the form in which the column is held, or are too many.</summary>
    Literals,
}
