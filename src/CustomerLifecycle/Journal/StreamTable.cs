namespace CustomerLifecycle;

/// <summary>What the in-memory journal keeps of a stream, in one place of the memory: an append reads and writes little else.</summary>
internal struct StoredStream(StreamId id)
{
    public StreamId Id { get; } = id;

    /// <summary>How many records it has.</summary>
    public int Version { get; set; }

    /// <summary>The place of its latest record in the log.</summary>
    public int LastRecord { get; set; }

    /// <summary>Its due instant; kept by the <see cref="DueQueue"/>.</summary>
    public DueMark Due { get; set; }
}

/// <summary>The streams of an in-memory journal by number, in the order in which they were first written.</summary>
internal sealed class StreamTable
{
    private readonly BlockList<StoredStream> _streams = new();
    private readonly TextIndex _names;
    private int[]? _inOrder;

    // Who loads a stream is likely to append to it next.
    private string? _foundName;
    private int _found;

    public StreamTable() => _names = new(number => _streams[number].Id.Value);

    public int Count => _streams.Count;

    /// <summary>The numbers of all streams in order of their ids.</summary>
    public int[] InOrder => _inOrder ??= [.. Enumerable.Range(0, Count).OrderBy(number => _streams[number].Id.Value, CodePointComparer.Instance)];

    public ref StoredStream this[int number] => ref _streams[number];

    /// <summary>The number of a stream, or -1.</summary>
    public int Find(StreamId id)
    {
        var name = id.Value;
        if (ReferenceEquals(name, _foundName)) return _found;
        var found = _names.Find(name, TextIndex.HashOf(name));
        if (found >= 0) (_foundName, _found) = (name, found);
        return found;
    }

    /// <summary>The place in <see cref="InOrder"/> of the first stream after an id.</summary>
    public int PlaceAfter(StreamId last)
    {
        var low = 0;
        var high = Count;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_streams[InOrder[middle]].Id.CompareTo(last) <= 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Adds a stream that is not there.</summary>
    /// <returns>Its number.</returns>
    public int Add(StreamId id)
    {
        var number = _streams.Add(new(id));
        _names.Add(TextIndex.HashOf(id.Value), number);
        _inOrder = null;
        return number;
    }
}
