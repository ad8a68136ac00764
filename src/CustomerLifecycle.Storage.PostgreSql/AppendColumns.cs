using System.Buffers;
using Npgsql;
using NpgsqlTypes;

namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>What one append or many write, as the columns that the functions of Schema/0001.sql take.</summary>
internal sealed class AppendColumns<TState, TRecord>(JournalCodec<TState, TRecord> codec, int streams, int records, int told)
    where TState : class
    where TRecord : class, IJournalRecord
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly string[] _names = new string[streams];
    private readonly long[] _expected = new long[streams];
    private readonly long[] _newVersions = new long[streams];
    private readonly byte[][] _states = new byte[streams][];
    private readonly long?[] _dues = new long?[streams];
    private readonly short?[] _dueRests = new short?[streams];
    private readonly string[] _recordStreams = new string[records];
    private readonly long[] _recordVersions = new long[records];
    private readonly string[] _recordKinds = new string[records];
    private readonly long[] _recordOccurred = new long[records];
    private readonly long[] _recordRecorded = new long[records];
    private readonly decimal?[] _recordAmounts = new decimal?[records];
    private readonly byte[][] _recordBodies = new byte[records][];
    private readonly string[] _toldStreams = new string[told];
    private readonly long[] _toldVersions = new long[told];
    private readonly string[] _toldKinds = new string[told];
    private readonly long[] _toldAt = new long[told];
    private readonly long[] _toldTicks = new long[told];
    private readonly short[] _toldRests = new short[told];
    private readonly string[] _toldKeys = new string[told];
    private readonly string[] _toldProperties = new string[told];
    private int _streams;
    private int _records;
    private int _told;

    /// <summary>Adds what a stream becomes.</summary>
    public void AddStream(long expected, in StreamAppend<TState, TRecord> last)
    {
        var i = _streams++;
        _names[i] = last.Stream.Value;
        _expected[i] = expected;
        _newVersions[i] = last.NewVersion;
        codec.WriteState(last.State, _buffer);
        _states[i] = Take();
        if (last.NextDue is not { } due) return;
        _dues[i] = Ticks.Of(due);
        _dueRests[i] = Ticks.RestOf(due);
    }

    /// <summary>Adds the records of one stream.</summary>
    public void AddRecords(in StreamAppend<TState, TRecord> part)
    {
        var version = part.ExpectedVersion;
        foreach (var record in part.Records)
        {
            var i = _records++;
            _recordStreams[i] = part.Stream.Value;
            _recordVersions[i] = ++version;
            _recordKinds[i] = record.Kind;
            _recordOccurred[i] = Ticks.Microseconds(record.Occurred);
            _recordRecorded[i] = Ticks.Microseconds(record.Recorded);
            _recordAmounts[i] = record.Amount;
            codec.WriteRecord(record, _buffer);
            _recordBodies[i] = Take();
        }
    }

    /// <summary>Adds what the outside is told.</summary>
    public void AddOutbox(Append<TState, TRecord> append)
    {
        for (var n = 0; n < append.Outbox.Count; n++)
        {
            var record = append.Outbox[n];
            var i = _told++;
            _toldStreams[i] = record.Stream.Value;
            _toldVersions[i] = append.Streams[append.IndexOf(record.Stream)].NewVersion;
            _toldKinds[i] = record.Kind;
            _toldAt[i] = Ticks.Microseconds(record.At);
            _toldTicks[i] = Ticks.Of(record.At);
            _toldRests[i] = Ticks.RestOf(record.At);
            _toldKeys[i] = record.Key;
            _toldProperties[i] = PropertyBagJson.ToText(record.Properties);
        }
    }

    /// <summary>The parameters from the names of the streams to the outbox; the keys of the records stand before these where many append.</summary>
    public void Bind(NpgsqlParameterCollection parameters, string[]? recordKeys = null)
    {
        Add(parameters, _names);
        Add(parameters, _expected);
        Add(parameters, _newVersions);
        Add(parameters, _states);
        Add(parameters, _dues);
        Add(parameters, _dueRests);
        Add(parameters, codec.Version);
        if (recordKeys is not null) Add(parameters, recordKeys);
        Add(parameters, _recordStreams);
        Add(parameters, _recordVersions);
        Add(parameters, _recordKinds);
        Add(parameters, _recordOccurred);
        Add(parameters, _recordRecorded);
        parameters.Add(new NpgsqlParameter<decimal?[]> { TypedValue = _recordAmounts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Numeric });
        Add(parameters, _recordBodies);
        Add(parameters, _toldStreams);
        Add(parameters, _toldVersions);
        Add(parameters, _toldKinds);
        Add(parameters, _toldAt);
        Add(parameters, _toldTicks);
        Add(parameters, _toldRests);
        Add(parameters, _toldKeys);
        Add(parameters, _toldProperties);
    }

    internal static void Add<T>(NpgsqlParameterCollection parameters, T value) => parameters.Add(new NpgsqlParameter<T> { TypedValue = value });

    private byte[] Take()
    {
        var taken = _buffer.WrittenSpan.ToArray();
        _buffer.ResetWrittenCount();
        return taken;
    }
}
