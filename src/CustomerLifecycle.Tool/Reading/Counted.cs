using System.Globalization;

namespace CustomerLifecycle.Tool;

/// <summary>Writes a number with its noun: 1 row, 2 rows, 1,234 rows.</summary>
internal static class Counted
{
    public static string Rows(long count) => Of(count, "row");

    public static string Customers(long count) => Of(count, "customer");

    public static string Of(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
