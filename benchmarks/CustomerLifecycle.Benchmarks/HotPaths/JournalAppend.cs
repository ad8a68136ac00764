using System.Diagnostics.CodeAnalysis;
using CustomerLifecycle.Benchmarks.Guard;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Ten thousand appends of one record to a thousand streams in memory, each with its key and expected version.</summary>
public class JournalAppend : HotPath
{
    private const int Streams = 1_000;
    private const int Appends = 10_000;
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);
    private static readonly Balance SomeBalance = new(1);
    private static readonly Earned Record = new(Start);
    private readonly string[] _streams = new string[Streams];
    private readonly string[] _keys = new string[Appends];

    public override string Name => "in-memory journal append";

    public override string Unit => "append";

    public override int Units => Appends;

    public override void Setup()
    {
        for (var i = 0; i < Streams; i++) _streams[i] = $"member-{i}";
        for (var i = 0; i < Appends; i++) _keys[i] = $"order-{i}/earn";
    }

    /// <summary>By hand: a dictionary of lists and one of keys under a lock, and nothing that an append could be asked about later.</summary>
    public override double Yardstick()
    {
        var gate = new Lock();
        var streams = new Dictionary<string, (Balance State, List<Earned> Records)>(StringComparer.Ordinal);
        var keys = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < Appends; i++)
        {
            lock (gate)
            {
                if (keys.ContainsKey(_keys[i])) continue;

                var name = _streams[i % Streams];
                if (!streams.TryGetValue(name, out var stream)) stream = (SomeBalance, []);
                if (stream.Records.Count != i / Streams) throw new InvalidOperationException("Another version was expected.");

                stream.Records.Add(Record);
                streams[name] = (SomeBalance, stream.Records);
                keys.Add(_keys[i], stream.Records.Count);
            }
        }

        return streams.Values.Sum(stream => stream.Records.Count);
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "In memory the answer is there at once.")]
    public override double Library()
    {
        var journal = new InMemoryJournal<Balance, Earned>(NodaTime.SystemClock.Instance);
        var appended = 0;
        for (var i = 0; i < Appends; i++)
        {
            var append = new Append<Balance, Earned>(new IdempotencyKey(_keys[i]), new RequestHash(i, i), new StreamAppend<Balance, Earned>(new StreamId(_streams[i % Streams]), i / Streams, SomeBalance, nextDue: null, Record));
            if (journal.AppendAsync(append).GetAwaiter().GetResult().Status == AppendStatus.Appended) appended++;
        }

        return appended;
    }

    private sealed record Balance(long Points);

    private sealed record Earned(Instant Occurred) : IJournalRecord
    {
        public Instant Recorded => Occurred;

        public string Kind => "earned";

        public decimal? Amount => 1;
    }
}
