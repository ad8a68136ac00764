using Npgsql;

namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>Many appends as one call of the function <c>append_all</c>, where they can be one: every key once, and each stream's versions in a row.</summary>
internal sealed class AppendBatch<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    private readonly IReadOnlyList<Append<TState, TRecord>> _appends;
    private readonly JournalCodec<TState, TRecord> _codec;
    private readonly (long Expected, StreamAppend<TState, TRecord> Last)[] _streams;
    private readonly int _parts;
    private readonly int _records;
    private readonly int _told;

    private AppendBatch(IReadOnlyList<Append<TState, TRecord>> appends, JournalCodec<TState, TRecord> codec, (long Expected, StreamAppend<TState, TRecord> Last)[] streams)
    {
        _appends = appends;
        _codec = codec;
        _streams = streams;
        foreach (var append in appends)
        {
            _told += append.Outbox.Count;
            foreach (var part in append.Streams)
            {
                _parts++;
                _records += part.RecordCount;
            }
        }
    }

    /// <summary>The batch, or null where the appends among themselves cannot all be made: that is found out one by one.</summary>
    public static AppendBatch<TState, TRecord>? Of(IReadOnlyList<Append<TState, TRecord>> appends, JournalCodec<TState, TRecord> codec)
    {
        var keys = new HashSet<string>(appends.Count, StringComparer.Ordinal);
        var streams = new Dictionary<StreamId, (long Expected, StreamAppend<TState, TRecord> Last)>(appends.Count);
        foreach (var append in appends)
        {
            if (!keys.Add(append.Key.Value)) return null;
            foreach (var part in append.Streams)
            {
                if (!streams.TryGetValue(part.Stream, out var before)) streams.Add(part.Stream, (part.ExpectedVersion, part));
                else if (before.Last.NewVersion == part.ExpectedVersion) streams[part.Stream] = (before.Expected, part);
                else return null;
            }
        }

        // In one order everywhere, so that batches over the same streams wait for each other in a line and not in a circle.
        var ordered = streams.Values.ToArray();
        Array.Sort(ordered, static (a, b) => a.Last.Stream.CompareTo(b.Last.Stream));
        return new(appends, codec, ordered);
    }

    public void Bind(NpgsqlParameterCollection parameters)
    {
        var columns = new AppendColumns<TState, TRecord>(_codec, _streams.Length, _records, _told);
        foreach (var (expected, last) in _streams) columns.AddStream(expected, last);

        var keys = new string[_parts];
        var highs = new long[_parts];
        var lows = new long[_parts];
        var names = new string[_parts];
        var versions = new long[_parts];
        var newVersions = new long[_parts];
        var recordKeys = new string[_records];
        var (i, r) = (0, 0);
        foreach (var append in _appends)
        {
            columns.AddOutbox(append);
            foreach (var part in append.Streams)
            {
                (keys[i], highs[i], lows[i], names[i], versions[i], newVersions[i]) = (append.Key.Value, append.Request.High, append.Request.Low, part.Stream.Value, part.ExpectedVersion, part.NewVersion);
                i++;
                columns.AddRecords(part);
                Array.Fill(recordKeys, append.Key.Value, r, part.RecordCount);
                r += part.RecordCount;
            }
        }

        AppendColumns<TState, TRecord>.Add(parameters, _appends.Count);
        AppendColumns<TState, TRecord>.Add(parameters, keys);
        AppendColumns<TState, TRecord>.Add(parameters, highs);
        AppendColumns<TState, TRecord>.Add(parameters, lows);
        AppendColumns<TState, TRecord>.Add(parameters, names);
        AppendColumns<TState, TRecord>.Add(parameters, versions);
        AppendColumns<TState, TRecord>.Add(parameters, newVersions);
        columns.Bind(parameters, recordKeys);
    }
}
