namespace CustomerLifecycle.Loyalty;

/// <summary>The point ledger: functions of a member's state, a command, a policy and an instant.</summary>
/// <remarks>
/// Nothing here reads a clock or a store. <see cref="Decide"/> says what would happen, <see cref="Apply"/> folds what did; <see cref="LedgerHistory"/> answers for the past.
/// <code>decide: state, command, policy, now → postings or refusal</code>
/// </remarks>
public static class Ledger
{
    /// <summary>Decides a command without doing it. Whether its key was used before is not looked at: see <see cref="RequestOf"/>.</summary>
    /// <param name="state">The member that the command names; for a <see cref="ReferringCommand"/> the member who has the referenced posting now.</param>
    /// <param name="command">What is wanted.</param>
    /// <param name="policy">The rules.</param>
    /// <param name="now">The ledger's clock. A member's postings never run backwards: an earlier instant counts as that of the last one.</param>
    /// <param name="other">The receiving member of a transfer, the surviving one of a merge, or the household of one who joins, leaves or closes; else null.</param>
    /// <returns>The postings to append, with the states after them, or why not.</returns>
    /// <exception cref="ArgumentException"><paramref name="other"/> is missing where two members are needed.</exception>
    public static Decision<Transaction> Decide(MemberState state, LedgerCommand command, LedgerPolicy policy, Instant now, MemberState? other = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(policy);
        return LedgerDecisions.Decide(state, command, policy, now, other);
    }

    /// <summary>What a command asks for, apart from its key, its expected version and the clock: what a host that keeps postings itself stores beside the key.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The same for the same request, also in another process. Under a used key, the same request is a repeat and gets the first answer; another is a <see cref="LedgerRefusals.IdempotencyConflict"/>.</returns>
    /// <remarks><see cref="Decide"/> sees one member and cannot know which keys are used: look there first.</remarks>
    public static RequestHash RequestOf(LedgerCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return LedgerRequests.Of(command);
    }

    /// <summary>Decides a command over the points of several members without doing it.</summary>
    /// <param name="members">
    /// For a <see cref="RedeemPooledPoints"/> or <see cref="ReservePooledPoints"/> the command's own member, then its household's account and other members in order of their ids;
    /// for a command that refers to one the member who asked for it, then those whose points it took.
    /// </param>
    /// <param name="command">What is wanted: a pooled redemption or hold, or a <see cref="CaptureHold"/>, <see cref="ReleaseHold"/> or <see cref="RefundRedemption"/> that refers to one.</param>
    /// <param name="policy">The rules.</param>
    /// <param name="now">The ledger's clock.</param>
    /// <returns>The postings to append, one or more for each member whose points move, with the states after them, or why not.</returns>
    /// <exception cref="ArgumentException">There is no member, or one stands twice, or the command is no pooled one.</exception>
    public static Decision<Transaction> DecidePooled(IReadOnlyList<MemberState> members, LedgerCommand command, LedgerPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(policy);
        if (members.Count == 0) throw new ArgumentException("A pooled command touches members: give their states.", nameof(members));
        if (members.Select(static member => member.Member).Distinct().Count() < members.Count) throw new ArgumentException("A member stands twice. Give each state once.", nameof(members));
        return HouseholdDecisions.Decide(members, command, policy, now);
    }

    /// <summary>Decides what a sweep books for one member: lapsed points become expired ones.</summary>
    /// <param name="state">The member.</param>
    /// <param name="key">The key of the postings.</param>
    /// <param name="policy">The rules.</param>
    /// <param name="now">The ledger's clock.</param>
    /// <returns>The postings to append, or null when there is nothing to book.</returns>
    public static Transaction? DecideSweep(MemberState state, string key, LedgerPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(policy);
        return LedgerDecisions.Sweep(state, key, policy, now);
    }

    /// <summary>Folds one posting into a member's state.</summary>
    /// <param name="state">The member before it.</param>
    /// <param name="posting">The member's next posting.</param>
    /// <returns>The member after it.</returns>
    /// <exception cref="LedgerCorruptException">The posting does not fit the state.</exception>
    public static MemberState Apply(MemberState state, Posting posting)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(posting);
        if (posting.Member != state.Member) throw new LedgerCorruptException(posting, "belongs to another member");
        if (posting.Recorded < state.LastRecorded) throw new LedgerCorruptException(posting, "was recorded before its predecessor");

        var draft = BookDraft.Rent(state, posting.Currency);
        try
        {
            draft.Replay(posting);
            var next = state.With(posting.Kind == PostingKind.MergeOut ? draft.ToEmptyBook() : draft.ToBook(), posting.Version, posting.Recorded);
            if (posting.Detail?.Ties is { } ties) next = next.Tied(ties);
            return posting.Kind switch
            {
                PostingKind.MergeOut => next.Ended(MemberStatus.Merged, posting.Detail!.Counterparty),
                PostingKind.Close => next.Ended(MemberStatus.Closed, null),
                _ => next,
            };
        }
        finally
        {
            draft.Return();
        }
    }

    /// <summary>Folds all postings of a member: the state from nothing but the records.</summary>
    /// <param name="member">Whose.</param>
    /// <param name="postings">All of them, in order.</param>
    /// <exception cref="LedgerCorruptException">The postings do not fit each other.</exception>
    public static MemberState Fold(CustomerId member, IEnumerable<Posting> postings)
    {
        ArgumentNullException.ThrowIfNull(postings);
        var state = MemberState.Empty(member);
        foreach (var posting in postings) state = Apply(state, posting);
        return state;
    }
}
