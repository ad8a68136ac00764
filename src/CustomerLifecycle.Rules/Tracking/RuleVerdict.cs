namespace CustomerLifecycle.Rules;

/// <summary>Whether a rule holds, and until when that is sure.</summary>
/// <param name="Matches">Whether it holds at the moment asked for.</param>
/// <param name="NextChange">The earliest later instant at which it flips if nothing new becomes known; null for never. A host indexes it and asks again then.</param>
public readonly record struct RuleVerdict(bool Matches, Instant? NextChange);
