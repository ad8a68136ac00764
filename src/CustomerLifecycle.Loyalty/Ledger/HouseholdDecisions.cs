namespace CustomerLifecycle.Loyalty;

/// <summary>The decisions about households. A pooled command is one ordinary posting for each member whose points it moves, so that every law of a member's points holds by itself.</summary>
internal static class HouseholdDecisions
{
    public static Decision<Transaction> Join(MemberState state, MemberState household, JoinHousehold command, LedgerPolicy policy, Instant recorded)
    {
        var admitted = household.Ties.With(state.Member);
        if (state.Ties.Members.Length > 0 || household.Ties.Household is not null) return LedgerRefusals.Nested;
        if (state.Ties.Household is { } current && current != household.Member && admitted != household.Ties) return LedgerRefusals.ElsewhereAtHome;
        if (admitted.Members.Length > JoinHousehold.MaxMembers) return LedgerRefusals.NoMoreRoom;
        return Tie(
            (state, PostingKind.Join, new(household.Member, command.MayRedeem, []), household.Member),
            (household, PostingKind.Admit, admitted, state.Member),
            command.Key,
            policy,
            recorded);
    }

    public static Decision<Transaction> Leave(MemberState state, MemberState? household, LeaveHousehold command, LedgerPolicy policy, Instant recorded)
    {
        if (state.Ties.Household is not { } left) return LedgerRefusals.NotAtHome;
        if (LedgerDecisions.HasOpenHolds(state, recorded)) return LedgerRefusals.HasHolds;
        return Tie(
            (state, PostingKind.Leave, HouseholdTies.None, left),
            household is { Status: MemberStatus.Open } ? (household, PostingKind.Dismiss, household.Ties.Without(state.Member), state.Member) : null,
            command.Key,
            policy,
            recorded);
    }

    /// <summary>What becomes of the ties of a member when another is merged into it: it takes the other's place, and takes its household over.</summary>
    public static HouseholdTies Merged(HouseholdTies gone, MemberState into)
    {
        var ties = into.Ties;
        foreach (var member in gone.Members) ties = ties.With(member);
        return gone.Household is { } household && ties.Household is null && household != into.Member && ties.Members.Length == 0 ? new(household, gone.MayRedeem, []) : ties;
    }

    public static Decision<Transaction> Decide(IReadOnlyList<MemberState> members, LedgerCommand command, LedgerPolicy policy, Instant now)
    {
        var own = members[0];
        if (command.ExpectedVersion is { } expected && expected != own.Version) return LedgerRefusals.OtherVersion(own.Version, expected);
        if (own.Status != MemberStatus.Open) return LedgerRefusals.Ended(own);
        var recorded = now;
        foreach (var member in members) recorded = Instant.Max(recorded, member.LastRecorded);
        switch (command)
        {
            case RedeemPooledPoints redeem:
                return Take(members, redeem, redeem.Amount, null, policy.For(command.Currency), recorded);
            case ReservePooledPoints reserve:
                return Take(members, reserve, reserve.Amount, reserve.Timeout is { } timeout ? recorded + timeout : null, policy.For(command.Currency), recorded);
        }

        if (command is not (CaptureHold or ReleaseHold or RefundRedemption)) throw new ArgumentException($"A {PostingKinds.Code(command.Kind)} is no pooled command. Decide it with Decide.", nameof(command));
        if (AmountOf(command) is { } amount && LedgerDecisions.NotAnAmount(amount) is { } refusal) return refusal;
        var reference = ((ReferringCommand)command).Reference;
        foreach (var book in own.Books)
        {
            if (book.Archive.Find<PooledPoints>(reference) is not { } pooled) continue;
            var work = new PooledWork(members, book.Currency, policy.For(book.Currency), recorded);
            return command switch
            {
                CaptureHold capture => Capture(work, pooled, capture),
                ReleaseHold => Release(work, pooled, command.Key),
                _ => Restore(work, pooled, (RefundRedemption)command),
            };
        }

        return LedgerRefusals.Unknown;
    }

