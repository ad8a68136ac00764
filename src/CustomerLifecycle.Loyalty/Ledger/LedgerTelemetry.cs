using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace CustomerLifecycle.Loyalty;

/// <summary>The ledger's activities, instruments and log lines. No key, no balance and no name is in any of them; a member is a pseudonym.</summary>
internal static partial class LedgerTelemetry
{
    private const string Version = "0.1.0";

    public static readonly ActivitySource Activities = new(LedgerService.TelemetryName, Version);

    private static readonly Meter Meter = new(LedgerService.TelemetryName, Version);
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("customerlifecycle.loyalty.commands", "{command}", "Commands, by kind and by what came of it.");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("customerlifecycle.loyalty.conflicts", "{attempt}", "Attempts that were made again, because somebody else wrote in between.");
    private static readonly Counter<double> Points = Meter.CreateCounter<double>("customerlifecycle.loyalty.points", "{point}", "Points that moved, by the accounts that they left and reached.");
    private static readonly Counter<long> SweptLots = Meter.CreateCounter<long>("customerlifecycle.loyalty.swept", "{lot}", "Lots whose lapsed points were booked as expired.");

    /// <summary>Whether anybody hears of commands; a ledger that nobody watches pays nothing.</summary>
    public static bool IsWatched(ILogger logger) => Activities.HasListeners() || Commands.Enabled || Points.Enabled || logger.IsEnabled(LogLevel.Warning);

    public static void Report(LedgerCommand command, in Decision<LedgerResult> decision, Activity? activity, ILogger logger)
    {
        var kind = PostingKinds.Code(command.Kind);
        var outcome = !decision.IsAccepted ? "refused" : decision.Value.IsDuplicate ? "repeated" : "posted";
        activity?.SetTag("kind", kind);
        activity?.SetTag("outcome", outcome);
        if (!decision.IsAccepted)
        {
            var code = decision.Refusal.Code;
            activity?.SetTag("code", code);
            Commands.Add(1, new("kind", kind), new("outcome", outcome), new KeyValuePair<string, object?>("code", code));
            if (code is LedgerRefusals.IdempotencyConflict or LedgerRefusals.ClockAhead) LogWrong(logger, kind, code);
            else if (logger.IsEnabled(LogLevel.Debug)) LogRefused(logger, kind, (command as MemberCommand)?.Member, code);
            return;
        }

        Commands.Add(1, new("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));
        if (!decision.Value.IsDuplicate) Count(decision.Value.Postings);
    }

    public static void Count(IReadOnlyList<Posting> postings)
    {
        if (!Points.Enabled) return;
        foreach (var posting in postings)
        {
            foreach (var movement in posting.Entries)
                Points.Add(movement.Points, new("currency", posting.Currency), new("from", CodeOf(movement.From)), new KeyValuePair<string, object?>("to", CodeOf(movement.To)));
        }
    }

    public static void CountConflict(LedgerCommand command) => Conflicts.Add(1, new KeyValuePair<string, object?>("kind", PostingKinds.Code(command.Kind)));

    public static void Report(SweepResult swept, ILogger logger)
    {
        SweptLots.Add(swept.Lots);
        if (swept.Lots > 0) LogSwept(logger, swept.Points, swept.Lots);
    }

    private static string CodeOf(LedgerAccount account) => account switch
    {
        LedgerAccount.Open => "open",
        LedgerAccount.Pending => "pending",
        LedgerAccount.Held => "held",
        LedgerAccount.Due => "due",
        LedgerAccount.Debt => "debt",
        LedgerAccount.Issued => "issued",
        LedgerAccount.Adjusted => "adjusted",
        LedgerAccount.WrittenOff => "written-off",
        LedgerAccount.Redeemed => "redeemed",
        LedgerAccount.Expired => "expired",
        LedgerAccount.Forfeited => "forfeited",
        LedgerAccount.Transferred => "transferred",
        _ => "memorandum",
    };

    [LoggerMessage(11, LogLevel.Debug, "The ledger refused {Kind} of {Member} with {Code}.")]
    private static partial void LogRefused(ILogger logger, string kind, CustomerId? member, string code);

    [LoggerMessage(12, LogLevel.Warning, "The ledger refused {Kind} with {Code}: the host, not the member, has to be put right. See docs/errors.md.")]
    private static partial void LogWrong(ILogger logger, string kind, string code);

    [LoggerMessage(13, LogLevel.Information, "The ledger booked {Points} lapsed points of {Lots} lots as expired.")]
    private static partial void LogSwept(ILogger logger, decimal points, long lots);
}
