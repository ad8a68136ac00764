using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerLifecycle.Loyalty;

/// <summary>Gives points for the purchases that come in by the front door, in each currency by its policy's <see cref="LedgerPolicy.OrderRule"/>.</summary>
/// <remarks>
/// An event that is recorded again gives nothing twice: its key is made of customer, event id and currency. A purchase of 0 or less gives nothing; take returned goods back with a
/// <see cref="RefundOrder"/> that refers to <see cref="KeyOf"/> the purchase.
/// </remarks>
public sealed partial class OrderPoints : ICustomerEventHandler
{
    private readonly LedgerService _ledger;
    private readonly IClock _clock;
    private readonly Currency? _hostCurrency;
    private readonly ILogger _logger;

    /// <summary>Makes the handler.</summary>
    /// <param name="ledger">Where the points are kept.</param>
    /// <param name="clock">Tells when an event is recorded.</param>
    /// <param name="options">The host's currency; null where orders name theirs.</param>
    /// <param name="logger">Hears of purchases that the ledger refuses; null is nobody.</param>
    public OrderPoints(LedgerService ledger, IClock clock, CustomerLifecycleOptions? options = null, ILogger<OrderPoints>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(clock);
        _ledger = ledger;
        _clock = clock;
        _hostCurrency = options?.HostCurrency is { } code ? new Currency(code) : null;
        _logger = logger ?? (ILogger)NullLogger.Instance;
    }

    /// <inheritdoc/>
    public string Name => "loyalty";

    /// <summary>The key under which a purchase was given its points: what a refund refers to.</summary>
    /// <param name="purchase">The event.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    public static string KeyOf(CustomerEvent purchase, string? currency = null)
    {
        ArgumentNullException.ThrowIfNull(purchase);
        var isDefault = currency is null or LedgerCommand.DefaultCurrency;
        var key = isDefault ? $"order/{purchase.Customer.Value}/{purchase.Id}" : $"order:{currency}/{purchase.Customer.Value}/{purchase.Id}";
        if (key.Length <= LedgerCommand.MaxKeyLength) return key;
        var hasher = RequestHasher.Start("order");
        hasher.Add(purchase.Customer);
        hasher.Add(purchase.Id);
        return isDefault ? $"order/{hasher.ToHash()}" : $"order:{currency}/{hasher.ToHash()}";
    }

    /// <inheritdoc/>
    public async ValueTask HandleAsync(IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var currencies = _ledger.Policy.Currencies.Append(LedgerCommand.DefaultCurrency).Distinct(StringComparer.Ordinal).Where(currency => _ledger.Policy.For(currency).OrderRule is not null).OrderBy(static currency => currency, StringComparer.Ordinal).ToList();
        if (currencies.Count == 0) return;
        foreach (var customerEvent in events)
        {
            if (!string.Equals(customerEvent.Type, Purchase.EventType, StringComparison.Ordinal)) continue;
            var purchase = Purchase.From(customerEvent, _hostCurrency);
            if (!purchase.IsAccepted || purchase.Value.Net.Amount <= 0) continue;
            var now = _clock.GetCurrentInstant();
            foreach (var currency in currencies)
            {
                var command = new EarnOrder(KeyOf(customerEvent, currency), customerEvent.Customer, LinesOf(purchase.Value), Instant.Min(customerEvent.Occurred, now), currency);
                var decision = await _ledger.PostAsync(command, now, cancellationToken).ConfigureAwait(false);
                if (decision.IsAccepted) continue;
                LogRefusal(_logger, decision.Refusal.Code);

                // No answer to the purchase, but a fault of this host: it must not take the event for recorded.
                if (string.Equals(decision.Refusal.Code, LedgerRefusals.ClockAhead, StringComparison.Ordinal)) throw new StoreUnavailableException($"No points were given: {decision.Refusal.Message}");
            }
        }
    }

    /// <summary>The lines; where a discount stands as a line below 0, or there are no lines, the order as a whole.</summary>
    private static List<EarnLine> LinesOf(Purchase purchase)
    {
        var lines = new List<EarnLine>(purchase.Lines.Count);
        foreach (var line in purchase.Lines)
        {
            if (line.Net < 0) return [new(purchase.Net.Amount)];
            lines.Add(new(line.Net, line.Category));
        }

        return lines.Count > 0 ? lines : [new(purchase.Net.Amount)];
    }

    [LoggerMessage(1, LogLevel.Warning, "The ledger gave no points for a purchase: {Code}. See docs/errors.md.")]
    private static partial void LogRefusal(ILogger logger, string code);
}
