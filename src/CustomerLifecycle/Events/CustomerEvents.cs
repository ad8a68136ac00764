using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerLifecycle;

/// <summary>Whoever wants to know what customers do: stages, segments, loyalty, or a host's own code.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It handles customers' events; System.EventHandler is another thing.")]
public interface ICustomerEventHandler
{
    /// <summary>Its name, for messages: <c>loyalty</c>.</summary>
    string Name { get; }

    /// <summary>Handles a batch. May be given an event again, together with others or alone: an event whose id was handled before for that customer must change nothing.</summary>
    /// <param name="events">Each event once, by customer, and for each customer in the order of <see cref="EventPosition"/>. Not empty.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask HandleAsync(IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default);
}

/// <summary>The front door: everything that customers do comes in here, and goes to every registered handler.</summary>
/// <remarks>
/// Safe for concurrent callers. Nothing is remembered here: handlers drop what they had before, by event id, so a batch can be recorded again after any failure.
/// </remarks>
public sealed partial class CustomerEvents
{
    /// <summary>Findings that one call reports; behind them one says that there are more.</summary>
    public const int MaxFindings = 1_000;

    private readonly ICustomerEventHandler[] _handlers;
    private readonly IClock _clock;
    private readonly ILogger _logger;
    private readonly Currency? _hostCurrency;
    private readonly Duration _maxClockSkew;
    private readonly int _maxEvents;

