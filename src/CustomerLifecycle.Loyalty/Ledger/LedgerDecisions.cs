namespace CustomerLifecycle.Loyalty;

/// <summary>The decisions, one function for each command. Refusals are looked for in one order: version, account, amount, reference, time, limits, points.</summary>
internal static class LedgerDecisions
{
    /// <summary>From here on there are local days in every zone.</summary>
    private static readonly Instant EarliestEarn = Instant.MinValue + Duration.FromDays(2);

    public static Decision<Transaction> Decide(MemberState state, LedgerCommand command, LedgerPolicy policy, Instant now, MemberState? other)
    {
        if (command.ExpectedVersion is { } expected && expected != state.Version) return LedgerRefusals.OtherVersion(state.Version, expected);
        if (state.Status != MemberStatus.Open) return LedgerRefusals.Ended(state);
        var recorded = Instant.Max(now, state.LastRecorded);
        switch (command)
        {
            case LeaveHousehold leave:
                return HouseholdDecisions.Leave(state, other, leave, policy, other is null ? recorded : Instant.Max(recorded, other.LastRecorded));
            case TransferPoints or MergeMembers or JoinHousehold:
                if (other is null) throw new ArgumentException($"A {PostingKinds.Code(command.Kind)} touches two members: give the other one's state too.", nameof(other));
                if (other.Status != MemberStatus.Open) return LedgerRefusals.Ended(other);
                if (other.Member == state.Member) return LedgerRefusals.Same;
                recorded = Instant.Max(recorded, other.LastRecorded);
                if (command is JoinHousehold join) return HouseholdDecisions.Join(state, other, join, policy, recorded);
                return command is TransferPoints transfer ? Transfer(state, other, transfer, policy.For(transfer.Currency), recorded) : Merge(state, other, command.Key, policy, recorded);
            case CloseMember:
                return Close(state, other, command.Key, policy, other is null ? recorded : Instant.Max(recorded, other.LastRecorded));
            case MemberCommand:
                return InBook(state, command, command.Currency, policy, recorded);
            default:
                return InBook(state, command, CurrencyOf(state, (ReferringCommand)command), policy, recorded);
        }
    }

    public static Transaction? Sweep(MemberState state, string key, LedgerPolicy policy, Instant now)
    {
        var recorded = Instant.Max(now, state.LastRecorded);
        if (state.NextDue is not { } due || due > recorded) return null;

        var postings = new List<Posting>(1);
        var next = state;
        var hasBooked = false;
        foreach (var book in state.Books)
        {
            if (book.NextSweep > recorded) continue;
            var draft = BookDraft.Rent(book);
            draft.Settle(recorded, policy.For(book.Currency).Spending);
            for (var i = 0; i < draft.Count; i++)
            {
                if (draft[i].Due > 0) draft.Move(i, LedgerAccount.Due, LedgerAccount.Expired, draft[i].Due, recorded);
            }

            var version = draft.HasPosted || hasBooked ? state.Version + 1 : state.Version;
            hasBooked |= draft.HasPosted;
            next = Post(draft, next, new(PostingKind.Sweep, key, recorded, recorded, version), postings);
            draft.Return();
        }

        return new(FromVersion(postings, next.Version), next, null);
    }

    private static Posting[] FromVersion(List<Posting> postings, long version)
    {
        // Books settled before the first one that booked something still carry the old version.
        for (var i = 0; i < postings.Count; i++) postings[i] = postings[i].At(version);
        return [.. postings];
    }

    private static string CurrencyOf(MemberState state, ReferringCommand command)
    {
        foreach (var book in state.Books)
        {
            var found = command switch
            {
                CaptureHold or ReleaseHold => book.FindHold(command.Reference) is not null,
                RefundRedemption => book.Archive.FindRedemption(command.Reference) is not null,
                RefundOrder => book.Archive.Find<PointOrder>(command.Reference) is not null,
                _ => book.FindLot(command.Reference) is { Kind: LotKind.Earn },
            };
            if (found) return book.Currency;
        }

        return LedgerCommand.DefaultCurrency;
    }

