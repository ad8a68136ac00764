namespace CustomerLifecycle;

/// <summary>The world's fault, not the caller's: a store that cannot be reached or read. One base for a host to catch.</summary>
/// <remarks>Messages hold neither personal data nor connection strings.</remarks>
public abstract class StoreException : Exception
{
    /// <summary>Reports a fault.</summary>
    /// <param name="message">What happened and the next step.</param>
    /// <param name="innerException">What the driver said, if anything.</param>
    protected StoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Whether the same call may succeed if made again.</summary>
    public abstract bool IsTransient { get; }
}

/// <summary>The store did not answer: down, too slow, or it gave up the transaction. Whether a write happened is unknown.</summary>
/// <remarks>Append the same again with the same key, or ask by key: either settles it.</remarks>
public sealed class StoreUnavailableException : StoreException
{
    /// <summary>Reports that a store did not answer.</summary>
    /// <param name="message">What happened and the next step.</param>
    /// <param name="innerException">What the driver said, if anything.</param>
    public StoreUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>What is stored was written by a newer version of the package than this one. Nothing was read or written.</summary>
public sealed class StoreVersionException : StoreException
{
    /// <summary>Reports data from the future.</summary>
    /// <param name="name">What is newer: the name of a codec or schema.</param>
    /// <param name="found">The version that was found.</param>
    /// <param name="known">The newest version that this process knows.</param>
    public StoreVersionException(string name, int found, int known)
        : base($"'{name}' is stored in version {found}, this process knows versions up to {known}. Update the package in this process; older processes must stop before a newer one starts to write.")
    {
        Name = name;
        Found = found;
        Known = known;
    }

    /// <summary>What is newer: the name of a codec or schema.</summary>
    public string Name { get; }

    /// <summary>The version that was found.</summary>
    public int Found { get; }

    /// <summary>The newest version that this process knows.</summary>
    public int Known { get; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>What is stored cannot be read back: damaged, or changed by other hands.</summary>
public sealed class StoreCorruptException : StoreException
{
    /// <summary>Reports data that cannot be read back.</summary>
    /// <param name="message">What was found, what was wanted and the next step.</param>
    /// <param name="innerException">What the decoder said, if anything.</param>
    public StoreCorruptException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
