namespace CustomerLifecycle.Testing;

/// <summary>A clock that stands still until it is moved.</summary>
/// <remarks>Safe for concurrent callers.</remarks>
public sealed class SettableClock : IClock
{
    private readonly object _moving = new();
    private Instant _now;

    /// <summary>Starts at an instant.</summary>
    /// <param name="now">What the clock shows until it is moved.</param>
    public SettableClock(Instant now) => _now = now;

    /// <inheritdoc/>
    public Instant GetCurrentInstant()
    {
        lock (_moving) return _now;
    }

    /// <summary>Shows another instant, earlier or later.</summary>
    /// <param name="now">What the clock shows from here on.</param>
    public void Set(Instant now)
    {
        lock (_moving) _now = now;
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="time">How much; not negative. To go back, <see cref="Set"/> the instant.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative.</exception>
    public void Advance(Duration time)
    {
        if (time < Duration.Zero) throw new ArgumentOutOfRangeException(nameof(time), "Time passes forward: to go back, set the instant.");
        lock (_moving) _now += time;
    }
}