    private static Decision<Transaction> InBook(MemberState state, LedgerCommand command, string currency, LedgerPolicy programme, Instant recorded)
    {
        var policy = programme.For(currency);
        var draft = BookDraft.Rent(state, currency);
        try
        {
            draft.Settle(recorded, policy.Spending);
            if (command is EarnPoints or EarnOrder or AdjustPoints or RefundRedemption && draft.HasReceived(command.Key)) return LedgerRefusals.NameTaken;
            var heading = new Heading(command.Kind, command.Key, recorded, recorded, state.Version + 1);
            var refusal = command switch
            {
                EarnPoints earn => Earn(draft, earn, policy, ref heading),
                EarnOrder order => Order(draft, order, policy, ref heading),
                RedeemPoints redeem => Redeem(draft, redeem, policy, ref heading),
                ReservePoints reserve => Reserve(draft, reserve, policy, ref heading),
                ConfirmEarn confirm => Confirm(draft, confirm, policy, ref heading),
                CancelEarn cancel => Cancel(draft, cancel, ref heading),
                CaptureHold capture => Capture(draft, capture, policy, ref heading),
                ReleaseHold release => Release(draft, release, ref heading),
                RefundEarn refund => Refund(draft, refund, policy, ref heading),
                RefundOrder refund => Refund(draft, refund, policy, ref heading),
                RefundRedemption refund => Restore(draft, refund, policy, ref heading),
                AdjustPoints adjust => Adjust(draft, adjust, policy, ref heading),
                _ => throw new ArgumentException($"{PostingKinds.Code(command.Kind)} is no command of this ledger.", nameof(command)),
            };
            if (refusal is not null) return refusal;

            if (!draft.HasPosted) heading.Version = state.Version;
            var posting = draft.ToPosting(heading.Kind, heading.Key, state.Member, heading.Effective, recorded, heading.Version, heading.Reference, heading.Detail);
            draft.Finish(posting);
            return new Transaction(posting, state.With(draft.ToBook(), heading.Version, recorded), null);
        }
        finally
        {
            draft.Return();
        }
    }

    private static Refusal? Earn(BookDraft draft, EarnPoints command, LedgerPolicy policy, ref Heading heading)
    {
        if (NotAnAmount(command.Amount) is { } refusal) return refusal;
        return Award(draft, command.Key, command.Amount.Count, command.Effective, command.Expiry, command.Pending, policy, ref heading);
    }

    private static Refusal? Order(BookDraft draft, EarnOrder command, LedgerPolicy policy, ref Heading heading)
    {
        foreach (var line in command.Lines)
        {
            if (line.Net < 0) return LedgerRefusals.NegativeLine;
        }

        var order = new PointOrder(command.Key, command.Effective ?? heading.Recorded, policy.OrderRule, [.. command.Lines], new decimal[command.Lines.Count]);
        var value = order.Value();
        if (value.IsTooLarge) return LedgerRefusals.TooLarge;
        heading.Detail = new() { Order = order };
        return Award(draft, command.Key, value.Count, command.Effective, LotExpiry.ByPolicy, pending: false, policy, ref heading);
    }

    private static Refusal? Award(BookDraft draft, string key, long asked, Instant? backdated, LotExpiry expiry, bool pending, LedgerPolicy policy, ref Heading heading)
    {
        var recorded = heading.Recorded;
        var effective = backdated ?? recorded;
        var awarded = asked;
        if (policy.EarnCapPerDay is { } cap)
        {
            var day = policy.Calendar.DayOf(Instant.Min(Instant.Max(effective, EarliestEarn), recorded));
            var earned = draft.EarnedOn(policy.Calendar.StartOf(day), ExpiryPolicy.AfterDay(day, policy.Calendar));
            awarded = (long)Math.Max(0, Math.Min(awarded, cap - earned));
        }

        if (policy.MaxBalance is { Mode: BalanceLimitMode.Truncate } most) awarded = Math.Min(awarded, Room(draft, most.Points));
        if (awarded > Room(draft, long.MaxValue)) return LedgerRefusals.HoldsTooMuch;

        if (effective > recorded) return LedgerRefusals.Future;
        if (effective < EarliestEarn) return LedgerRefusals.TooOld;
        if (policy.MaxBackdateDays is { } days && effective < recorded - Duration.FromDays(days)) return LedgerRefusals.TooOld;
        if (expiry.IsOwn && BookDraft.HasCome(expiry.At, effective)) return LedgerRefusals.ExpiresTooEarly;
        var (opens, expires) = Terms(expiry, effective, recorded, pending, policy);
        if (backdated is not null && BookDraft.HasCome(expires, recorded) && policy.BackdatedLapsed == BackdatedLapsed.Reject) return LedgerRefusals.TermOver;
        if (policy.MaxBalance is { Mode: BalanceLimitMode.Reject } limit && awarded > Room(draft, limit.Points)) return LedgerRefusals.OverBalance(awarded, Room(draft, limit.Points));

        heading.Effective = effective;
        var lot = draft.Open(new(key, LotKind.Earn, awarded, effective, recorded, opens, expires, expiry.IsOwn, draft.NextSequence));
        if (awarded == 0) return null;

        if (pending || policy.PendingDays is not null) draft.Move(lot, LedgerAccount.Issued, LedgerAccount.Pending, awarded, effective);
        else draft.MakeAvailable(lot, LedgerAccount.Issued, awarded, effective);
        draft.CatchUp(recorded);
        Activity(policy, ref heading);
        return null;
    }

