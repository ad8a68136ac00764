using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using CustomerLifecycle.Testing;
using Microsoft.Extensions.Logging;

namespace CustomerLifecycle.Loyalty.Tests;

public class LedgerTelemetryTests
{
    private const string Phone = "+49 151 23456789";
    private static readonly CustomerId Person = new(Phone);
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    [Fact]
    public async Task Telemetry_OfCommandsAndSweeps_SaysWhatHappenedAndNeverToWhom()
    {
        var measured = new ConcurrentQueue<string>();
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == LedgerService.TelemetryName) listener.EnableMeasurementEvents(instrument);
            },
        };
        meter.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue(Text(instrument, value, tags)));
        meter.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue(Text(instrument, value, tags)));
        meter.Start();
        var activities = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == LedgerService.TelemetryName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => activities.Enqueue($"{activity.OperationName} {string.Join(' ', activity.Tags.Select(static tag => $"{tag.Key}={tag.Value}"))}"),
        };
        ActivitySource.AddActivityListener(listener);
        var log = new ListLogger();
        var clock = new SettableClock(Noon);
        var currency = "TELEMETRY"; // other tests may run at the same time
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = new(expiry: ExpiryPolicy.After(Period.FromDays(1))) }, clock, log);

        await ledger.PostAsync(new EarnPoints("secret-1", Person, 987_001, currency: currency));
        await ledger.PostAsync(new EarnPoints("secret-1", Person, 987_001, currency: currency));
        await ledger.PostAsync(new RedeemPoints("secret-1", Person, 5, currency: currency));
        await ledger.PostAsync(new RedeemPoints("secret-2", Person, 987_002, currency: currency));
        clock.Advance(Duration.FromDays(3));
        await ledger.SweepAsync();

        Assert.Contains("customerlifecycle.loyalty.points 987001 currency=TELEMETRY from=issued to=open", measured);
        Assert.Contains("customerlifecycle.loyalty.points 987001 currency=TELEMETRY from=due to=expired", measured);
        Assert.Contains("customerlifecycle.loyalty.commands 1 kind=earn outcome=repeated", measured);
        Assert.Contains("customerlifecycle.loyalty.commands 1 kind=redeem outcome=refused code=ledger.insufficient-points", measured);
        Assert.Contains("Post kind=redeem outcome=refused code=ledger.idempotency-conflict", activities);
        Assert.Contains("Sweep ", activities);
        Assert.Equal(
            [
                (LogLevel.Warning, "The ledger refused redeem with ledger.idempotency-conflict: the host, not the member, has to be put right. See docs/errors.md."),
                (LogLevel.Debug, $"The ledger refused redeem of {Person} with ledger.insufficient-points."),
                (LogLevel.Information, "The ledger booked 987001 lapsed points of 1 lots as expired."),
            ],
            log.Lines);
        Assert.DoesNotContain(measured.Concat(activities).Concat(log.Lines.Select(static line => line.Text)), static text => text.Contains(Phone, StringComparison.Ordinal) || text.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Telemetry_OfDueWork_CountsTheLapsedPointsAsASweepDoes()
    {
        var measured = new ConcurrentQueue<string>();
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == LedgerService.TelemetryName) listener.EnableMeasurementEvents(instrument);
            },
        };
        meter.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue(Text(instrument, value, tags)));
        meter.Start();
        var log = new ListLogger();
        var clock = new SettableClock(Noon);
        var journal = new InMemoryJournal<MemberState, Posting>(clock);
        var ledger = new LedgerService(journal, new() { Policy = new(expiry: ExpiryPolicy.After(Period.FromDays(1))) }, clock, log);
        await ledger.PostAsync(new EarnPoints("1", Person, 987_003, currency: "DUE"));
        clock.Advance(Duration.FromDays(3));

        var claims = await journal.ClaimDueAsync(clock.GetCurrentInstant(), 10, Duration.FromMinutes(1));
        Assert.Equal(1, await ((IDueWork)ledger).WorkAsync(claims, clock.GetCurrentInstant()));

        Assert.Contains("customerlifecycle.loyalty.points 987003 currency=DUE from=due to=expired", measured);
        Assert.Contains((LogLevel.Information, "The ledger booked 987003 lapsed points of 1 lots as expired."), log.Lines);
    }

    private static string Text<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', [instrument.Name, FormattableString.Invariant($"{value}"), .. tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")]);

    private sealed class ListLogger : ILogger<LedgerService>
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add((logLevel, formatter(state, exception)));
    }
}
