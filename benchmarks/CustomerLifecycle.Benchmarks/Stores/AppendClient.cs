using System.Buffers;

namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>One client that appends to members of its own, one after another, each append one record at the version that it knows.</summary>
internal abstract class AppendClient(string name, int batch) : IAsyncDisposable
{
    /// <summary>A batch of appends is one of them, or all, so that no member stands in a batch twice.</summary>
    public const int Members = 1_000;

    protected static readonly Instant At = Instant.FromUtc(2026, 6, 1, 12, 0);

    private long _appended;

    /// <summary>How many appends are made durable together.</summary>
    public int Batch { get; } = batch;

    protected string Name { get; } = name;

    public static string[] Streams(string client) => [.. Enumerable.Range(0, Members).Select(i => $"{client}/member-{i:0000}")];

    /// <summary>The bytes of any state and any record: what the bare client sends without encoding.</summary>
    public static (byte[] State, byte[] Record) Bytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var codec = new AccountCodec();
        codec.WriteState(new(1_000, 10), buffer);
        var state = buffer.WrittenSpan.ToArray();
        buffer.ResetWrittenCount();
        codec.WriteRecord(new("order-123456", 10, At), buffer);
        return (state, buffer.WrittenSpan.ToArray());
    }

    /// <summary>Appends until the time is over.</summary>
    /// <returns>How many appends, each with its own key and version, were made.</returns>
    public async Task<long> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        long made = 0;
        while (watch.Elapsed < time)
        {
            await AppendAsync(_appended, cancellationToken);
            _appended += Batch;
            made += Batch;
        }

        return made;
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Makes the appends from a number on: append n is the (n / <see cref="Members"/> + 1)th record of member n % <see cref="Members"/>.</summary>
    protected abstract ValueTask AppendAsync(long first, CancellationToken cancellationToken);

    protected string Key(long n) => string.Concat(Name, "/", n.ToString(System.Globalization.CultureInfo.InvariantCulture));

    protected static void Expect(bool appended)
    {
        if (!appended) throw new InvalidOperationException("An append was refused: the two sides of a pair share no members.");
    }
}

/// <summary>By the library: whatever the store.</summary>
internal sealed class JournalClient(string name, int batch, IJournal<Account, Moved> journal) : AppendClient(name, batch)
{
    private readonly StreamId[] _streams = [.. Streams(name).Select(static stream => new StreamId(stream))];

    public override ValueTask DisposeAsync() => default;

    protected override async ValueTask AppendAsync(long first, CancellationToken cancellationToken)
    {
        if (Batch == 1)
        {
            Expect((await journal.AppendAsync(Of(first), cancellationToken)).Status == AppendStatus.Appended);
            return;
        }

        var appends = new Append<Account, Moved>[Batch];
        for (var i = 0; i < appends.Length; i++) appends[i] = Of(first + i);
        foreach (var outcome in await journal.AppendBatchAsync(appends, cancellationToken)) Expect(outcome.Status == AppendStatus.Appended);
    }

    private Append<Account, Moved> Of(long n)
    {
        var version = n / Members;
        return new(new(Key(n)), new RequestHash(n, n), new StreamAppend<Account, Moved>(_streams[n % Members], version, new(1_000 + version, version), nextDue: null, new Moved("order-123456", 10, At)));
    }
}
