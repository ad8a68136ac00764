namespace CustomerLifecycle.Stages;

/// <summary>How a <see cref="StageService"/> keeps what it is told.</summary>
public sealed class StageOptions
{
    /// <summary>The property of events (text) that names the part of a customer's life they belong to, such as <c>brand</c>; each part is a lifecycle of its own. Default none: one life.</summary>
    public string? PartitionBy { get; set; }

    /// <summary>Whether events are kept with all their properties. Default false: only those that the model reads, so that a later model which reads others sees nothing in old events.</summary>
    public bool KeepAllProperties { get; set; }
}
