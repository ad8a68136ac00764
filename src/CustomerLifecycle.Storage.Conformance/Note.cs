namespace CustomerLifecycle.Storage.Conformance;

/// <summary>The state that the kit keeps in a store under test: how many notes a stream has, and the last one.</summary>
public sealed class Note : IEquatable<Note>
{
    /// <summary>Describes a state.</summary>
    /// <param name="count">Notes so far.</param>
    /// <param name="last">The text of the last one.</param>
    public Note(long count, string last)
    {
        ArgumentNullException.ThrowIfNull(last);
        Count = count;
        Last = last;
    }

    /// <summary>Notes so far.</summary>
    public long Count { get; }

    /// <summary>The text of the last one.</summary>
    public string Last { get; }

    /// <inheritdoc/>
    public bool Equals(Note? other) => other is not null && Count == other.Count && string.Equals(Last, other.Last, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Note);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((Count.GetHashCode() * 31) + StringComparer.Ordinal.GetHashCode(Last));

    /// <inheritdoc/>
    public override string ToString() => $"{Count} notes, the last '{Last}'";
}

/// <summary>The record that the kit appends to a store under test.</summary>
public sealed class NoteAdded : IJournalRecord, IEquatable<NoteAdded>
{
    /// <summary>Describes a record.</summary>
    /// <param name="text">What was noted; any text that UTF-8 can hold.</param>
    /// <param name="occurred">When it happened.</param>
    /// <param name="recorded">When it became known.</param>
    /// <param name="kind">A short stable code.</param>
    /// <param name="amount">What a report sums, if anything.</param>
    public NoteAdded(string text, Instant occurred, Instant recorded, string kind = "note", decimal? amount = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(kind);
        Text = text;
        Occurred = occurred;
        Recorded = recorded;
        Kind = kind;
        Amount = amount;
    }

    /// <summary>What was noted.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public Instant Occurred { get; }

    /// <inheritdoc/>
    public Instant Recorded { get; }

    /// <inheritdoc/>
    public string Kind { get; }

    /// <inheritdoc/>
    public decimal? Amount { get; }

    /// <inheritdoc/>
    public bool Equals(NoteAdded? other) =>
        other is not null
        && string.Equals(Text, other.Text, StringComparison.Ordinal)
        && Occurred == other.Occurred
        && Recorded == other.Recorded
        && string.Equals(Kind, other.Kind, StringComparison.Ordinal)
        && Amount == other.Amount;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NoteAdded);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((StringComparer.Ordinal.GetHashCode(Text) * 31) + Occurred.GetHashCode());

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} '{Text}' of {Occurred}, recorded {Recorded}, amount {Amount}";
}
