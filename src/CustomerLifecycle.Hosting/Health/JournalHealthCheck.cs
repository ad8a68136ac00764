using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerLifecycle.Hosting;

/// <summary>Whether the journals are well: unhealthy when one cannot be reached or is of a newer version, degraded when due work or the outbox lags or there are dead letters.</summary>
/// <remarks>Descriptions and data hold journals' names, numbers and our own messages; never a connection string, a customer, or what a driver said.</remarks>
public sealed class JournalHealthCheck : IHealthCheck
{
    private readonly Func<IEnumerable<NamedJournal>> _journals;
    private readonly HostingOptions _options;

    /// <summary>Makes a check.</summary>
    /// <param name="journals">The journals.</param>
    /// <param name="options">From when on it reports; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public JournalHealthCheck(IEnumerable<NamedJournal> journals, HostingOptions? options = null)
        : this(() => journals, options)
    {
        ArgumentNullException.ThrowIfNull(journals);
    }

    /// <summary>Makes a check of journals that are opened only then, so that one that cannot be opened is reported, too.</summary>
    /// <param name="journals">Opens the journals.</param>
    /// <param name="options">From when on it reports; null for the defaults.</param>
    internal JournalHealthCheck(Func<IEnumerable<NamedJournal>> journals, HostingOptions? options)
    {
        _journals = journals;
        _options = HostingOptions.Checked(options);
    }

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        var faults = new List<string>();
        var complaints = new List<string>();
        try
        {
            foreach (var journal in _journals().GroupBy(static journal => journal.Journal).Select(static same => same.First()))
            {
                try
                {
                    Look(journal.Name, await journal.Journal.MeasureAsync(null, cancellationToken).ConfigureAwait(false), data, complaints);
                }
                catch (StoreException fault)
                {
                    faults.Add($"{journal.Name}: {fault.Message}");
                }
            }
        }
        catch (StoreException fault)
        {
            faults.Add(fault.Message);
        }

        return faults.Count > 0 ? new(context.Registration.FailureStatus, string.Join(" ", faults.Concat(complaints)), exception: null, data)
            : complaints.Count > 0 ? HealthCheckResult.Degraded(string.Join(" ", complaints), exception: null, data)
            : HealthCheckResult.Healthy("All journals are well.", data);
    }

    private void Look(string journal, Backlog backlog, Dictionary<string, object> data, List<string> complaints)
    {
        HostingTelemetry.Measured(journal, backlog);
        data[journal + ".due_lag_seconds"] = backlog.DueLag.TotalSeconds;
        data[journal + ".due_streams"] = backlog.DueStreams;
        data[journal + ".outbox_lag_seconds"] = backlog.OutboxLag.TotalSeconds;
        data[journal + ".outbox_records"] = backlog.OutboxRecords;
        data[journal + ".dead_letters"] = backlog.DeadLetters;
        if (backlog.DueLag.TotalSeconds > _options.MaxDueLagSeconds)
            complaints.Add($"{journal}: due work lags by {Seconds(backlog.DueLag)}, at most {_options.MaxDueLagSeconds} s are in order. Check that a host runs it, and its log.");
        if (backlog.OutboxLag.TotalSeconds > _options.MaxOutboxLagSeconds)
            complaints.Add($"{journal}: the outbox has waited for {Seconds(backlog.OutboxLag)}, at most {_options.MaxOutboxLagSeconds} s are in order. Check that a host tells it, and its log.");
        if (backlog.DeadLetters > _options.MaxDeadLetters)
            complaints.Add($"{journal}: there are {backlog.DeadLetters} dead letters. Look at their reasons, then retry or discard them.");
    }

    private static string Seconds(Duration duration) => FormattableString.Invariant($"{Math.Floor(duration.TotalSeconds)} s");
}