    private static Decision<Transaction> Take(IReadOnlyList<MemberState> members, MemberCommand command, PointAmount amount, Instant? ends, LedgerPolicy policy, Instant recorded)
    {
        var own = members[0];
        var isHousehold = own.Ties.Members.Length > 0;
        if (!members.Any(static member => member.Ties.Members.Length > 0)) return LedgerRefusals.NotAtHome;
        if (!isHousehold && !own.Ties.MayRedeem) return LedgerRefusals.MayNotSpend;
        if (LedgerDecisions.NotAnAmount(amount) is { } refusal) return refusal;

        var work = new PooledWork(members, command.Currency, policy, recorded);
        if (work.Read(0, draft => LedgerDecisions.OverLimits(draft, amount.Count, policy, recorded)) is { } limit) return limit;
        var available = work.Lots();
        var sum = available.Sum(static lot => (decimal)lot.Points);
        if (amount.Count > sum) return LedgerRefusals.Short(amount.Count, (long)sum);

        var shares = new List<PooledShare>();
        var left = amount.Count;
        foreach (var lot in available)
        {
            var taken = Math.Min(lot.Points, left);
            left -= taken;
            if (taken == 0) break;
            if (shares.Count > 0 && shares[shares.Count - 1].Member == lot.Member) shares[shares.Count - 1] = new(lot.Member, shares[shares.Count - 1].Points + taken);
            else shares.Add(new(lot.Member, taken));
        }

        var isHold = command is ReservePooledPoints;
        var pooled = new PooledPoints(command.Key, own.Member, [.. shares]);
        var amounts = PooledPoints.Split(shares, amount.Count);
        foreach (var member in pooled.Members)
        {
            var points = amounts.TryGetValue(member, out var share) ? share : 0;
            var detail = new PostingDetail
            {
                Pool = member == own.Member ? pooled : null,
                Counterparty = member == own.Member ? null : own.Member,
                HoldEnds = ends,
                Expires = isHold || points == 0 ? null : work.Activity,
            };
            work.Post(work.IndexOf(member), command.Kind, pooled.KeyOf(command.Key, member), null, detail, draft => draft.Spend(points, isHold ? LedgerAccount.Held : LedgerAccount.Redeemed, recorded));
        }

        return work.ToTransaction();
    }

    private static Decision<Transaction> Capture(PooledWork work, PooledPoints pooled, CaptureHold command)
    {
        if (NotOpen(work, pooled) is { } refusal) return refusal;
        var captured = command.Amount?.Count ?? pooled.Total;
        if (captured > pooled.Total) return LedgerRefusals.OverHold((long)captured, (long)pooled.Total);

        var amounts = PooledPoints.Split(pooled.Shares, captured);
        var taken = new PooledPoints(command.Key, pooled.Owner, [.. Front(pooled.Shares, captured)]);
        foreach (var member in pooled.Members)
        {
            var reference = pooled.KeyOf(pooled.Key, member);
            var points = amounts.TryGetValue(member, out var share) ? share : 0;
            var detail = new PostingDetail { Pool = member == pooled.Owner ? taken : null, Counterparty = member == pooled.Owner ? null : pooled.Owner, Expires = points == 0 ? null : work.Activity };
            work.Post(work.IndexOfHold(reference), PostingKind.Capture, pooled.KeyOf(command.Key, member), reference, detail, draft => LedgerDecisions.CaptureParts(draft, draft.FindHold(reference)!, points, work.Recorded));
        }

        return work.ToTransaction();
    }

    private static Decision<Transaction> Release(PooledWork work, PooledPoints pooled, string key)
    {
        if (NotOpen(work, pooled) is { } refusal) return refusal;
        foreach (var member in pooled.Members)
        {
            var reference = pooled.KeyOf(pooled.Key, member);
            var detail = member == pooled.Owner ? null : new PostingDetail { Counterparty = pooled.Owner };
            work.Post(work.IndexOfHold(reference), PostingKind.Release, pooled.KeyOf(key, member), reference, detail, draft => LedgerDecisions.CaptureParts(draft, draft.FindHold(reference)!, 0, work.Recorded));
        }

        return work.ToTransaction();
    }