    private static (Instant Opens, Instant Expires) Terms(LotExpiry expiry, Instant effective, Instant recorded, bool pending, LedgerPolicy policy)
    {
        var opens = pending ? Instant.MaxValue : policy.PendingDays is { } days ? effective + Duration.FromDays(days) : effective;
        if (expiry.IsOwn) return (opens, expiry.At);
        if (policy.Expiry.Kind == ExpiryKind.Inactivity) return (opens, policy.Expiry.From(recorded, policy.Calendar));
        if (policy.ExpiryFrom == ExpiryStart.Earned) return (opens, policy.Expiry.From(effective, policy.Calendar));
        return (opens, opens == Instant.MaxValue ? Instant.MaxValue : policy.Expiry.From(opens, policy.Calendar));
    }

    private static Refusal? Confirm(BookDraft draft, ConfirmEarn command, LedgerPolicy policy, ref Heading heading)
    {
        heading.Reference = command.Reference;
        var lot = draft.Find(command.Reference);
        if (lot < 0 || draft[lot].Kind != LotKind.Earn) return LedgerRefusals.Unknown;
        if (draft[lot].Pending == 0) return LedgerRefusals.IsNotPending;

        if (policy.ExpiryFrom == ExpiryStart.Activated && !draft[lot].HasOwnExpiry && policy.Expiry.Kind != ExpiryKind.Inactivity)
        {
            var expires = policy.Expiry.From(heading.Recorded, policy.Calendar);
            heading.Detail = new() { Expires = expires };
            draft.Retime(lot, expires);
            lot = draft.Find(command.Reference);
        }

        draft.MakeAvailable(lot, LedgerAccount.Pending, draft[lot].Pending, heading.Recorded);
        draft.PayDebt(heading.Recorded);
        return null;
    }

    private static Refusal? Cancel(BookDraft draft, CancelEarn command, ref Heading heading)
    {
        heading.Reference = command.Reference;
        var lot = draft.Find(command.Reference);
        if (lot < 0 || draft[lot].Kind != LotKind.Earn) return LedgerRefusals.Unknown;
        if (draft[lot].Pending == 0) return LedgerRefusals.IsNotPending;
        draft.Move(lot, LedgerAccount.Pending, LedgerAccount.Issued, draft[lot].Pending, heading.Recorded);
        return null;
    }

    private static Refusal? Redeem(BookDraft draft, RedeemPoints command, LedgerPolicy policy, ref Heading heading)
    {
        if (NotRedeemable(draft, command.Amount, command.Effective, policy, heading.Recorded) is { } refusal) return refusal;
        draft.Spend(command.Amount.Count, LedgerAccount.Redeemed, heading.Recorded);
        Activity(policy, ref heading);
        return null;
    }

    private static Refusal? Reserve(BookDraft draft, ReservePoints command, LedgerPolicy policy, ref Heading heading)
    {
        if (NotRedeemable(draft, command.Amount, command.Effective, policy, heading.Recorded) is { } refusal) return refusal;
        if (command.Timeout is { } timeout) heading.Detail = new() { HoldEnds = heading.Recorded + timeout };
        draft.Spend(command.Amount.Count, LedgerAccount.Held, heading.Recorded);
        return null;
    }

    private static Refusal? NotRedeemable(BookDraft draft, PointAmount amount, Instant? effective, LedgerPolicy policy, Instant recorded)
    {
        if (NotAnAmount(amount) is { } refusal) return refusal;
        if (effective > recorded) return LedgerRefusals.Future;
        if (effective < recorded) return LedgerRefusals.DebitInPast;
        var points = amount.Count;
        return OverLimits(draft, points, policy, recorded) ?? (points > draft.Available ? LedgerRefusals.Short(points, draft.Available) : null);
    }

