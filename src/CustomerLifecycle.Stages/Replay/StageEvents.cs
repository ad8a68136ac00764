namespace CustomerLifecycle.Stages;

/// <summary>The events that stage machines understand beside those of the model.</summary>
public static class StageEvents
{
    /// <summary>The type of an override: somebody moves the customer by hand.</summary>
    public const string OverrideType = "$override";

    /// <summary>The type of the end of a lock.</summary>
    public const string UnlockType = "$unlock";

    /// <summary>Of an override: the stage to move to (text).</summary>
    public const string ToProperty = "to";

    /// <summary>Of an override, and of an event that enters a stage which asks for one: why (text).</summary>
    public const string ReasonProperty = "reason";

    /// <summary>Of an event that enters a stage which asks for a reason: free words beside it (text).</summary>
    public const string NoteProperty = "reason_text";

    /// <summary>Of an override: true when nothing else may move the customer until an unlock or another override.</summary>
    public const string LockProperty = "lock";

    /// <summary>Of an override: the instant until which nothing else may move the customer; wins over <see cref="LockProperty"/>.</summary>
    public const string LockUntilProperty = "lockUntil";

    /// <summary>Of any event: the part of the customer's life that it belongs to (text), such as a brand. Each part is a lifecycle of its own.</summary>
    public const string PartitionProperty = "$partition";

    /// <summary>An override as an event.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="customer">Whom it moves.</param>
    /// <param name="at">When.</param>
    /// <param name="order">Where to, why, and whether it locks.</param>
    /// <param name="partition">The part of the customer's life; null for the whole.</param>
    /// <param name="received">When it became known; null: at once.</param>
    public static CustomerEvent Override(string id, CustomerId customer, Instant at, StageOverride order, string? partition = null, Instant? received = null)
    {
        ArgumentNullException.ThrowIfNull(order);
        var properties = PropertyBag.Of(
            (ToProperty, TextOf(order.To)), (ReasonProperty, TextOf(order.Reason)), (PartitionProperty, TextOf(partition)),
            (LockProperty, order.IsLocked ? true : default(PropertyValue)), (LockUntilProperty, order.LockUntil is { } until ? until : default(PropertyValue)));
        return new(id, customer, OverrideType, at, properties, received);
    }

    /// <summary>The end of a lock as an event.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="customer">Whose lock ends.</param>
    /// <param name="at">When.</param>
    /// <param name="partition">The part of the customer's life; null for the whole.</param>
    /// <param name="received">When it became known; null: at once.</param>
    public static CustomerEvent Unlock(string id, CustomerId customer, Instant at, string? partition = null, Instant? received = null) =>
        new(id, customer, UnlockType, at, PropertyBag.Of(PartitionProperty, TextOf(partition)), received);

    internal static StageOverride OverrideOf(PropertyBag properties) =>
        new(properties[ToProperty].AsText, properties[ReasonProperty].AsText, properties[LockProperty].AsTruth ?? false, properties[LockUntilProperty].AsInstant);

    internal static bool IsOf(CustomerEvent source, string? partition) => string.Equals(source.Properties[PartitionProperty].AsText, partition, StringComparison.Ordinal);

    private static PropertyValue TextOf(string? text) => text is null ? default : new(text);
}