    /// <summary>Looks at every part of a hold: states that were read one after another may be of different moments.</summary>
    private static Refusal? NotOpen(PooledWork work, PooledPoints pooled)
    {
        foreach (var member in pooled.Members)
        {
            var key = pooled.KeyOf(pooled.Key, member);
            var index = work.IndexOfHold(key);
            if (index < 0) return LedgerRefusals.Unknown; // it is a redemption
            var status = work.Read(index, draft => draft.FindHold(key)!.Status);
            if (status != HoldStatus.Open) return LedgerRefusals.OfHold(status);
        }

        return null;
    }

    private static Decision<Transaction> Restore(PooledWork work, PooledPoints pooled, RefundRedemption command)
    {
        if (pooled.Members.Any(member => work.IndexOfRedemption(pooled.KeyOf(pooled.Key, member)) < 0)) return LedgerRefusals.Unknown; // it is a hold
        var left = pooled.Total - pooled.Restored;
        if (left == 0) return LedgerRefusals.NothingLeft;
        if (command.Amount?.Count > left) return LedgerRefusals.OverOriginal(command.Amount.Value.Count, left, "points");
        var shares = Returnable(work, pooled);
        var open = shares.Sum(static share => (decimal)share.Points);
        var points = command.Amount?.Count ?? open;
        if (points > open || open == 0) return LedgerRefusals.OfMembersWhoLeft(command.Amount?.Count ?? left, open);

        var amounts = PooledPoints.Split(shares, points);
        foreach (var member in pooled.Members)
        {
            if (member != pooled.Owner && !amounts.ContainsKey(member)) continue;
            var reference = pooled.KeyOf(pooled.Key, member);
            var back = amounts.TryGetValue(member, out var share) ? share : 0;
            var index = work.IndexOfRedemption(reference);
            if (work.Read(index, draft => back > LedgerDecisions.Room(draft, long.MaxValue))) return LedgerRefusals.HoldsTooMuch;
            var key = pooled.KeyOf(command.Key, member);
            if (work.Read(index, draft => draft.HasReceived(key))) return LedgerRefusals.NameTaken;
            var detail = member == pooled.Owner ? new PostingDetail { Pool = pooled.Restore(points) } : new PostingDetail { Counterparty = pooled.Owner };
            work.Post(index, PostingKind.RefundRedemption, key, reference, detail, draft => LedgerDecisions.GiveBack(draft, key, draft.FindRedemption(reference)!, back, work.Policy, work.Recorded));
        }

        return work.ToTransaction();
    }

    /// <summary>What has not come back yet, the last taken first. The points of members who have left the programme stay away: there is no account for them.</summary>
    private static List<PooledShare> Returnable(PooledWork work, PooledPoints pooled)
    {
        var back = new Dictionary<CustomerId, long>();
        foreach (var member in pooled.Members)
        {
            var key = pooled.KeyOf(pooled.Key, member);
            var index = work.IndexOfRedemption(key);
            if (!work.IsEnded(index)) back[member] = work.Read(index, draft => draft.FindRedemption(key)!.Restored);
        }

        var shares = new List<PooledShare>();
        foreach (var share in Enumerable.Reverse(pooled.Shares))
        {
            if (!back.TryGetValue(share.Member, out var restored)) continue;
            back[share.Member] = restored - Math.Min(share.Points, restored);
            if (share.Points > restored) shares.Add(new(share.Member, share.Points - restored));
        }

        return shares;
    }

    private static PointAmount? AmountOf(LedgerCommand command) => command switch
    {
        CaptureHold capture => capture.Amount,
        RefundRedemption refund => refund.Amount,
        _ => null,
    };

    private static IEnumerable<PooledShare> Front(PooledShare[] shares, decimal points)
    {
        foreach (var share in shares)
        {
            var taken = Math.Min(share.Points, points);
            if (taken == 0) yield break;
            points -= taken;
            yield return new(share.Member, (long)taken);
        }
    }

