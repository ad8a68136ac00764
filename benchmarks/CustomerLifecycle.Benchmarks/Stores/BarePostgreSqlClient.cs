using Npgsql;
using NpgsqlTypes;

namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>By hand: a connection of its own, a prepared call of the same function, parameters that are made once, and bytes that nobody encodes.</summary>
internal sealed class BarePostgreSqlClient : AppendClient
{
    private readonly string[] _streams;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _command = new();
    private readonly Action<long> _set;

    private BarePostgreSqlClient(string name, int batch, NpgsqlConnection connection, string function)
        : base(name, batch)
    {
        _streams = Streams(name);
        _connection = connection;
        _command.Connection = connection;
        _set = batch == 1 ? DescribeOne() : DescribeMany();
        var places = string.Join(", ", Enumerable.Range(1, _command.Parameters.Count).Select(static place => $"${place}"));
        _command.CommandText = batch == 1 ? $"SELECT status, mismatch, actual FROM {function}({places})" : $"SELECT {function}_all({places})";
    }

    public static async Task<BarePostgreSqlClient> OpenAsync(string name, int batch, NpgsqlDataSource source, string function, CancellationToken cancellationToken)
    {
        var client = new BarePostgreSqlClient(name, batch, await source.OpenConnectionAsync(cancellationToken), function);
        client._set(0);
        await client._command.PrepareAsync(cancellationToken);
        return client;
    }

    public override async ValueTask DisposeAsync()
    {
        await _command.DisposeAsync();
        await _connection.DisposeAsync();
    }

    protected override async ValueTask AppendAsync(long first, CancellationToken cancellationToken)
    {
        _set(first);
        Expect(await _command.ExecuteScalarAsync(cancellationToken) is 1 or true);
    }

    private Action<long> DescribeOne()
    {
        var (key, high, low) = (Add(""), Add(0L), Add(0L));
        var (name, expected, newVersion) = AddStreams();
        var (stream, version) = AddRecords();
        return n =>
        {
            key.TypedValue = Key(n);
            (high.TypedValue, low.TypedValue) = (n, n);
            var member = _streams[n % Members];
            (name.TypedValue![0], stream.TypedValue![0]) = (member, member);
            expected.TypedValue![0] = n / Members;
            (newVersion.TypedValue![0], version.TypedValue![0]) = ((n / Members) + 1, (n / Members) + 1);
        };
    }

    private Action<long> DescribeMany()
    {
        var keys = new string[Batch];
        var (numbers, before, after) = (new long[Batch], new long[Batch], new long[Batch]);
        Add(Batch);
        Add(keys);
        Add(numbers);
        Add(numbers);
        Add(_streams);
        Add(before);
        Add(after);
        var (name, expected, newVersion) = AddStreams();
        Add(keys);
        var (stream, version) = AddRecords();
        (name.TypedValue, stream.TypedValue, expected.TypedValue, newVersion.TypedValue, version.TypedValue) = (_streams, _streams, before, after, after);
        return first =>
        {
            for (var i = 0; i < Batch; i++) (keys[i], numbers[i]) = (Key(first + i), first + i);
            Array.Fill(before, first / Members);
            Array.Fill(after, (first / Members) + 1);
        };
    }

    private (NpgsqlParameter<string[]> Name, NpgsqlParameter<long[]> Expected, NpgsqlParameter<long[]> NewVersion) AddStreams()
    {
        var streams = (Add(new string[Batch]), Add(new long[Batch]), Add(new long[Batch]));
        Add(Many(Bytes().State));
        Add(new long?[Batch]);
        Add(new short?[Batch]);
        Add(1);
        return streams;
    }

    private (NpgsqlParameter<string[]> Stream, NpgsqlParameter<long[]> Version) AddRecords()
    {
        var records = (Add(new string[Batch]), Add(new long[Batch]));
        Add(Many("moved"));
        Add(Many(At.ToUnixTimeTicks() / 10));
        Add(Many(At.ToUnixTimeTicks() / 10));
        Add(Many<decimal?>(10)).NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Numeric;
        Add(Many(Bytes().Record));
        Add<string[]>([]);
        Add<long[]>([]);
        Add<string[]>([]);
        Add<long[]>([]);
        Add<long[]>([]);
        Add<short[]>([]);
        Add<string[]>([]);
        Add<string[]>([]);
        return records;
    }

    private T[] Many<T>(T value)
    {
        var values = new T[Batch];
        Array.Fill(values, value);
        return values;
    }

    private NpgsqlParameter<T> Add<T>(T value)
    {
        var parameter = new NpgsqlParameter<T> { TypedValue = value };
        _command.Parameters.Add(parameter);
        return parameter;
    }
}
