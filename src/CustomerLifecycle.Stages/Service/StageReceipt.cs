namespace CustomerLifecycle.Stages;

/// <summary>What came of recording an event.</summary>
public enum StageReceiptStatus
{
    /// <summary>It was recorded now.</summary>
    Recorded,

    /// <summary>It was recorded before: nothing changed.</summary>
    Repeated,

    /// <summary>An event of the same id was recorded before and said something else: nothing changed.</summary>
    Conflict,
}

/// <summary>What came of recording an event, or of letting time pass.</summary>
public sealed class StageReceipt
{
    internal StageReceipt(StageReceiptStatus status, string? stage, StageDue? nextDue, StageCorrection changes)
    {
        Status = status;
        Stage = stage;
        NextDue = nextDue;
        Changes = changes;
    }

    /// <summary>Whether it was recorded.</summary>
    public StageReceiptStatus Status { get; }

    /// <summary>The stage after it; null when the customer has none, and when nothing was recorded.</summary>
    public string? Stage { get; }

    /// <summary>The earliest armed timer; null when there is none, and when nothing was recorded.</summary>
    public StageDue? NextDue { get; }

    /// <summary>What it changed. A refused move is among <see cref="StageCorrection.Blocked"/>.</summary>
    public StageCorrection Changes { get; }
}

/// <summary>Where a customer is.</summary>
public sealed class StageStatus
{
    internal StageStatus(CustomerId customer, Instant asOf, StageModel model, string stage, IReadOnlyList<string> isIn, Instant enteredAt, StageDue? nextDue, bool isLocked, IReadOnlyList<KeyValuePair<string, StageValue>> facts)
    {
        Customer = customer;
        AsOf = asOf;
        Model = model;
        Stage = stage;
        IsIn = isIn;
        EnteredAt = enteredAt;
        NextDue = nextDue;
        IsLocked = isLocked;
        Facts = facts;
    }

    /// <summary>Who.</summary>
    public CustomerId Customer { get; }

    /// <summary>When.</summary>
    public Instant AsOf { get; }

    /// <summary>The model in force.</summary>
    public StageModel Model { get; }

    /// <summary>The leaf.</summary>
    public string Stage { get; }

    /// <summary>The leaf and its ancestors.</summary>
    public IReadOnlyList<string> IsIn { get; }

    /// <summary>When the leaf was entered.</summary>
    public Instant EnteredAt { get; }

    /// <summary>The earliest armed timer.</summary>
    public StageDue? NextDue { get; }

    /// <summary>Whether only an override or unlock moves the customer.</summary>
    public bool IsLocked { get; }

    /// <summary>The declared facts.</summary>
    public IReadOnlyList<KeyValuePair<string, StageValue>> Facts { get; }
}

/// <summary>Others wrote to the same customer again and again at the same time.</summary>
public sealed class StageContentionException : StoreException
{
    internal StageContentionException(int attempts)
        : base($"Others wrote to the same customer {attempts} times in between. Record the event again.")
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