    public static Refusal? OverLimits(BookDraft draft, long points, LedgerPolicy policy, Instant recorded)
    {
        if (!policy.IsRedeemable) return LedgerRefusals.OnlyCounts;
        if (policy.MaxRedemptionsPerDay is { } most)
        {
            var day = policy.Calendar.DayOf(recorded);
            if (draft.RedemptionsOn(policy.Calendar.StartOf(day), ExpiryPolicy.AfterDay(day, policy.Calendar)) >= most) return LedgerRefusals.TooOften(most);
        }

        if (points < policy.MinRedeem) return LedgerRefusals.TooFew(points, policy.MinRedeem.Value);
        return policy.RedeemStep is { } step && points % step != 0 ? LedgerRefusals.OffStep(points, step) : null;
    }

    private static Refusal? Capture(BookDraft draft, CaptureHold command, LedgerPolicy policy, ref Heading heading)
    {
        heading.Reference = command.Reference;
        if (command.Amount is { } amount && NotAnAmount(amount) is { } refusal) return refusal;
        if (draft.FindHold(command.Reference) is not { } hold) return LedgerRefusals.Unknown;
        if (hold.Status != HoldStatus.Open) return LedgerRefusals.OfHold(hold.Status);
        var held = Sum(hold.Parts);
        var left = command.Amount?.Count ?? held;
        if (left > held) return LedgerRefusals.OverHold(left, held);
        CaptureParts(draft, hold, left, heading.Recorded);
        Activity(policy, ref heading);
        return null;
    }

    /// <summary>Redeems points of a hold in the order in which it took them, and returns the rest to their lots.</summary>
    public static void CaptureParts(BookDraft draft, PointHold hold, long points, Instant recorded)
    {
        var left = points;
        foreach (var part in hold.Parts)
        {
            var lot = draft.Find(part.Lot);
            var taken = Math.Min(part.Points, left);
            if (taken > 0) draft.Move(lot, LedgerAccount.Held, LedgerAccount.Redeemed, taken, recorded);
            if (taken < part.Points) draft.MakeAvailable(lot, LedgerAccount.Held, part.Points - taken, recorded);
            left -= taken;
        }

        draft.PayDebt(recorded);
    }

    private static Refusal? Release(BookDraft draft, ReleaseHold command, ref Heading heading)
    {
        heading.Reference = command.Reference;
        if (draft.FindHold(command.Reference) is not { } hold) return LedgerRefusals.Unknown;
        if (hold.Status != HoldStatus.Open) return LedgerRefusals.OfHold(hold.Status);
        CaptureParts(draft, hold, 0, heading.Recorded);
        return null;
    }

    private static Refusal? Refund(BookDraft draft, RefundEarn command, LedgerPolicy policy, ref Heading heading)
    {
        heading.Reference = command.Reference;
        if (command.Amount is { } amount && NotAnAmount(amount) is { } refusal) return refusal;
        var lot = draft.Find(command.Reference);
        if (lot < 0 || draft[lot].Kind != LotKind.Earn) return LedgerRefusals.Unknown;
        var left = draft[lot].Original - draft[lot].Refunded;
        if (left == 0) return LedgerRefusals.NothingLeft;
        var points = command.Amount?.Count ?? left;
        return points > left ? LedgerRefusals.OverOriginal(points, left, "points") : TakeBack(draft, lot, points, policy, heading.Recorded);
    }

    private static Refusal? Refund(BookDraft draft, RefundOrder command, LedgerPolicy policy, ref Heading heading)
    {
        heading.Reference = command.Reference;
        foreach (var line in command.Lines)
        {
            if (line.Net <= 0) return LedgerRefusals.NothingReturned;
        }

        if (draft.FindOrder(command.Reference) is not { } order) return LedgerRefusals.Unknown;
        var returned = (decimal[])order.Returned.Clone();
        foreach (var line in command.Lines)
        {
            if (line.Line < 0 || line.Line >= order.Lines.Length) return LedgerRefusals.NoLine;
            var left = order.Lines[line.Line].Net - returned[line.Line];
            if (line.Net > left) return LedgerRefusals.OverOriginal(line.Net, left, "money");
            returned[line.Line] += line.Net;
        }

        var after = new PointOrder(order.Key, order.Effective, order.Rule, order.Lines, returned);
        heading.Detail = new() { Order = after };
        var lot = draft.Find(command.Reference);
        var points = draft[lot].Original - draft[lot].Refunded - after.Value().Count;
        return points <= 0 ? null : TakeBack(draft, lot, points, policy, heading.Recorded);
    }

