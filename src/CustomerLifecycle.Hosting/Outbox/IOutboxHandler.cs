using System.Diagnostics.CodeAnalysis;

namespace CustomerLifecycle.Hosting;

/// <summary>Tells the outside what happened: a queue, a mail service, a web hook. The host implements it.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It handles messages; System.EventHandler is another thing.")]
public interface IOutboxHandler
{
    /// <summary>Tells one message. May be called at the same time for messages of different streams; for one of the same stream only while a call that outstayed its time goes on.</summary>
    /// <param name="message">The message; perhaps again, so that what it causes must be told apart by <see cref="OutboxMessage.Id"/>.</param>
    /// <param name="cancellationToken">Cancelled when the host stops: the message comes again, and this attempt does not count. Cancelled, too, after half of <see cref="HostingOptions.LeaseSeconds"/>: the attempt failed.</param>
    /// <returns>Null when it is told. A refusal when it never can be: the message is set aside as a dead letter with the refusal's code.</returns>
    /// <remarks>
    /// Throws when it failed this time: the message, and those that follow it in its stream, come again later; after <see cref="HostingOptions.MaxAttempts"/> it is set aside.
    /// One that goes on beyond its time is left behind: its message comes again, perhaps while it still runs.
    /// </remarks>
    ValueTask<Refusal?> HandleAsync(OutboxMessage message, CancellationToken cancellationToken = default);
}

/// <summary>One message to the outside.</summary>
public sealed class OutboxMessage
{
    /// <summary>Describes a message.</summary>
    /// <param name="journal">The name of the journal that it comes from.</param>
    /// <param name="claim">The claim of its record.</param>
    public OutboxMessage(string journal, OutboxClaim claim)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(journal);
        ArgumentNullException.ThrowIfNull(claim);
        Journal = journal;
        Record = claim.Record;
        Position = claim.Position;
        Version = claim.Version;
        Attempt = claim.Attempt;
    }

    /// <summary>The name of the journal that it comes from.</summary>
    public string Journal { get; }

    /// <summary>What happened.</summary>
    public OutboxRecord Record { get; }

    /// <summary>The same whenever this message is told, and for no other of the host's: the journal's name and the record's key.</summary>
    public string Id => $"{Journal}/{Record.Key}";

    /// <summary>Its place in the journal's outbox; rises with each message of a stream.</summary>
    public long Position { get; }

    /// <summary>The version of the stream that it tells of. What comes again can come after what follows it: a consumer that minds compares this.</summary>
    public long Version { get; }

    /// <summary>1 for the first attempt, then 2, 3…</summary>
    public int Attempt { get; }

    /// <summary>Its kind and its stream's pseudonym: keys and properties hold customers' data.</summary>
    public override string ToString() => $"{Record.Kind} of {Record.Stream}, version {Version}";
}
