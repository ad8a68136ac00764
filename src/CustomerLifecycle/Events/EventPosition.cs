namespace CustomerLifecycle;

/// <summary>An event's place in the one order of events, the same in every package: by instant, then order number, then id by code point.</summary>
/// <remarks>The order of arrival never matters.</remarks>
public readonly record struct EventPosition : IComparable<EventPosition>
{
    /// <summary>Places an event.</summary>
    /// <param name="occurred">When it happened.</param>
    /// <param name="orderNumber">Orders events of one instant.</param>
    /// <param name="id">Its id.</param>
    public EventPosition(Instant occurred, long orderNumber, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        Occurred = occurred;
        OrderNumber = orderNumber;
        Id = id;
    }

    /// <summary>When it happened.</summary>
    public Instant Occurred { get; }

    /// <summary>Orders events of one instant.</summary>
    public long OrderNumber { get; }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Compares two places.</summary>
    /// <param name="other">The other place.</param>
    public int CompareTo(EventPosition other)
    {
        var byInstant = Occurred.CompareTo(other.Occurred);
        if (byInstant != 0) return byInstant;
        var byNumber = OrderNumber.CompareTo(other.OrderNumber);
        return byNumber != 0 ? byNumber : CodePointComparer.CompareText(Id, other.Id);
    }
}