    /// <summary>Takes points of an earn back: pending, open, lapsed, of other lots, and what is missing by policy.</summary>
    private static Refusal? TakeBack(BookDraft draft, int lot, long points, LedgerPolicy policy, Instant recorded)
    {
        var left = points;
        left -= Take(draft, lot, LedgerAccount.Pending, Math.Min(left, draft[lot].Pending), recorded);
        left -= Take(draft, lot, LedgerAccount.Open, Math.Min(left, draft[lot].Open), recorded);
        var lapsed = Math.Min(left, draft[lot].Lapsed - draft[lot].LapsedRefunded);
        draft.Move(LedgerAccount.LifetimeEarned, LedgerAccount.Memorandum, lapsed, recorded);
        left -= lapsed;
        if (policy.Clawback == Clawback.LotThenBalance) left -= draft.Spend(left, LedgerAccount.Issued, recorded);
        if (left == 0) return null;
        if (policy.Shortfall == Shortfall.Reject) return LedgerRefusals.Short(points, points - left);
        draft.Move(policy.Shortfall == Shortfall.Debt ? LedgerAccount.Debt : LedgerAccount.WrittenOff, LedgerAccount.Issued, left, recorded);
        return null;
    }

    private static long Take(BookDraft draft, int lot, LedgerAccount from, long points, Instant recorded)
    {
        if (points > 0) draft.Move(lot, from, LedgerAccount.Issued, points, recorded);
        return points;
    }

    private static Refusal? Restore(BookDraft draft, RefundRedemption command, LedgerPolicy policy, ref Heading heading)
    {
        heading.Reference = command.Reference;
        if (command.Amount is { } amount && NotAnAmount(amount) is { } refusal) return refusal;
        if (draft.FindRedemption(command.Reference) is not { } redemption) return LedgerRefusals.Unknown;
        var left = Sum(redemption.Parts) - redemption.Restored;
        if (left == 0) return LedgerRefusals.NothingLeft;
        var points = command.Amount?.Count ?? left;
        if (points > left) return LedgerRefusals.OverOriginal(points, left, "points");
        if (points > Room(draft, long.MaxValue)) return LedgerRefusals.HoldsTooMuch;
        GiveBack(draft, command.Key, redemption, points, policy, heading.Recorded);
        return null;
    }

    /// <summary>Gives points of a redemption back, by the policy: to their lots, or in a new one named by the key.</summary>
    public static void GiveBack(BookDraft draft, string key, Redemption redemption, long points, LedgerPolicy policy, Instant recorded)
    {
        if (points == 0) return;
        if (policy.Reinstatement == Reinstatement.Fresh)
        {
            var expires = NewTerm(draft, recorded, policy);
            draft.MakeAvailable(draft.Open(new(key, LotKind.Reinstated, points, recorded, recorded, recorded, expires, false, draft.NextSequence)), LedgerAccount.Redeemed, points, recorded);
        }
        else
        {
            var graced = RestoreLots(draft, redemption.Parts, redemption.Restored, points, policy, recorded);
            if (graced > 0)
            {
                var expires = ExpiryPolicy.AfterDay(policy.Calendar.DayOf(recorded).PlusDays(policy.ReinstatementGraceDays), policy.Calendar);
                draft.MakeAvailable(draft.Open(new(key, LotKind.Grace, graced, recorded, recorded, recorded, expires, true, draft.NextSequence)), LedgerAccount.Redeemed, graced, recorded);
            }
        }

        draft.PayDebt(recorded);
    }

    /// <summary>Gives points back to their lots, last consumed first.</summary>
    /// <returns>Points that would have lapsed and have a right to grace.</returns>
    private static long RestoreLots(BookDraft draft, LotPoints[] parts, long skipped, long points, LedgerPolicy policy, Instant recorded)
    {
        long graced = 0;
        for (var i = parts.Length - 1; i >= 0 && points > 0; i--)
        {
            var part = parts[i];
            var restored = Math.Min(part.Points - Math.Min(part.Points, skipped), points);
            skipped -= Math.Min(part.Points, skipped);
            if (restored == 0) continue;

            points -= restored;
            var lot = draft.Find(part.Lot);
            if (policy.Reinstatement == Reinstatement.OriginalOrGrace && BookDraft.HasCome(draft[lot].Expires, recorded)) graced += restored;
            else draft.MakeAvailable(lot, LedgerAccount.Redeemed, restored, recorded);
        }

        return graced;
    }

