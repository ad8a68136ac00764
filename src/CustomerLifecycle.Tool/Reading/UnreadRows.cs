using System.Globalization;

namespace CustomerLifecycle.Tool;

/// <summary>Rows of a file that could not be read and are one customer's, or may be: who is asked about one customer is told of them.</summary>
/// <param name="Own">The customer's.</param>
/// <param name="Unknown">Those whose customer cannot be read either.</param>
internal sealed record UnreadRows(IReadOnlyList<Rejection> Own, IReadOnlyList<Rejection> Unknown)
{
    private const int MostTold = 5;

    public static UnreadRows Of(PurchaseData data, string customer) => new(
        [.. data.Rejections.Where(row => string.Equals(row.Customer, customer, StringComparison.Ordinal))],
        [.. data.Rejections.Where(row => row.Customer is null)]);

    /// <summary>Finds the customer in the shop.</summary>
    /// <exception cref="InputException">There is none; the message says whether rows of the customer's could not be read, or which key was probably meant.</exception>
    public int Find(Shop shop, string customer) => Own.Count > 0 && !shop.Knows(customer)
        ? throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{(Own.Count == 1 ? "The customer's only row" : $"None of the customer's {Counted.Rows(Own.Count)}")} can{(Own.Count == 1 ? "not" : "")} be used. Line {Own[0].Line}: {Own[0].Reason}"))
        : shop.IndexOf(customer);

    /// <summary>Says how many there are, and which the first ones are.</summary>
    public void Tell(TextWriter output, Language language)
    {
        Tell(output, Own, Texts.UnreadOwn, language);
        Tell(output, Unknown, Texts.UnreadUnknown, language);
    }

    private static void Tell(TextWriter output, IReadOnlyList<Rejection> rows, Phrase heading, Language language)
    {
        if (rows.Count == 0) return;
        output.WriteLine(heading.In(language, language.IsChinese ? $"{Language.Count(rows.Count)} 行" : Counted.Rows(rows.Count)));
        foreach (var row in rows.Take(MostTold)) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row.Line}: {row.Reason}"));
    }
}
