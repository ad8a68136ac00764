namespace CustomerLifecycle;

/// <summary>What a package does with its streams when time alone has changed them: a timer, a lapse, the end of a hold.</summary>
/// <remarks>Answers are right without it; it writes down what passed and tells the outside. A host runs it by itself, or leaves it to <c>CustomerLifecycle.Hosting</c>.</remarks>
public interface IDueWork
{
    /// <summary>Its name, for logs and metrics: <c>stages:shop</c>.</summary>
    string Name { get; }

    /// <summary>The journal whose streams fall due.</summary>
    NamedJournal Journal { get; }

    /// <summary>Whether a stream of the journal is this one's, where several share it.</summary>
    /// <param name="stream">The stream.</param>
    bool Owns(StreamId stream);

    /// <summary>Does the due work of streams that were claimed for it.</summary>
    /// <param name="claims">Claims of streams that it owns; at least one.</param>
    /// <param name="asOf">Up to when time has passed; never later than the store's own clock.</param>
    /// <param name="cancellationToken">Cancels. Some of it may be done: the rest is claimed again when its lease is over.</param>
    /// <returns>How many streams it brought up to then. Those that somebody else wrote to in the meantime are none of them, and no failure.</returns>
    /// <remarks>Decides anew at the state as it is and appends, which ends the claim; so that doing it twice changes nothing. Throws when it cannot.</remarks>
    ValueTask<int> WorkAsync(IReadOnlyList<DueClaim> claims, Instant asOf, CancellationToken cancellationToken = default);
}

/// <summary>One of a host's journals with its name: for what runs on all of them, whatever is in them.</summary>
public sealed class NamedJournal
{
    /// <summary>Names a journal.</summary>
    /// <param name="name">Its name, as its codec has it: <c>loyalty</c>.</param>
    /// <param name="journal">The journal.</param>
    public NamedJournal(string name, IJournal journal)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(journal);
        Name = name;
        Journal = journal;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The journal.</summary>
    public IJournal Journal { get; }
}