    private static Refusal? Adjust(BookDraft draft, AdjustPoints command, LedgerPolicy policy, ref Heading heading)
    {
        var recorded = heading.Recorded;
        if (command.Amount.Count == 0) return LedgerRefusals.NoAdjustment;
        if (command.Amount.IsTooLarge || command.Amount.Count == long.MinValue) return LedgerRefusals.TooLarge;
        var points = Math.Abs(command.Amount.Count);
        if (command.Amount.Count < 0)
        {
            if (points > draft.Available && !command.AllowNegative) return LedgerRefusals.Short(points, draft.Available);
            var taken = draft.Spend(points, LedgerAccount.Adjusted, recorded);
            draft.Move(LedgerAccount.Debt, LedgerAccount.Adjusted, points - taken, recorded);
            return null;
        }

        if (policy.MaxBalance is { Mode: BalanceLimitMode.Truncate } most) points = Math.Min(points, Room(draft, most.Points));
        if (points > Room(draft, long.MaxValue)) return LedgerRefusals.HoldsTooMuch;
        if (policy.MaxBalance is { Mode: BalanceLimitMode.Reject } limit && points > Room(draft, limit.Points)) return LedgerRefusals.OverBalance(points, Room(draft, limit.Points));
        if (points == 0) return null;
        var expires = NewTerm(draft, recorded, policy);
        draft.MakeAvailable(draft.Open(new(command.Key, LotKind.Adjustment, points, recorded, recorded, recorded, expires, false, draft.NextSequence)), LedgerAccount.Adjusted, points, recorded);
        draft.PayDebt(recorded);
        return null;
    }

    private static Decision<Transaction> Transfer(MemberState state, MemberState other, TransferPoints command, LedgerPolicy policy, Instant recorded)
    {
        if (NotAnAmount(command.Amount) is { } refusal) return refusal;
        var giver = BookDraft.Rent(state, command.Currency);
        var receiver = BookDraft.Rent(other, command.Currency);
        try
        {
            giver.Settle(recorded, policy.Spending);
            receiver.Settle(recorded, policy.Spending);
            if (!policy.IsRedeemable) return LedgerRefusals.OnlyCounts;
            var points = command.Amount.Count;
            if (policy.MaxBalance is { Mode: BalanceLimitMode.Truncate } most) points = Math.Min(points, Room(receiver, most.Points));
            if (points > Room(receiver, long.MaxValue)) return LedgerRefusals.HoldsTooMuch;
            if (policy.MaxBalance is { Mode: BalanceLimitMode.Reject } limit && points > Room(receiver, limit.Points)) return LedgerRefusals.OverBalance(points, Room(receiver, limit.Points));
            if (points > giver.Available) return LedgerRefusals.Short(points, giver.Available);

            var fresh = policy.TransferTerms == TransferTerms.FreshExpiry ? NewTerm(receiver, recorded, policy) : default;
            var hasLikeNames = receiver.HasNamesUnder(command.Key);
            var left = points;
            for (var i = 0; i < giver.Count && left > 0; i++)
            {
                var taken = Math.Min(giver[i].Open, left);
                if (taken == 0) continue;
                left -= taken;
                giver.Move(i, LedgerAccount.Open, LedgerAccount.Transferred, taken, recorded);
                var source = giver[i];
                var key = command.Key + "/" + source.Key;
                if (hasLikeNames && receiver.Find(key) >= 0) return LedgerRefusals.NameTaken;
                var lot = receiver.Open(policy.TransferTerms == TransferTerms.FreshExpiry
                    ? new(key, LotKind.Transfer, taken, recorded, recorded, recorded, fresh, false, receiver.NextSequence)
                    : new(key, LotKind.Transfer, taken, source.Earned, recorded, recorded, source.Expires, source.HasOwnExpiry, receiver.NextSequence));
                receiver.MakeAvailable(lot, LedgerAccount.Transferred, taken, recorded);
            }

            receiver.PayDebt(recorded);
            var moved = points > 0 ? 1 : 0;
            var postings = new List<Posting>(2);
            var primary = Post(giver, state, new(PostingKind.TransferOut, command.Key, recorded, recorded, state.Version + moved) { Detail = new() { Counterparty = other.Member } }, postings);
            var secondary = Post(receiver, other, new(PostingKind.TransferIn, command.Key, recorded, recorded, other.Version + moved) { Detail = new() { Counterparty = state.Member } }, postings);
            return new Transaction(postings.ToArray(), primary, secondary);
        }
        finally
        {
            giver.Return();
            receiver.Return();
        }
    }

