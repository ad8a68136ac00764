using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerLifecycle.Hosting;

/// <summary>Does the due work of all packages, beside any number of other hosts.</summary>
/// <remarks>
/// Streams are claimed for a while, by the store's clock: a host that dies leaves its claims to the others when their lease is over. What fails is tried again alone, later and later, and
/// holds up nothing else. Passes of one worker take turns.
/// </remarks>
public sealed class DueWorker : IDisposable
{
    private readonly DueJournal[] _journals;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Makes a worker.</summary>
    /// <param name="works">The due work of each package; those of one journal share its claims.</param>
    /// <param name="options">Batches, leases and delays; null for the defaults.</param>
    /// <param name="logger">Hears of what fails; null is nobody.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public DueWorker(IEnumerable<IDueWork> works, HostingOptions? options = null, ILogger<DueWorker>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(works);
        var checkedOptions = HostingOptions.Checked(options);
        _journals = [.. works.GroupBy(static work => work.Journal.Journal).Select(same => new DueJournal(same.First().Journal, [.. same], checkedOptions, logger ?? (ILogger)NullLogger.Instance))];
    }

    /// <summary>Does what is due, batch by batch, until nothing is left that can be done now.</summary>
    /// <param name="asOf">Up to when time has passed; null for each store's own now, which nothing goes beyond.</param>
    /// <param name="cancellationToken">Stops between two batches; the one under way is finished.</param>
    /// <returns>What was done, over all journals.</returns>
    /// <exception cref="StoreException">A store cannot be reached; the due work of the others is done. Run again.</exception>
    public async ValueTask<DuePass> RunOnceAsync(Instant? asOf = null, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var pass = new DuePass(0, 0);
            StoreException? fault = null;
            foreach (var journal in _journals)
            {
                try
                {
                    pass += await journal.RunAsync(asOf, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Ends the worker. Passes that are under way must have ended.</summary>
    public void Dispose() => _turn.Dispose();
}

/// <summary>What one pass over the due work did.</summary>
/// <param name="Done">Streams that were brought up to their instant.</param>
/// <param name="Failed">Streams that failed, and wait for their next attempt.</param>
public readonly record struct DuePass(long Done, long Failed)
{
    /// <summary>Adds two passes up.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static DuePass operator +(DuePass left, DuePass right) => new(left.Done + right.Done, left.Failed + right.Failed);

    /// <summary>Adds another pass.</summary>
    /// <param name="other">The other.</param>
    public DuePass Add(DuePass other) => this + other;
}
