namespace CustomerLifecycle.Rules;

/// <summary>Every selector of a program: computed together, block by block, whenever events or the moment have changed.</summary>
internal sealed class EventSelections(EventTable events, ColumnTest[] tests, EventSelection[] selections)
{
    private readonly int _depth = selections.Select(static selection => selection.Depth).DefaultIfEmpty().Max();
    private ColumnBlock[] _blocks = [];
    private int _version = -1;
    private int _next;

    /// <summary>Sets what moves with now.</summary>
    public void At(RuleFrame frame)
    {
        foreach (var test in tests) test.At(frame);
        _version = -1;
    }

    public void Fill(int threads)
    {
        if (selections.Length == 0 || _version == events.Version) return;
        foreach (var selection in selections) selection.Prepare(events.Slots);
        threads = Math.Min(threads, Math.Max(1, (events.Slots + ColumnBlock.Rows - 1) / ColumnBlock.Rows));
        var ready = _blocks.Length;
        if (ready < threads) Array.Resize(ref _blocks, threads);
        for (var i = ready; i < threads; i++) _blocks[i] = new(tests.Length, _depth, 0);
        _next = 0;
        Crew.Run(threads, Work);
        _version = events.Version;
    }

    private void Work(int worker)
    {
        var block = _blocks[worker];
        for (var first = Take(); first < events.Slots; first = Take())
        {
            var words = (Math.Min(ColumnBlock.Rows, events.Slots - first) + 63) / 64;
            block.Start(first, words);
            foreach (var selection in selections) selection.Fill(block, words);
        }
    }

    private int Take() => (int)Math.Min(int.MaxValue, ((long)Interlocked.Increment(ref _next) - 1) * ColumnBlock.Rows);
}
