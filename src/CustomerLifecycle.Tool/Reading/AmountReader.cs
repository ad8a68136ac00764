using System.Buffers.Text;

namespace CustomerLifecycle.Tool;

/// <summary>Reads an amount: an optional sign, digits, and perhaps a decimal point (or a comma, where the user says so).</summary>
internal sealed class AmountReader(bool decimalComma)
{
    public const decimal Largest = 1_000_000_000_000_000m;

    /// <returns>Null, or why not, in words that follow the quoted field.</returns>
    public string? Read(ReadOnlySpan<byte> text, out decimal amount)
    {
        amount = 0;
        if (text.IsEmpty) return "is empty; if the purchases have no amounts, say --no-amount";
        if (decimalComma)
        {
            if (text.Contains((byte)'.')) return "holds a point, but --decimal-comma is given";
            if (text.Length > 64) return NotANumber;
            Span<byte> pointed = stackalloc byte[text.Length];
            text.CopyTo(pointed);
            pointed.Replace((byte)',', (byte)'.');
            return ReadPointed(pointed, out amount);
        }

        return text.Contains((byte)',')
            ? "holds a comma; write 1234.56, or say --decimal-comma if the comma is the decimal sign"
            : ReadPointed(text, out amount);
    }

    private const string NotANumber = "is not a number such as 12.50 or -3";

    private static string? ReadPointed(ReadOnlySpan<byte> text, out decimal amount)
    {
        if (!Utf8Parser.TryParse(text, out amount, out var used) || used != text.Length) return NotANumber;
        return amount is > Largest or < -Largest ? "is beyond a thousand million million" : null;
    }
}
