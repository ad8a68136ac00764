namespace CustomerLifecycle.Loyalty;

/// <summary>When the points of one earn lapse: by the policy, never, or at an instant of their own.</summary>
public readonly record struct LotExpiry
{
    private readonly Instant _at;

    private LotExpiry(Instant at)
    {
        _at = at;
        IsOwn = true;
    }

    /// <summary>As the policy says; the default.</summary>
    public static LotExpiry ByPolicy => default;

    /// <summary>Never, whatever the policy says.</summary>
    public static LotExpiry Never => new(Instant.MaxValue);

    /// <summary>Whether this overrides the policy.</summary>
    public bool IsOwn { get; }

    /// <summary>The instant from which the points are unusable; null for never. Meaningless unless <see cref="IsOwn"/>.</summary>
    public Instant? Expires => _at == Instant.MaxValue ? null : _at;

    internal Instant At => _at;

    /// <summary>At an instant: from it on the points are unusable.</summary>
    /// <param name="expires">Exclusive: the first instant without the points.</param>
    public static LotExpiry AtInstant(Instant expires) => new(expires);
}
