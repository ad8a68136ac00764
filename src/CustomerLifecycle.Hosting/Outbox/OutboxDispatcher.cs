using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerLifecycle.Hosting;

/// <summary>Tells what the journals' outboxes hold: at least once, in order for each stream, beside any number of other hosts.</summary>
/// <remarks>
/// A message that fails comes again later and later, and its stream waits for it; what fails for good is set aside as a dead letter, which holds up nothing and is retried or discarded by hand
/// (<see cref="IOutbox.RetryDeadLetterAsync"/>). Passes of one dispatcher take turns.
/// </remarks>
public sealed class OutboxDispatcher : IDisposable
{
    private readonly OutboxJournal[] _journals;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Makes a dispatcher.</summary>
    /// <param name="journals">The journals; one that is named twice is told once.</param>
    /// <param name="handler">Tells the outside.</param>
    /// <param name="options">Batches, leases and delays; null for the defaults.</param>
    /// <param name="logger">Hears of what fails; null is nobody.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public OutboxDispatcher(IEnumerable<NamedJournal> journals, IOutboxHandler handler, HostingOptions? options = null, ILogger<OutboxDispatcher>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(journals);
        ArgumentNullException.ThrowIfNull(handler);
        var checkedOptions = HostingOptions.Checked(options);
        _journals = [.. journals.GroupBy(static journal => journal.Journal).Select(same => new OutboxJournal(same.First(), handler, checkedOptions, logger ?? (ILogger)NullLogger.Instance))];
    }

    /// <summary>Tells what waits, batch by batch, until nothing is left that can be told now.</summary>
    /// <param name="cancellationToken">Stops between two messages, and is handed to the handler; what was not told is given back.</param>
    /// <returns>What was told, over all journals.</returns>
    /// <exception cref="StoreException">A store cannot be reached; the outboxes of the others are told. Run again: what was told and not acknowledged is acknowledged first.</exception>
    public async ValueTask<OutboxPass> RunOnceAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var pass = new OutboxPass(0, 0, 0);
            StoreException? fault = null;
            foreach (var journal in _journals)
            {
                try
                {
                    pass += await journal.RunAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (StoreException found)
                {
                    fault = found;
                }
            }

            return fault is null ? pass : throw fault;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the dispatcher. Passes that are under way must have ended.</summary>
    public void Dispose() => _turn.Dispose();
}

/// <summary>What one pass over the outboxes did.</summary>
/// <param name="Told">Messages that were told and acknowledged.</param>
/// <param name="Failed">Messages that failed, and wait for their next attempt.</param>
/// <param name="SetAside">Messages that became dead letters.</param>
public readonly record struct OutboxPass(long Told, long Failed, long SetAside)
{
    /// <summary>Adds two passes up.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static OutboxPass operator +(OutboxPass left, OutboxPass right) => new(left.Told + right.Told, left.Failed + right.Failed, left.SetAside + right.SetAside);

    /// <summary>Adds another pass.</summary>
    /// <param name="other">The other.</param>
    public OutboxPass Add(OutboxPass other) => this + other;
}
