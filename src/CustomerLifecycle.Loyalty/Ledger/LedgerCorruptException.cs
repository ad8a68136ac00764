namespace CustomerLifecycle.Loyalty;

/// <summary>A posting does not fit the member's earlier postings: the stored records were changed, or some are missing.</summary>
public sealed class LedgerCorruptException : StoreException
{
    internal LedgerCorruptException(Posting posting, string what)
        : base($"Posting {posting.Version} of {posting.Member} ({posting.Kind}) {what}. Compare the stored records with a backup; nothing was changed.")
    {
        Member = posting.Member;
        Version = posting.Version;
    }

    /// <summary>Whose posting.</summary>
    public CustomerId Member { get; }

    /// <summary>The version of the posting.</summary>
    public long Version { get; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
