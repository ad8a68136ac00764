namespace CustomerLifecycle;

/// <summary>All records of an in-memory journal in the order of their appends, those of one append together; found by key, and by stream and version.</summary>
/// <remarks>What is appended stands together, whatever stream it belongs to: records all over the memory would cost the garbage collector more than everything else does.</remarks>
internal sealed class RecordLog<TRecord>
    where TRecord : class, IJournalRecord
{
    // Each record leads to the one before it in its stream; every so many versions the way starts anew.
    private const int Spacing = 64;

    private readonly StreamTable _streams;
    private readonly BlockList<(TRecord Record, IdempotencyKey Key)> _records = new();
    private readonly BlockList<Place> _places = new();
    private readonly Dictionary<int, List<int>> _marks = [];
    private readonly TextIndex _keys;

    public RecordLog(StreamTable streams)
    {
        _streams = streams;
        _keys = new(index => _records[index].Key.Value);
    }

    public int Count => _records.Count;

    public Recorded<TRecord> this[int index]
    {
        get
        {
            ref readonly var place = ref _places[index];
            var (record, key) = _records[index];
            return new(_streams[place.Stream].Id, place.Version, key, record);
        }
    }

    /// <summary>The first record of a key, or -1.</summary>
    public int Find(string key, uint hash) => _keys.Find(key, hash);

    /// <summary>What was asked when a record was appended.</summary>
    public RequestHash RequestOf(int index) => _places[index].Request;

    /// <summary>What was appended under a key.</summary>
    /// <param name="first">Its first record.</param>
    public Commit<TRecord> CommitOf(int first)
    {
        var key = _records[first].Key;
        var records = new List<Recorded<TRecord>>(1);
        for (var i = first; i < _records.Count && _records[i].Key == key; i++) records.Add(this[i]);
        return new(key, RequestOf(first), records);
    }

    /// <summary>Says that the next records have a key of their own, by its hash.</summary>
    public void Begin(uint keyHash) => _keys.Add(keyHash, _records.Count);

    /// <summary>Adds a stream's next record.</summary>
    public void Add(TRecord record, IdempotencyKey key, RequestHash request, int number, ref StoredStream stream)
    {
        _places.Add(new(request, number, ++stream.Version, stream.LastRecord));
        stream.LastRecord = _records.Add((record, key));
        if (stream.Version % Spacing == 0) Mark(number, stream.LastRecord);
    }

    /// <summary>A stream's records of some versions, in their order.</summary>
    /// <param name="number">The stream.</param>
    /// <param name="after">The version before the first.</param>
    /// <param name="last">The last version; the stream has it.</param>
    public Recorded<TRecord>[] Read(int number, int after, int last)
    {
        var records = new Recorded<TRecord>[last - after];
        var index = Seek(number, last);
        for (var i = records.Length - 1; i >= 0; i--)
        {
            records[i] = this[index];
            index = _places[index].Previous;
        }

        return records;
    }

    private int Seek(int number, int version)
    {
        ref readonly var stream = ref _streams[number];
        var mark = (version - 1) / Spacing;
        var index = mark < stream.Version / Spacing ? _marks[number][mark] : stream.LastRecord;
        while (_places[index].Version > version) index = _places[index].Previous;
        return index;
    }

    private void Mark(int number, int index)
    {
        if (!_marks.TryGetValue(number, out var marks)) _marks.Add(number, marks = []);
        marks.Add(index);
    }

    private readonly struct Place(RequestHash request, int stream, int version, int previous)
    {
        public RequestHash Request { get; } = request;

        public int Stream { get; } = stream;

        public int Version { get; } = version;

        /// <summary>The record before it in its stream; means nothing where it is the first.</summary>
        public int Previous { get; } = previous;
    }
}
