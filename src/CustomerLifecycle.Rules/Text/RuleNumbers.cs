using System.Globalization;

namespace CustomerLifecycle.Rules;

/// <summary>Numbers to and from text, exactly: what does not fit is refused, never rounded without a word.</summary>
internal static class RuleNumbers
{
    public static bool TryInteger(string digits, bool negative, out long value) =>
        long.TryParse(negative ? "-" + digits : digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static bool TryDecimal(string digits, bool negative, out decimal value)
    {
        var fraction = digits.IndexOf('.');
        var significant = digits.Replace(".", "").TrimStart('0');
        if (fraction >= 0) digits = digits.TrimEnd('0');
        if (significant.TrimEnd('0').Length > 29 || (fraction >= 0 && digits.Length - fraction - 1 > 28))
        {
            value = 0;
            return false;
        }

        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)) return false;
        if (digits.Replace(".", "").TrimStart('0').Length > 28 && !string.Equals(Normalise(value), Normalise(digits), StringComparison.Ordinal)) return false;
        if (negative) value = -value;
        return true;
    }

    public static bool TryDouble(string digits, bool negative, out double value)
    {
        var parsed = double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        if (negative) value = -value;
        return parsed;
    }

    /// <summary>An integer, decimal or double as the language writes it: <c>2</c>, <c>2.0</c>, <c>2e0</c>.</summary>
    public static string Write(in RuleValue number)
    {
        switch (number.Form)
        {
            case NumberForm.Integer:
                return number.AsInteger.ToString(CultureInfo.InvariantCulture);
            case NumberForm.Decimal:
                return Write(number.AsDecimal);
            default:
                var text = Write(number.AsDouble);
                return text.Contains('e') ? text : text + "e0";
        }
    }

    /// <summary>A decimal with at least one and no needless digit behind the point.</summary>
    public static string Write(decimal value)
    {
        var text = Normalise(value);
        return text.Contains('.') ? text : text + ".0";
    }

    /// <summary>The shortest text that reads back as this finite double.</summary>
    public static string Write(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (double.Parse(text, CultureInfo.InvariantCulture) != value) text = value.ToString("G17", CultureInfo.InvariantCulture); // .NET Framework's "R" is not always exact
        var at = text.IndexOf('E');
        if (at < 0) return text;

        // E-06 and E+20 as e-6 and e20.
        var sign = text[at + 1] == '-' ? "-" : "";
        return string.Format(CultureInfo.InvariantCulture, "{0}e{1}{2}", text.Substring(0, at), sign, text.Substring(at + 1).TrimStart('+', '-', '0'));
    }

    private static string Normalise(decimal value) => Normalise(value.ToString(CultureInfo.InvariantCulture));

    private static string Normalise(string digits) => digits.Contains('.') ? digits.TrimEnd('0').TrimEnd('.') : digits;
}
