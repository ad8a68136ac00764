namespace CustomerLifecycle;

/// <summary>Makes what the outside is told of the records themselves, when a store asks: one <see cref="OutboxRecord"/> for each record of an append.</summary>
/// <typeparam name="TRecord">What happened.</typeparam>
/// <remarks>
/// For appends whose outbox follows from their records: a store that keeps the records asks when it hands one out, a database when it writes. So it is asked once, again or never,
/// by any thread, and must give the same each time: it depends on its arguments alone, calls no journal and does not throw.
/// </remarks>
public interface IOutboxProjection<in TRecord>
    where TRecord : class, IJournalRecord
{
    /// <summary>What the outside is told of a record.</summary>
    /// <param name="stream">Its stream; the outbox record names the same.</param>
    /// <param name="record">The record.</param>
    /// <param name="index">Its place among the records of its append: 0, 1, 2…</param>
    OutboxRecord Project(StreamId stream, TRecord record, int index);
}

internal static class OutboxProjection
{
    /// <summary>What a projection gives, checked as what is listed is.</summary>
    /// <exception cref="InvalidOperationException">It gives nothing, or names another stream.</exception>
    public static OutboxRecord Checked<TRecord>(this IOutboxProjection<TRecord> projection, StreamId stream, TRecord record, int index)
        where TRecord : class, IJournalRecord
    {
        var told = projection.Project(stream, record, index) ?? throw new InvalidOperationException($"{projection.GetType()} gives nothing for record {index} of an append to {stream}. An outbox projection tells of every record.");
        if (told.Stream != stream) throw new InvalidOperationException($"{projection.GetType()} names {told.Stream} for record {index} of an append to {stream}. An outbox record names the stream of its record.");
        return told;
    }
}
