using System.Globalization;

namespace CustomerLifecycle;

/// <summary>A currency by its ISO 4217 code, three upper-case letters: <c>EUR</c>.</summary>
/// <remarks>Only the form is checked, not the list: hosts have house currencies.</remarks>
public readonly record struct Currency
{
    private readonly string? _code;

    /// <summary>Names a currency.</summary>
    /// <param name="code">Three letters A to Z.</param>
    /// <exception cref="ArgumentException"><paramref name="code"/> has another form.</exception>
    public Currency(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (!IsCode(code)) throw new ArgumentException("A currency is three upper-case letters, like EUR.", nameof(code));
        _code = code;
    }

    /// <summary>The three letters.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default(Currency)</c>.</exception>
    public string Code => _code ?? throw new InvalidOperationException("Currency was never assigned: construct it from an ISO 4217 code.");

    /// <summary>Whether a text has the form of a currency code.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsCode(string? text) => text is { Length: 3 } && IsLetter(text[0]) && IsLetter(text[1]) && IsLetter(text[2]);

    /// <summary>The code.</summary>
    public override string ToString() => _code ?? "currency unassigned";

    private static bool IsLetter(char c) => c is >= 'A' and <= 'Z';
}

/// <summary>An exact amount of one currency. May be negative: a refund is.</summary>
/// <remarks>Amounts are never rounded here; who divides or multiplies says how to round.</remarks>
public readonly record struct Money : IComparable<Money>
{
    /// <summary>Makes an amount of a currency.</summary>
    /// <param name="amount">In whole units of the currency: 12.50 is twelve and a half.</param>
    /// <param name="currency">Its currency.</param>
    public Money(decimal amount, Currency currency)
    {
        _ = currency.Code;
        Amount = amount;
        Currency = currency;
    }

    /// <summary>The amount, in whole units of the currency.</summary>
    public decimal Amount { get; }

    /// <summary>The currency.</summary>
    public Currency Currency { get; }

    /// <summary>Adds amounts of one currency.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator +(Money left, Money right) => new(left.Amount + right.In(left.Currency), left.Currency);

    /// <summary>Subtracts an amount of the same currency.</summary>
    /// <param name="left">The amount to take from.</param>
    /// <param name="right">The amount to take.</param>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator -(Money left, Money right) => new(left.Amount - right.In(left.Currency), left.Currency);

    /// <summary>Turns the sign.</summary>
    /// <param name="value">The amount.</param>
    public static Money operator -(Money value) => new(-value.Amount, value.Currency);

    /// <summary>Whether an amount is smaller.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    /// <summary>Whether an amount is larger.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    /// <summary>Whether an amount is smaller or equal.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    /// <summary>Whether an amount is larger or equal.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    /// <summary>Adds amounts of one currency.</summary>
    /// <param name="other">The amount to add.</param>
    public Money Add(Money other) => this + other;

    /// <summary>Subtracts an amount of the same currency.</summary>
    /// <param name="other">The amount to take.</param>
    public Money Subtract(Money other) => this - other;

    /// <summary>Turns the sign.</summary>
    public Money Negate() => -this;

    /// <summary>Compares amounts of one currency.</summary>
    /// <param name="other">The other amount.</param>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public int CompareTo(Money other) => Amount.CompareTo(other.In(Currency));

    /// <summary>Amount and code: <c>12.50 EUR</c>.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0} {1}", Amount, Currency);

    private decimal In(Currency currency) => Currency == currency
        ? Amount
        : throw new InvalidOperationException($"Found {Currency} where {currency} was wanted: convert before adding or comparing.");
}