    /// <summary>Opens the door.</summary>
    /// <param name="handlers">Who wants to know, in the order in which they are told.</param>
    /// <param name="clock">Tells what has not happened yet.</param>
    /// <param name="options">Limits and the host's currency.</param>
    /// <param name="logger">Hears of handlers that fail; null is nobody.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public CustomerEvents(IEnumerable<ICustomerEventHandler> handlers, IClock clock, CustomerLifecycleOptions options, ILogger<CustomerEvents>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        ArgumentNullException.ThrowIfNull(clock);
        CustomerLifecycleOptions.Check(options);
        _handlers = [.. handlers];
        _clock = clock;
        _logger = logger ?? (ILogger)NullLogger.Instance;
        _hostCurrency = options.HostCurrency is { } code ? new Currency(code) : null;
        _maxClockSkew = Duration.FromSeconds(options.MaxClockSkewSeconds);
        _maxEvents = options.MaxEventsPerCall;
    }

    /// <summary>Records one event.</summary>
    /// <param name="customerEvent">The event.</param>
    /// <param name="cancellationToken">Cancels. Some handlers may have handled it: record it again.</param>
    /// <returns>Whether it was accepted, or everything that is wrong with it.</returns>
    /// <exception cref="EventHandlingException">A handler failed: record it again.</exception>
    public ValueTask<EventReceipt> RecordAsync(CustomerEvent customerEvent, CancellationToken cancellationToken = default) => RecordAsync([customerEvent], cancellationToken);

    /// <summary>Records a batch, in any order. One wrong event and none of them is recorded: leave it out, or mend it, and record the rest.</summary>
    /// <param name="events">At most as many as the options allow.</param>
    /// <param name="cancellationToken">Cancels. Some handlers may have handled the batch: record it again.</param>
    /// <returns>How many were recorded, or everything that is wrong with any of them.</returns>
    /// <exception cref="ArgumentException">There are too many events, or one is null.</exception>
    /// <exception cref="EventHandlingException">A handler failed; the others have handled the batch. Record it again: they drop what they have.</exception>
    public async ValueTask<EventReceipt> RecordAsync(IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count > _maxEvents)
            throw new ArgumentException($"Found {events.Count} events, at most {_maxEvents} are recorded at once (MaxEventsPerCall). Record them in several calls.", nameof(events));

        var findings = new List<Finding>();
        var distinct = Distinct(events, findings);
        var latest = _clock.GetCurrentInstant() + _maxClockSkew;
        for (var i = 0; i < events.Count && findings.Count <= MaxFindings; i++) Check(events[i], i, latest, findings);
        if (findings.Count > MaxFindings)
        {
            findings.RemoveRange(MaxFindings, findings.Count - MaxFindings);
            findings.Add(new("event.more-findings", "events", $"There are more than {MaxFindings} findings. Mend these first."));
        }

        if (findings.Count > 0) return new(0, 0, findings);
        if (distinct.Length > 0) await HandAsync(distinct, cancellationToken).ConfigureAwait(false);
        return new(distinct.Length, events.Count - distinct.Length, []);
    }

    /// <summary>Each event once, the first received of its deliveries; by customer, then in the one order of events.</summary>
    private static CustomerEvent[] Distinct(IReadOnlyList<CustomerEvent> events, List<Finding> findings)
    {
        var first = new Dictionary<(CustomerId, string), CustomerEvent>();
        for (var i = 0; i < events.Count; i++)
        {
            var delivery = events[i] ?? throw new ArgumentException($"Event {i} is null. Leave it out.", nameof(events));
            var key = (delivery.Customer, delivery.Id);
            if (!first.TryGetValue(key, out var other)) first.Add(key, delivery);
            else if (!delivery.SaysTheSameAs(other)) findings.Add(new("event.conflicting-content", $"events[{i}].id", "Another event of the same customer and id says something else. Give each event its own id, or leave the wrong one out."));
            else if (delivery.Received < other.Received) first[key] = delivery;
        }

        CustomerEvent[] distinct = [.. first.Values];
        Array.Sort(distinct, static (a, b) => a.Customer.CompareTo(b.Customer) is not 0 and var byCustomer ? byCustomer : a.Position.CompareTo(b.Position));
        return distinct;
    }

    private void Check(CustomerEvent candidate, int index, Instant latest, List<Finding> findings)
    {
        if (candidate.Occurred > latest)
            findings.Add(new("event.occurred-ahead", $"events[{index}].occurred", $"It happened at {candidate.Occurred}, after {latest}. Set the clock of its source, or record it when it has happened."));
        if (candidate.Received > latest)
            findings.Add(new("event.received-ahead", $"events[{index}].received", $"It became known at {candidate.Received}, after {latest}. Set the clock of whoever received it."));
        if (!string.Equals(candidate.Type, Purchase.EventType, StringComparison.Ordinal)) return;
        foreach (var finding in Purchase.Validate(candidate, _hostCurrency)) findings.Add(new(finding.Code, $"events[{index}].{finding.Place}", finding.Advice));
    }

    private async ValueTask HandAsync(CustomerEvent[] events, CancellationToken cancellationToken)
    {
        List<EventHandlerFailure>? failures = null;
        foreach (var handler in _handlers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await handler.HandleAsync(events, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (!(fault is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                LogFailure(_logger, handler.Name, events.Length, fault is StoreException { IsTransient: true });
                (failures ??= []).Add(new(handler.Name, fault));
            }
        }

        if (failures is not null) throw new EventHandlingException(failures);
    }

    [LoggerMessage(1, LogLevel.Warning, "Handler {Handler} failed on {Count} events (transient: {IsTransient}). The batch can be recorded again.")]
    private static partial void LogFailure(ILogger logger, string handler, int count, bool isTransient);
}

/// <summary>What came of recording events.</summary>
public sealed class EventReceipt
{
    internal EventReceipt(int recorded, int repeats, IReadOnlyList<Finding> findings)
    {
        Recorded = recorded;
        Repeats = repeats;
        Findings = findings;
    }

    /// <summary>Whether the batch was accepted: it had no findings, and every handler has handled it.</summary>
    public bool IsAccepted => Findings.Count == 0;

    /// <summary>Events handed to the handlers, each once.</summary>
    public int Recorded { get; }

    /// <summary>Deliveries dropped because the batch held the same event before.</summary>
    public int Repeats { get; }

    /// <summary>Everything that is wrong with the batch, with places like <c>events[3].total</c>; empty when it was accepted.</summary>
    public IReadOnlyList<Finding> Findings { get; }
}

/// <summary>A handler that failed on a batch of events.</summary>
public sealed class EventHandlerFailure
{
    internal EventHandlerFailure(string handler, Exception fault)
    {
        Handler = handler;
        Fault = fault;
    }

    /// <summary>The handler's name.</summary>
    public string Handler { get; }

    /// <summary>What it threw.</summary>
    public Exception Fault { get; }
}

/// <summary>Handlers failed on a batch of events; all others have handled it. Record the batch again: handlers drop what they have.</summary>
public sealed class EventHandlingException : StoreException
{
    internal EventHandlingException(IReadOnlyList<EventHandlerFailure> failures)
        : base($"{string.Join(", ", failures.Select(static failure => failure.Handler))} failed on a batch of events; all other handlers have handled it. Record the same batch again.", failures[0].Fault)
    {
        Failures = failures;
    }

    /// <summary>Who failed, and how; at least one.</summary>
    public IReadOnlyList<EventHandlerFailure> Failures { get; }

    /// <summary>Whether every failure is a <see cref="StoreException"/> that is transient itself.</summary>
    public override bool IsTransient => Failures.All(static failure => failure.Fault is StoreException { IsTransient: true });
}
