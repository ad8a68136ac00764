using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace CustomerLifecycle.Stages;

/// <summary>The package's activities, instruments and log lines. No customer, no event id and no value is in any of them.</summary>
internal static partial class StageTelemetry
{
    private const string Version = "0.1.0";

    public static readonly ActivitySource Activities = new(StageService.TelemetryName, Version);

    private static readonly Meter Meter = new(StageService.TelemetryName, Version);
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("customerlifecycle.stages.events", "{event}", "Events recorded, by what came of it.");
    private static readonly Counter<long> Moves = Meter.CreateCounter<long>("customerlifecycle.stages.moves", "{move}", "Moves into a stage.");
    private static readonly Counter<long> Corrections = Meter.CreateCounter<long>("customerlifecycle.stages.corrections", "{event}", "Events that came late and told the past anew.");
    private static readonly Counter<long> BlockedMoves = Meter.CreateCounter<long>("customerlifecycle.stages.blocked", "{move}", "Moves that were refused.");

    public static void Count(StageModel model, StageReceipt receipt)
    {
        var tag = new KeyValuePair<string, object?>("model", model.Id);
        Events.Add(1, tag, new("status", receipt.Status switch { StageReceiptStatus.Recorded => "recorded", StageReceiptStatus.Repeated => "repeated", _ => "conflict" }));
        Count(tag, receipt.Changes);
    }

    public static void Count(StageModel model, StageCorrection changes) => Count(new KeyValuePair<string, object?>("model", model.Id), changes);

    private static void Count(KeyValuePair<string, object?> tag, StageCorrection changes)
    {
        foreach (var row in changes.Added) Moves.Add(1, tag, new("stage", row.To));
        if (changes.IsLate) Corrections.Add(1, tag);
        if (changes.Blocked.Count > 0) BlockedMoves.Add(changes.Blocked.Count, tag);
    }

    [LoggerMessage(1, LogLevel.Debug, "{Customer} moved {Count} times in model {Model}, and is in {Stage}.")]
    public static partial void LogMoved(ILogger logger, CustomerId customer, int count, string model, string? stage);

    [LoggerMessage(2, LogLevel.Information, "A late event of {Customer} told the past anew in model {Model}: {Retracted} rows retracted, {Added} added.")]
    public static partial void LogCorrected(ILogger logger, CustomerId customer, string model, int retracted, int added);

    [LoggerMessage(3, LogLevel.Warning, "An event of {Customer} in model {Model} repeats an id with another content, and was not recorded.")]
    public static partial void LogConflict(ILogger logger, CustomerId customer, string model);

    [LoggerMessage(4, LogLevel.Error, "The life of {Customer} in model {Model} stopped: {Fault}. Correct the model, and replay.")]
    public static partial void LogFault(ILogger logger, CustomerId customer, string model, StageFault fault);
}
