namespace CustomerLifecycle.Loyalty;

/// <summary>What all of a member's postings up to one of them add up to, and how far the last ones reach in time.</summary>
/// <param name="Figures">The sums.</param>
/// <param name="Versions">Versions so far.</param>
/// <param name="LastVersion">The version of the last posting.</param>
/// <param name="Latest">Nothing up to here was recorded, or takes effect, later.</param>
/// <param name="Earliest">Nothing between the mark before and this one takes effect earlier.</param>
internal readonly record struct HistoryMark(Figures Figures, long Versions, long LastVersion, Instant Latest, Instant Earliest);

/// <summary>Marks along the postings of members who have many: an answer about the past starts at the last mark before it, and reads on only where something takes effect in time.</summary>
/// <remarks>Made when somebody asks, from postings, which never change: so a mark is never wrong, only missing. The members asked about last are kept, in about 5 MB. Safe for concurrent callers.</remarks>
internal sealed class HistoryMarks
{
    /// <summary>Postings from mark to mark.</summary>
    public const int Spacing = 500;

    private const int MaxMarks = 16_384;

    private readonly Dictionary<(StreamId Member, string Currency), (HistoryMark[] Marks, long Used)> _members = [];
    private long _uses;
    private int _count;

    /// <summary>The marks of a member, the first after <see cref="Spacing"/> postings.</summary>
    public HistoryMark[] Find(StreamId member, string currency)
    {
        lock (_members)
        {
            if (!_members.TryGetValue((member, currency), out var found)) return [];
            _members[(member, currency)] = (found.Marks, ++_uses);
            return found.Marks;
        }
    }

    public void Keep(StreamId member, string currency, HistoryMark[] marks)
    {
        if (marks.Length > MaxMarks) return;
        lock (_members)
        {
            Forget((member, currency));
            while (_count + marks.Length > MaxMarks) Forget(_members.Aggregate(static (a, b) => a.Value.Used < b.Value.Used ? a : b).Key);
            _members.Add((member, currency), (marks, ++_uses));
            _count += marks.Length;
        }
    }

    private void Forget((StreamId Member, string Currency) key)
    {
        if (!_members.TryGetValue(key, out var found)) return;
        _members.Remove(key);
        _count -= found.Marks.Length;
    }
}
