using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Hosting;

/// <summary>How the background works, and from when on it is unwell.</summary>
public sealed class HostingOptions
{
    /// <summary>Names the package's activity source and meter.</summary>
    public const string TelemetryName = "CustomerLifecycle.Hosting";

    /// <summary>Whether due work runs by itself in a host with a background. Default true; with false the host calls <see cref="DueWorker"/> by hand.</summary>
    public bool RunDueWork { get; set; } = true;

    /// <summary>Seconds between two looks for due work. Default 5.</summary>
    [Range(1, 86_400)]
    public int DuePollSeconds { get; set; } = 5;

    /// <summary>Due streams claimed at once. Default 500.</summary>
    [Range(1, JournalLimits.MaxBatch)]
    public int DueBatch { get; set; } = 500;

    /// <summary>Whether the outbox is told by itself in a host with a background. Default true; with false the host calls <see cref="OutboxDispatcher"/> by hand.</summary>
    public bool RunOutbox { get; set; } = true;

    /// <summary>Seconds between two looks into the outbox. Default 1.</summary>
    [Range(1, 86_400)]
    public int OutboxPollSeconds { get; set; } = 1;

    /// <summary>Outbox records claimed at once. Default 100.</summary>
    [Range(1, JournalLimits.MaxBatch)]
    public int OutboxBatch { get; set; } = 100;

    /// <summary>Streams whose messages are handled at the same time; those of one stream always come one after another. Default 4.</summary>
    [Range(1, 256)]
    public int OutboxConcurrency { get; set; } = 4;

    /// <summary>Attempts at one message until it is set aside as a dead letter. Default 12, which with the default delays is a little more than an hour.</summary>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = 12;

    /// <summary>
    /// Seconds for which a claim keeps other hosts away: above the time that one batch of due work takes, and how long the work of a host that died waits. A handler may take half of it for one
    /// message. Default 300.
    /// </summary>
    [Range(1, 86_400)]
    public int LeaseSeconds { get; set; } = 300;

    /// <summary>Seconds until the second attempt at what failed; each further delay is twice the one before. Default 1.</summary>
    [Range(1, 86_400)]
    public int MinDelaySeconds { get; set; } = 1;

    /// <summary>The longest delay between two attempts, in seconds. Default 3,600; not below <see cref="MinDelaySeconds"/>.</summary>
    [Range(1, 86_400)]
    public int MaxDelaySeconds { get; set; } = 3_600;

    /// <summary>Seconds by which due work may lag before the health check reports it. Default 300.</summary>
    [Range(1, 2_592_000)]
    public int MaxDueLagSeconds { get; set; } = 300;

    /// <summary>Seconds for which an outbox record may wait before the health check reports it. Default 300.</summary>
    [Range(1, 2_592_000)]
    public int MaxOutboxLagSeconds { get; set; } = 300;

    /// <summary>Dead letters that the health check passes over. Default 0.</summary>
    [Range(0, JournalLimits.MaxCounted - 1)]
    public int MaxDeadLetters { get; set; }

    internal Duration Lease => Duration.FromSeconds(LeaseSeconds);

    internal TimeSpan HalfLease => TimeSpan.FromSeconds(LeaseSeconds / 2.0);

    internal static HostingOptions Checked(HostingOptions? options)
    {
        options ??= new();
        var result = new HostingOptionsRangeValidator().Validate(null, options);
        if (!result.Failed) result = new HostingOptionsValidator().Validate(null, options);
        return result.Failed ? throw new ArgumentException(result.FailureMessage, nameof(options)) : options;
    }

    /// <summary>How long what failed waits for its next attempt.</summary>
    internal Duration DelayAfter(int attempt) =>
        Duration.FromSeconds(Math.Min(MaxDelaySeconds, MinDelaySeconds * (long)Math.Pow(2, Math.Min(attempt - 1, 20))));
}

/// <summary>The ranges that the attributes state, checked by generated code.</summary>
[OptionsValidator]
internal sealed partial class HostingOptionsRangeValidator : IValidateOptions<HostingOptions>;

/// <summary>What no attribute can state.</summary>
internal sealed class HostingOptionsValidator : IValidateOptions<HostingOptions>
{
    public ValidateOptionsResult Validate(string? name, HostingOptions options) => options.MaxDelaySeconds < options.MinDelaySeconds
        ? ValidateOptionsResult.Fail($"MaxDelaySeconds ({options.MaxDelaySeconds}) is below MinDelaySeconds ({options.MinDelaySeconds}). Raise the first, or lower the second.")
        : ValidateOptionsResult.Success;
}