    private static Transaction Tie(
        (MemberState State, PostingKind Kind, HouseholdTies Ties, CustomerId Other) member,
        (MemberState State, PostingKind Kind, HouseholdTies Ties, CustomerId Other)? household,
        string key,
        LedgerPolicy policy,
        Instant recorded)
    {
        var postings = new List<Posting>(2);
        var first = Post(member);
        var second = household is { } other ? Post(other) : null;
        return new(postings.ToArray(), first, second);

        MemberState Post((MemberState State, PostingKind Kind, HouseholdTies Ties, CustomerId Other) side) =>
            LedgerDecisions.Tie(side.State, side.Kind, key, side.Ties, side.Other, policy, recorded, postings);
    }
}

/// <summary>The states of several members while one command works on them, in one currency.</summary>
internal sealed class PooledWork(IReadOnlyList<MemberState> members, string currency, LedgerPolicy policy, Instant recorded)
{
    private readonly MemberState[] _states = [.. members];
    private readonly List<Posting> _postings = [];

    public LedgerPolicy Policy => policy;

    public Instant Recorded => recorded;

    /// <summary>The expiry that a redemption gives to all lots; null where activity does not.</summary>
    public Instant? Activity => policy.Expiry.Kind == ExpiryKind.Inactivity ? policy.Expiry.From(recorded, policy.Calendar) : null;

    public bool IsEnded(int index) => _states[index].Status != MemberStatus.Open;

    public int IndexOf(CustomerId member) => Array.FindIndex(_states, state => state.Member == member);

    /// <summary>Who has a hold; -1 for nobody.</summary>
    public int IndexOfHold(string key) => Array.FindIndex(_states, state => state.Find(currency)?.FindHold(key) is not null);

    /// <summary>Who has a redemption; -1 for nobody.</summary>
    public int IndexOfRedemption(string key) => Array.FindIndex(_states, state => state.Find(currency)?.Archive.FindRedemption(key) is not null);

    /// <summary>Open points of all, in spending order; of equals those of the member who asks come first, then in order of ids.</summary>
    public List<(CustomerId Member, long Points)> Lots()
    {
        var lots = new List<(Lot Lot, int Owner)>();
        for (var i = 0; i < _states.Length; i++)
        {
            if (IsEnded(i)) continue;
            var owner = i;
            Read(i, draft =>
            {
                for (var lot = 0; lot < draft.Count; lot++)
                {
                    if (draft[lot].Open > 0) lots.Add((draft[lot], owner));
                }

                return true;
            });
        }

        return
        [
            .. lots
                .OrderBy(lot => policy.Spending == SpendingOrder.EarliestExpiryFirst ? lot.Lot.Expires : default)
                .ThenBy(static lot => lot.Lot.Earned)
                .ThenBy(static lot => lot.Lot.Recorded)
                .ThenBy(static lot => lot.Owner)
                .ThenBy(static lot => lot.Lot.Sequence)
                .Select(lot => (_states[lot.Owner].Member, lot.Lot.Open)),
        ];
    }

    /// <summary>Looks at a member's book as time has left it.</summary>
    public T Read<T>(int index, Func<BookDraft, T> read)
    {
        var draft = Draft(index);
        try
        {
            draft.Settle(recorded, policy.Spending);
            return read(draft);
        }
        finally
        {
            draft.Return();
        }
    }

    public void Post(int index, PostingKind kind, string key, string? reference, PostingDetail? detail, Action<BookDraft> move)
    {
        var state = _states[index];
        var draft = Draft(index);
        try
        {
            draft.Settle(recorded, policy.Spending);
            move(draft);

            // One command is one version of a member, also of one who was two when the points were taken.
            var version = draft.HasPosted && state.Version == members[index].Version ? state.Version + 1 : state.Version;
            var posting = draft.ToPosting(kind, key, state.Member, recorded, recorded, version, reference, detail);
            draft.Finish(posting);
            _postings.Add(posting);
            _states[index] = state.With(draft.ToBook(), version, recorded);
        }
        finally
        {
            draft.Return();
        }
    }

    public Transaction ToTransaction() => new(_postings.ToArray(), _states);

    private BookDraft Draft(int index) => BookDraft.Rent(_states[index], currency);
}