    private static Decision<Transaction> Merge(MemberState state, MemberState other, string key, LedgerPolicy policy, Instant recorded)
    {
        if (HasOpenHolds(state, recorded)) return LedgerRefusals.HasHolds;
        var ties = HouseholdDecisions.Merged(state.Ties, other);
        if (ties.Members.Length > 0 && ties.Household is not null) return LedgerRefusals.Nested;
        if (ties.Members.Length > JoinHousehold.MaxMembers) return LedgerRefusals.NoMoreRoom;

        var outgoing = new List<Posting>();
        var incoming = new List<Posting>();
        var primary = state;
        var secondary = other;
        foreach (var currency in Union(state, other))
        {
            var leaving = state.Find(currency);
            var spending = policy.For(currency).Spending;
            var from = BookDraft.Rent(leaving ?? new Book(currency));
            var into = BookDraft.Rent(other, currency);
            try
            {
                from.Settle(recorded, spending);
                into.Settle(recorded, spending);
                if ((decimal)from.Available + from.Pending > Room(into, long.MaxValue)) return LedgerRefusals.HoldsTooMuch;
                Book? moved = leaving is null ? null : from.ToBook();
                if (moved is { } leaver && into.SharesNamesWith(leaver)) return LedgerRefusals.NameTaken;
                if (moved is { } all) MoveAll(from, into, all, recorded);
                into.Spend((long)Math.Min(into.Debt, into.Available), LedgerAccount.Debt, recorded);
                if (moved is not null || outgoing.Count == 0)
                    primary = Post(from, primary, new(PostingKind.MergeOut, key, recorded, recorded, state.Version + 1) { Detail = new() { Counterparty = other.Member } }, outgoing);
                if (moved is not null || incoming.Count == 0 || into.HasPosted)
                    secondary = Post(into, secondary, new(PostingKind.MergeIn, key, recorded, recorded, other.Version + 1) { Detail = new() { Counterparty = state.Member, Moved = moved, Ties = ties == other.Ties ? null : ties } }, incoming);
            }
            finally
            {
                from.Return();
                into.Return();
            }
        }

        return new Transaction((Posting[])[.. outgoing, .. incoming], primary.Ended(MemberStatus.Merged, other.Member), secondary.Tied(ties));
    }

    /// <summary>The currencies of the member who goes away first, since each of them has a posting; at least one.</summary>
    private static List<string> Union(MemberState state, MemberState other)
    {
        var currencies = new List<string>(state.Currencies);
        foreach (var currency in other.Currencies)
        {
            if (!currencies.Contains(currency, StringComparer.Ordinal)) currencies.Add(currency);
        }

        if (currencies.Count == 0) currencies.Add(LedgerCommand.DefaultCurrency);
        return currencies;
    }

    private static void MoveAll(BookDraft from, BookDraft into, Book moved, Instant recorded)
    {
        into.Import(moved);
        for (var i = 0; i < moved.Lots.Count; i++)
        {
            var lot = moved.Lots[i];
            MoveLot(LedgerAccount.Pending, lot.Pending);
            MoveLot(LedgerAccount.Open, lot.Open);
            MoveLot(LedgerAccount.Due, lot.Due);

            void MoveLot(LedgerAccount account, long points)
            {
                if (points == 0) return;
                from.Move(from.Find(lot.Key), account, LedgerAccount.Transferred, points, recorded);
                into.Move(into.Find(lot.Key), LedgerAccount.Transferred, account, points, recorded);
            }
        }

        MoveCounter(LedgerAccount.LifetimeEarned, moved.LifetimeEarned);
        MoveCounter(LedgerAccount.LifetimeRedeemed, moved.LifetimeRedeemed);
        MoveCounter(LedgerAccount.LifetimeExpired, moved.LifetimeExpired);
        from.Move(LedgerAccount.Transferred, LedgerAccount.Debt, moved.Debt, recorded);
        into.Move(LedgerAccount.Debt, LedgerAccount.Transferred, moved.Debt, recorded);

        void MoveCounter(LedgerAccount counter, decimal points)
        {
            // A member may have been refunded more than it earned itself, when lots came by transfer: counters may be below zero.
            if (points >= 0)
            {
                from.Move(counter, LedgerAccount.Memorandum, points, recorded);
                into.Move(LedgerAccount.Memorandum, counter, points, recorded);
            }
            else
            {
                from.Move(LedgerAccount.Memorandum, counter, -points, recorded);
                into.Move(counter, LedgerAccount.Memorandum, -points, recorded);
            }
        }
    }

