namespace CustomerLifecycle.Conformance.Formats;

/// <summary>Orders in which a customer's events may arrive.</summary>
internal static class Arrivals
{
    private const int LongestForAll = 5;
    private const int SampledOrders = 12;

    /// <summary>Every order of a short list, several of a long one, the given one and its reverse among them.</summary>
    /// <remarks>Deliveries of one id that were received at the same instant keep their order: which of them stays depends on it.</remarks>
    public static IEnumerable<IReadOnlyList<CustomerEvent>> Of(IReadOnlyList<CustomerEvent> deliveries)
    {
        var orders = deliveries.Count <= LongestForAll ? Permutations([.. deliveries]) : Samples(deliveries);
        return orders.Select(order => KeepTies(order, deliveries));
    }

    /// <summary>The one order of events.</summary>
    public static IReadOnlyList<CustomerEvent> InOrder(IReadOnlyList<CustomerEvent> deliveries) => KeepTies([.. deliveries.OrderBy(delivery => delivery.Position)], deliveries);

    private static IEnumerable<CustomerEvent[]> Permutations(CustomerEvent[] items)
    {
        if (items.Length <= 1) return [items];
        return items.SelectMany((first, index) => Permutations([.. items[..index], .. items[(index + 1)..]]).Select(rest => (CustomerEvent[])[first, .. rest]));
    }

    private static IEnumerable<CustomerEvent[]> Samples(IReadOnlyList<CustomerEvent> deliveries)
    {
        yield return [.. deliveries];
        yield return [.. deliveries.Reverse()];
        var state = 0x9E3779B97F4A7C15UL;
        for (var sample = 2; sample < SampledOrders; sample++)
        {
            CustomerEvent[] order = [.. deliveries];
            for (var i = order.Length - 1; i > 0; i--)
            {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                var other = (int)(state % (ulong)(i + 1));
                (order[i], order[other]) = (order[other], order[i]);
            }

            yield return order;
        }
    }

    private static CustomerEvent[] KeepTies(CustomerEvent[] order, IReadOnlyList<CustomerEvent> given)
    {
        foreach (var tied in given.GroupBy(delivery => (delivery.Id, delivery.Received)).Where(group => group.Skip(1).Any()))
        {
            var places = Enumerable.Range(0, order.Length).Where(place => tied.Contains(order[place])).ToArray();
            foreach (var (place, delivery) in places.Zip(tied)) order[place] = delivery;
        }

        return order;
    }
}
