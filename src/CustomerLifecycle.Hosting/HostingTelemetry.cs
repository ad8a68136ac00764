using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace CustomerLifecycle.Hosting;

/// <summary>The package's activities, instruments and log lines. No customer, no key and no message of an exception is in any of them.</summary>
internal static partial class HostingTelemetry
{
    public static readonly ActivitySource Activities = new(HostingOptions.TelemetryName, Version);

    private const string Version = "0.1.0";

    private static readonly ConcurrentDictionary<string, Backlog> Latest = new(StringComparer.Ordinal);
    private static readonly Meter Meter = new(HostingOptions.TelemetryName, Version);
    private static readonly Counter<long> DueDone = Meter.CreateCounter<long>("customerlifecycle.hosting.due.done", "{stream}", "Streams whose due work was done.");
    private static readonly Counter<long> DueFailed = Meter.CreateCounter<long>("customerlifecycle.hosting.due.failed", "{stream}", "Attempts at a stream's due work that failed.");
    private static readonly Counter<long> Told = Meter.CreateCounter<long>("customerlifecycle.hosting.outbox.told", "{message}", "Messages that were told.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("customerlifecycle.hosting.outbox.failed", "{message}", "Attempts at a message that failed.");
    private static readonly Counter<long> SetAside = Meter.CreateCounter<long>("customerlifecycle.hosting.outbox.set_aside", "{message}", "Messages that became dead letters.");

    static HostingTelemetry()
    {
        Gauge("customerlifecycle.hosting.due.lag", "s", "How far due work lagged behind the store's clock when it was last measured.", static backlog => backlog.DueLag.TotalSeconds);
        Gauge("customerlifecycle.hosting.due.backlog", "{stream}", "Streams that were due when they were last counted.", static backlog => backlog.DueStreams);
        Gauge("customerlifecycle.hosting.outbox.lag", "s", "How long the first outbox record had waited when it was last measured.", static backlog => backlog.OutboxLag.TotalSeconds);
        Gauge("customerlifecycle.hosting.outbox.backlog", "{message}", "Outbox records that waited when they were last counted.", static backlog => backlog.OutboxRecords);
        Gauge("customerlifecycle.hosting.outbox.dead_letters", "{message}", "Dead letters when they were last counted.", static backlog => backlog.DeadLetters);
    }

    public static void Measured(string journal, Backlog backlog) => Latest[journal] = backlog;

    public static void CountDue(string work, int done, int failed)
    {
        var tag = new KeyValuePair<string, object?>("work", work);
        if (done > 0) DueDone.Add(done, tag);
        if (failed > 0) DueFailed.Add(failed, tag);
    }

    public static void CountOutbox(string journal, int told, int failed, int setAside)
    {
        var tag = new KeyValuePair<string, object?>("journal", journal);
        if (told > 0) Told.Add(told, tag);
        if (failed > 0) Failed.Add(failed, tag);
        if (setAside > 0) SetAside.Add(setAside, tag);
    }

    [LoggerMessage(1, LogLevel.Warning, "Due work {Work} failed on {Count} streams with {Fault}. Each is tried by itself.")]
    public static partial void LogBatchFailed(ILogger logger, string work, int count, string fault);

    [LoggerMessage(2, LogLevel.Warning, "Due work {Work} failed on {Stream} with {Fault}, attempt {Attempt}. It is tried again in {Delay}.")]
    public static partial void LogDueFailed(ILogger logger, string work, StreamId stream, string fault, int attempt, Duration delay);

    [LoggerMessage(3, LogLevel.Warning, "{Count} due streams of journal {Journal} belong to no due work of this host. Add the package or model that they belong to; another host may have it.")]
    public static partial void LogUnowned(ILogger logger, string journal, int count);

    [LoggerMessage(4, LogLevel.Warning, "Telling {Kind} of {Stream} from journal {Journal} failed with {Fault}, attempt {Attempt}. It is tried again in {Delay}.")]
    public static partial void LogTellingFailed(ILogger logger, string journal, string kind, StreamId stream, string fault, int attempt, Duration delay);

    [LoggerMessage(5, LogLevel.Error, "{Kind} of {Stream} from journal {Journal} was set aside as dead letter {Position}: {Reason}.")]
    public static partial void LogSetAside(ILogger logger, string journal, string kind, StreamId stream, long position, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The background's {Part} stopped with {Fault} and goes on in {Delay}.")]
    public static partial void LogPaused(ILogger logger, string part, string fault, Duration delay);

    /// <summary>What an exception is called: messages may quote what must not be in a log.</summary>
    public static string NameOf(Exception fault) => fault.GetType().ToString();

    private static void Gauge(string name, string unit, string description, Func<Backlog, double> value) =>
        Meter.CreateObservableGauge(name, () => Latest.Select(journal => new Measurement<double>(value(journal.Value), new KeyValuePair<string, object?>("journal", journal.Key))), unit, description);
}
