using System.Text;

namespace CustomerLifecycle.Tool;

/// <summary>Which columns hold customer, date and amount.</summary>
/// <param name="Customer">Index of the customer column.</param>
/// <param name="Date">Index of the date column.</param>
/// <param name="Amount">Index of the amount column; null when the file has none.</param>
internal readonly record struct ColumnChoice(int Customer, int Date, int? Amount)
{
    private static readonly string[] CustomerNames =
    [
        "customerid", "customer", "custid", "customerno", "customernumber", "customercode", "customerkey", "clientid", "client", "memberid", "member", "userid", "user",
        "accountid", "account", "buyerid", "buyer", "contactid", "email", "customeremail",
        "客户编号", "客户号", "客户id", "客户", "会员编号", "会员号", "会员id", "会员", "用户编号", "用户id", "用户", "顾客编号", "顾客id", "顾客", "买家id", "买家",
    ];

    private static readonly string[] DateNames =
    [
        "date", "orderdate", "purchasedate", "invoicedate", "transactiondate", "salesdate", "datetime", "orderdatetime", "timestamp", "orderedat", "purchasedat", "paidat",
        "createdat", "time", "ordertime", "day",
        "日期", "订单日期", "下单日期", "购买日期", "交易日期", "消费日期", "下单时间", "购买时间", "交易时间", "付款时间", "支付时间", "订单时间", "时间",
    ];

    private static readonly string[] AmountNames =
    [
        "amount", "netamount", "net", "ordertotal", "totalamount", "total", "orderamount", "orderrevenue", "revenue", "sales", "value", "ordervalue", "spend", "grandtotal", "linetotal", "sum",
        "金额", "实付金额", "支付金额", "订单金额", "交易金额", "消费金额", "净额", "总金额", "总额", "销售额",
    ];

    /// <summary>Takes the columns that the user named, and finds the others by common names.</summary>
    /// <exception cref="InputException">A column is missing or there twice.</exception>
    public static ColumnChoice Of(IReadOnlyList<string> header, string? customer, string? date, string? amount, bool noAmount) =>
        new(
            customer is null ? Find(header, CustomerNames) ?? throw Missing(header, "customer", "customer_id") : Named(header, customer, "--customer"),
            date is null ? Find(header, DateNames) ?? throw Missing(header, "date", "order_date") : Named(header, date, "--date"),
            noAmount ? null : amount is null ? Find(header, AmountNames) : Named(header, amount, "--amount"));

    private static int? Find(IReadOnlyList<string> header, string[] names)
    {
        var normal = header.Select(Normal).ToArray();
        foreach (var name in names)
        {
            var at = Array.IndexOf(normal, name);
            if (at < 0) continue;
            MustBeOnce(header, at, candidate => string.Equals(Normal(candidate), name, StringComparison.Ordinal));
            return at;
        }

        return null;
    }

    private static int Named(IReadOnlyList<string> header, string name, string option)
    {
        for (var at = 0; at < header.Count; at++)
        {
            if (!string.Equals(header[at].Trim(), name.Trim(), StringComparison.OrdinalIgnoreCase)) continue;
            MustBeOnce(header, at, candidate => string.Equals(candidate.Trim(), name.Trim(), StringComparison.OrdinalIgnoreCase));
            return at;
        }

        throw new InputException($"There is no column '{name}' for {option}. The header has {List(header)}.");
    }

    private static void MustBeOnce(IReadOnlyList<string> header, int at, Func<string, bool> same)
    {
        for (var other = at + 1; other < header.Count; other++)
        {
            if (same(header[other]))
                throw new InputException($"The header has '{header[at].Trim()}' twice, in columns {at + 1} and {other + 1}. Rename one of them, or remove it.");
        }
    }

    private static InputException Missing(IReadOnlyList<string> header, string what, string example) =>
        new($"No column looks like the {what}. The header has {List(header)}. Name the column with --{what}, or rename it, for example to {example}.");

    private static string List(IReadOnlyList<string> header)
    {
        const int most = 12;
        var shown = string.Join(", ", header.Take(most).Select(name => $"'{(name.Length > 40 ? string.Concat(name.AsSpan(0, 40), "…") : name.Trim())}'"));
        return header.Count > most ? $"{shown} and {header.Count - most} more" : shown;
    }

    private static string Normal(string name)
    {
        var normal = new StringBuilder(name.Length);
        foreach (var letter in name.Trim())
            if (char.IsLetterOrDigit(letter)) normal.Append(char.ToLowerInvariant(letter));
        return normal.ToString();
    }
}
