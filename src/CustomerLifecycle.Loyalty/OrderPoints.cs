using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerLifecycle.Loyalty;

/// <summary>Gives points for the purchases that come in by the front door, in each currency by its policy's <see cref="LedgerPolicy.OrderRule"/>.</summary>
/// <remarks>
/// An event that is recorded again gives nothing twice: its key is made of customer, event id and currency. What was paid earns, line by line as <see cref="LinesOf"/> says. A purchase of 0 or less gives
/// nothing; take returned goods back with a <see cref="RefundOrder"/> that refers to <see cref="KeyOf"/> the purchase. A rule's rate is points per unit of one money (<see cref="LoyaltyOptions.OrderCurrency"/>,
/// else the host's): a purchase in another gives nothing, and a warning with <see cref="LedgerRefusals.ForeignMoney"/>. Convert it first, or send an <see cref="EarnOrder"/> by hand.
/// </remarks>
public sealed partial class OrderPoints : ICustomerEventHandler
{
    private const int LeastDecimals = 2;

    private readonly LedgerService _ledger;
    private readonly IClock _clock;
    private readonly Currency? _hostCurrency;
    private readonly Currency? _orderCurrency;
    private readonly ILogger _logger;

    /// <summary>Makes the handler.</summary>
    /// <param name="ledger">Where the points are kept.</param>
    /// <param name="clock">Tells when an event is recorded.</param>
    /// <param name="options">The host's currency; null where orders name theirs, and <see cref="LoyaltyOptions.OrderCurrency"/> says which of them earn.</param>
    /// <param name="logger">Hears of purchases that earn nothing because of a fault in them; null is nobody.</param>
    public OrderPoints(LedgerService ledger, IClock clock, CustomerLifecycleOptions? options = null, ILogger<OrderPoints>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(clock);
        _ledger = ledger;
        _clock = clock;
        _hostCurrency = options?.HostCurrency is { } code ? new Currency(code) : null;
        _orderCurrency = ledger.OrderCurrency ?? _hostCurrency;
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
        var customer = purchase.Customer.Value;

        // With the lengths no two of them can read the same, whatever characters the host's ids are made of.
        var key = FormattableString.Invariant($"{(isDefault ? "order/" : FormattableString.Invariant($"order:{currency!.Length}:{currency}/"))}{customer.Length}/{customer}/{purchase.Id}");
        if (key.Length <= LedgerCommand.MaxKeyLength) return key;
        var hasher = RequestHasher.Start("order");
        hasher.Add(purchase.Customer);
        hasher.Add(purchase.Id);
        hasher.Add(isDefault ? LedgerCommand.DefaultCurrency : currency);
        return $"order#{hasher.ToHash()}";
    }

    /// <summary>What was paid for each line of a purchase: what it earns for, and the most that a <see cref="ReturnedLine"/> with its index can give back.</summary>
    /// <param name="purchase">The purchase.</param>
    /// <returns>
    /// A line for each of the purchase's, in the same places and with their categories, 0 or more each. A line below 0 is a discount and earns nothing: it reduces the lines of its own article, then those of its own
    /// category, then all. Where the total is less than the lines, all of them are reduced. What is taken from several lines is shared in proportion to their amounts, to the hundredth or the finest decimal of the
    /// order. Where the total is more (shipping, for instance), one line without a category stands behind the others for the rest. They add up to the total; those of a total of 0 or less are 0.
    /// </returns>
    public static IReadOnlyList<EarnLine> LinesOf(Purchase purchase)
    {
        ArgumentNullException.ThrowIfNull(purchase);
        var lines = purchase.Lines;
        var total = Math.Max(0m, purchase.Net.Amount);
        var decimals = Math.Max(LeastDecimals, lines.Select(static line => DecimalsOf(line.Net)).Append(DecimalsOf(total)).Max());
        var paid = lines.Select(static line => Math.Max(0m, line.Net)).ToArray();
        foreach (var discount in lines.Where(static line => line.Net < 0))
        {
            var rest = Reduce(-discount.Net, line => discount.Sku is { } sku && string.Equals(line.Sku, sku, StringComparison.Ordinal));
            Reduce(rest, line => discount.Category is { } category && string.Equals(line.Category, category, StringComparison.Ordinal));
        }

        Reduce(paid.Sum() - Math.Min(total, lines.Sum(static line => line.Net)), static _ => true);
        var earning = lines.Select((line, i) => new EarnLine(paid[i], line.Category)).ToList();
        if (total - paid.Sum() is > 0 and var unlisted) earning.Add(new(unlisted));
        return earning;

        // Takes an amount from some lines, in proportion; what they do not have is left.
        decimal Reduce(decimal amount, Func<OrderLine, bool> isMeant)
        {
            var sum = lines.Select((line, i) => isMeant(line) ? paid[i] : 0m).Sum();
            if (amount <= 0 || sum == 0) return amount;
            var left = Math.Max(0m, sum - amount);
            var (before, after) = (0m, 0m);
            for (var i = 0; i < paid.Length; i++)
            {
                if (!isMeant(lines[i])) continue;
                before += paid[i];
                var next = Math.Round(left * (before / sum), decimals, MidpointRounding.AwayFromZero);
                paid[i] = next - after;
                after = next;
            }

            return amount - (sum - left);
        }
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
            if (FaultOf(purchase) is { } fault)
            {
                LogRefusal(_logger, fault);
                continue;
            }

            if (purchase.Value.Net.Amount <= 0) continue;
            var now = _clock.GetCurrentInstant();
            var lines = LinesOf(purchase.Value);
            foreach (var currency in currencies)
            {
                var command = new EarnOrder(KeyOf(customerEvent, currency), customerEvent.Customer, lines, Instant.Min(customerEvent.Occurred, now), currency);
                var decision = await _ledger.PostAsync(command, now, cancellationToken).ConfigureAwait(false);
                if (decision.IsAccepted) continue;
                LogRefusal(_logger, decision.Refusal.Code);

                // No answer to the purchase, but a fault of this host: it must not take the event for recorded.
                if (string.Equals(decision.Refusal.Code, LedgerRefusals.ClockAhead, StringComparison.Ordinal)) throw new StoreUnavailableException($"No points were given: {decision.Refusal.Message}");
            }
        }
    }

    private static int DecimalsOf(decimal amount) => (decimal.GetBits(amount)[3] >> 16) & 0xFF;

    /// <summary>Why a purchase cannot be valued; null when it can.</summary>
    private string? FaultOf(Decision<Purchase> purchase)
    {
        if (!purchase.IsAccepted) return purchase.Refusal.Code;
        if (purchase.Value.Net.Currency != _orderCurrency) return LedgerRefusals.ForeignMoney;
        return IsTooLarge(purchase.Value.Net.Amount) || purchase.Value.Lines.Any(static line => IsTooLarge(line.Net)) ? LedgerRefusals.AmountOverflow : null;

        static bool IsTooLarge(decimal amount) => Math.Abs(amount) > long.MaxValue;
    }

    [LoggerMessage(1, LogLevel.Warning, "The ledger gave no points for a purchase: {Code}. See docs/errors.md.")]
    private static partial void LogRefusal(ILogger logger, string code);
}
