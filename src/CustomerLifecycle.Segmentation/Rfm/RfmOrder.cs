namespace CustomerLifecycle.Segmentation;

/// <summary>One order or refund, as RFM sees it.</summary>
/// <param name="Customer">Whose it is.</param>
/// <param name="Day">Its local day.</param>
/// <param name="Net">What was paid, net; below 0 for a refund.</param>
public readonly record struct RfmOrder(CustomerId Customer, LocalDate Day, decimal Net)
{
    /// <summary>A purchase on the local day of a zone.</summary>
    /// <param name="purchase">The purchase.</param>
    /// <param name="zone">Where days are counted.</param>
    public static RfmOrder From(Purchase purchase, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(purchase);
        ArgumentNullException.ThrowIfNull(zone);
        return new(purchase.Customer, purchase.Occurred.InZone(zone).Date, purchase.Net.Amount);
    }

    /// <summary>What each customer is scored by, from all their orders.</summary>
    /// <param name="orders">In any order.</param>
    /// <param name="asOf">The last day that counts; later orders are ignored.</param>
    /// <returns>
    /// The customers in the order of their first appearance. A refund lowers the net amount and is no order itself; a customer without an order by then is left out, having no recency.
    /// </returns>
    public static IReadOnlyList<KeyValuePair<CustomerId, RfmFeatures>> Features(IEnumerable<RfmOrder> orders, LocalDate asOf)
    {
        ArgumentNullException.ThrowIfNull(orders);
        Dictionary<CustomerId, int> rows = [];
        List<(CustomerId Customer, LocalDate Last, int Orders, decimal Net)> customers = [];
        foreach (var order in orders)
        {
            if (order.Day > asOf) continue;
            if (!rows.TryGetValue(order.Customer, out var row))
            {
                row = customers.Count;
                rows.Add(order.Customer, row);
                customers.Add((order.Customer, order.Day, 0, 0));
            }

            var (customer, last, count, net) = customers[row];
            customers[row] = order.Net < 0
                ? (customer, last, count, net + order.Net)
                : (customer, count == 0 ? order.Day : LocalDate.Max(last, order.Day), count + 1, net + order.Net);
        }

        return
        [
            .. from known in customers
               where known.Orders > 0
               select new KeyValuePair<CustomerId, RfmFeatures>(known.Customer, new RfmFeatures(Period.DaysBetween(known.Last, asOf), known.Orders, known.Net)),
        ];
    }
}