    public static bool HasOpenHolds(MemberState state, Instant at)
    {
        foreach (var book in state.Books)
        {
            if (BookDraft.Settled(book, at).Holds.Length > 0) return true;
        }

        return false;
    }

    /// <summary>Gives an account other household ties.</summary>
    public static MemberState Tie(MemberState state, PostingKind kind, string key, HouseholdTies ties, CustomerId other, LedgerPolicy policy, Instant recorded, List<Posting> postings)
    {
        var draft = BookDraft.Rent(state, LedgerCommand.DefaultCurrency);
        try
        {
            draft.Settle(recorded, policy.For(LedgerCommand.DefaultCurrency).Spending);
            return Post(draft, state, new(kind, key, recorded, recorded, state.Version + 1) { Detail = new() { Counterparty = other, Ties = ties } }, postings).Tied(ties);
        }
        finally
        {
            draft.Return();
        }
    }

    private static Decision<Transaction> Close(MemberState state, MemberState? household, string key, LedgerPolicy policy, Instant recorded)
    {
        if (HasOpenHolds(state, recorded)) return LedgerRefusals.HasHolds;

        var postings = new List<Posting>();
        var next = state;
        foreach (var currency in state.Books.Length == 0 ? [LedgerCommand.DefaultCurrency] : state.Currencies)
        {
            var draft = BookDraft.Rent(state, currency);
            draft.Settle(recorded, policy.For(currency).Spending);
            for (var i = 0; i < draft.Count; i++)
            {
                if (draft[i].Open > 0) draft.Move(i, LedgerAccount.Open, LedgerAccount.Forfeited, draft[i].Open, recorded);
                if (draft[i].Pending > 0) draft.Move(i, LedgerAccount.Pending, LedgerAccount.Forfeited, draft[i].Pending, recorded);
            }

            draft.Move(LedgerAccount.WrittenOff, LedgerAccount.Debt, draft.Debt, recorded);
            next = Post(draft, next, new(PostingKind.Close, key, recorded, recorded, state.Version + 1), postings);
            draft.Return();
        }

        var left = household is { Status: MemberStatus.Open } && household.Member != state.Member
            ? Tie(household, PostingKind.Dismiss, key, household.Ties.Without(state.Member), state.Member, policy, recorded, postings)
            : null;
        return new Transaction(postings.ToArray(), next.Ended(MemberStatus.Closed, null), left);
    }

    private static MemberState Post(BookDraft draft, MemberState state, Heading heading, List<Posting> postings)
    {
        var posting = draft.ToPosting(heading.Kind, heading.Key, state.Member, heading.Effective, heading.Recorded, heading.Version, heading.Reference, heading.Detail);
        draft.Finish(posting);
        postings.Add(posting);
        return state.With(heading.Kind == PostingKind.MergeOut ? draft.ToEmptyBook() : draft.ToBook(), heading.Version, heading.Recorded);
    }

    public static Refusal? NotAnAmount(PointAmount amount) =>
        amount.Count <= 0 ? LedgerRefusals.NotPositive : amount.IsTooLarge ? LedgerRefusals.TooLarge : null;

    public static long Room(BookDraft draft, long most) =>
        Math.Max(0, most - (draft.Available + draft.Pending + draft.Held));

    private static Instant NewTerm(BookDraft draft, Instant recorded, LedgerPolicy policy) =>
        policy.Expiry.From(policy.Expiry.Kind == ExpiryKind.Inactivity && draft.LastActivity != Instant.MinValue ? draft.LastActivity : recorded, policy.Calendar);

    private static void Activity(LedgerPolicy policy, ref Heading heading)
    {
        if (policy.Expiry.Kind != ExpiryKind.Inactivity) return;
        heading.Detail = new()
        {
            Expires = policy.Expiry.From(heading.Recorded, policy.Calendar),
            HoldEnds = heading.Detail?.HoldEnds,
            Order = heading.Detail?.Order,
        };
    }

    private static long Sum(LotPoints[] parts)
    {
        long sum = 0;
        foreach (var part in parts) sum += part.Points;
        return sum;
    }

    private struct Heading(PostingKind kind, string key, Instant effective, Instant recorded, long version)
    {
        public readonly PostingKind Kind = kind;
        public readonly string Key = key;
        public readonly Instant Recorded = recorded;
        public Instant Effective = effective;
        public long Version = version;
        public string? Reference;
        public PostingDetail? Detail;
    }
}
