namespace CustomerLifecycle.Loyalty.Tests.Simulation;

/// <summary>The rules of the ledger once more, written to be read and not to be fast: plain lists, settled eagerly, without postings. The simulator compares the ledger with it.</summary>
internal sealed partial class LedgerModel(LedgerPolicy policy)
{
    private readonly Dictionary<string, string> _homes = new(StringComparer.Ordinal);
    private readonly List<Action> _undo = [];

    public Dictionary<string, Member> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>What a command must answer, and does.</summary>
    public string Execute(LedgerCommand command, Instant at)
    {
        _undo.Clear();
        try
        {
            return command switch
            {
                TransferPoints transfer => Transfer(transfer, at),
                MergeMembers merge => Merge(merge, at),
                CloseMember close => Close(close, at),
                JoinHousehold join => Join(join, at),
                LeaveHousehold leave => Leave(leave, at),
                RedeemPooledPoints redeem => TakePooled(redeem, redeem.Amount, null, at),
                ReservePooledPoints reserve => TakePooled(reserve, reserve.Amount, reserve.Timeout ?? Duration.MaxValue, at),
                MemberCommand own => InBook(own, Resolve(own.Member.Value), own.Currency, at),
                ReferringCommand referring => ByReference(referring, at),
                _ => throw new InvalidOperationException("No command."),
            };
        }
        catch (RefusedException refused)
        {
            Undo();
            return refused.Code;
        }
    }

    public string Sweep(string member, Instant at)
    {
        var found = Members[member];
        var now = Settle(found, at);
        var (lots, points) = (0, 0m);
        foreach (var book in found.Books.Values)
        {
            foreach (var lot in book.Lots.Where(lot => lot.Due > 0))
            {
                lots++;
                points += lot.Due;
                lot.Due = 0;
            }
        }

        found.Last = now;
        if (lots > 0) found.Version++;
        return Text($"lots={lots} points={points}");
    }

    /// <summary>Lets time pass for one member: whether this is called must make no difference.</summary>
    public void Tick(string member, Instant at)
    {
        if (Members.TryGetValue(member, out var found)) Settle(found, at);
    }

    /// <summary>Reads without letting time pass for good: a clock may step back.</summary>
    public T Read<T>(Func<LedgerModel, T> read)
    {
        _undo.Clear();
        var answer = read(this);
        Undo();
        return answer;
    }

    public MemberBalance Balance(string member, string currency, Instant at)
    {
        if (!Members.TryGetValue(member, out var found)) return default;
        Settle(found, at);
        if (!found.Books.TryGetValue(currency, out var book)) return new(0, 0, 0, 0, 0, 0, 0, 0, found.Version);
        return new(book.Open, book.Lots.Sum(lot => lot.Pending), book.Lots.Sum(lot => lot.Held), book.Debt, book.Expired, book.Lots.Sum(lot => (decimal)lot.Due), book.Earned, book.Redeemed, found.Version);
    }

    public IReadOnlyList<string> Lots(string member, string currency) =>
        Members.TryGetValue(member, out var found) && found.Books.TryGetValue(currency, out var book)
            ? [.. book.Lots.Where(lot => lot.Original > 0).OrderBy(lot => lot.Sequence).Select(lot => Text($"{lot.Key} {lot.Open + lot.Pending} {lot.Held} {lot.Lapsed} {lot.Original} {lot.Expires}"))]
            : [];

    private static string Text(Invariant text) => text.ToStringAndClear();

    private Member Resolve(string id, bool always = false)
    {
        while (true)
        {
            if (!Members.TryGetValue(id, out var member)) return new Member(id);
            if (member.Into is null || (!always && policy.MergedMember == MergedMember.Reject)) return member;
            id = member.Into;
        }
    }

    private static void CheckVersion(LedgerCommand command, Member member)
    {
        if (command.ExpectedVersion is { } version && version != member.Version) throw new RefusedException("version-conflict");
    }

    private static void CheckOpen(Member member)
    {
        if (member.Into is not null || member.IsClosed) throw new RefusedException("account-closed");
    }

    private static void CheckAmount(PointAmount amount)
    {
        if (amount.Count <= 0) throw new RefusedException("invalid-amount");
        if (amount.IsTooLarge) throw new RefusedException("amount-overflow");
    }

    private void Posted(Member member, Instant now, bool counts)
    {
        Members[member.Id] = member;
        member.Last = now;
        if (counts) member.Version++;
    }

    private string InBook(MemberCommand command, Member member, string currency, Instant at)
    {
        CheckVersion(command, member);
        CheckOpen(member);
        var now = Settle(member, at);
        var book = member.Book(currency);
        var (result, posted) = command switch
        {
            EarnPoints earn => Earn(book, earn.Key, earn.Amount, earn.Effective, earn.Expiry, earn.Pending, now, isOrder: false),
            EarnOrder order => Order(book, order, now),
            RedeemPoints redeem => Redeem(book, redeem, now),
            ReservePoints reserve => Reserve(book, reserve, now),
            AdjustPoints adjust => Adjust(book, adjust, now),
            _ => throw new InvalidOperationException("No command."),
        };
        Posted(member, now, posted);
        _homes[command.Key] = member.Id;
        return result;
    }

    private (string Result, bool Posted) Order(Book book, EarnOrder command, Instant now)
    {
        if (command.Lines.Any(line => line.Net < 0)) throw new RefusedException("invalid-amount");
        var effective = command.Effective ?? now;
        var answer = Earn(book, command.Key, Value(command.Lines.Select(line => line.Net), command.Lines, effective), command.Effective, LotExpiry.ByPolicy, pending: false, now, isOrder: true);
        book.Orders[command.Key] = new(command.Lines, effective, [.. command.Lines.Select(line => line.Net)]);
        return answer;
    }

    private long Value(IEnumerable<decimal> nets, IReadOnlyList<EarnLine> lines, Instant effective)
    {
        if (policy.OrderRule is not { } rule) return 0;
        var counted = nets.Zip(lines).Where(line => line.Second.Category is null || !rule.Excluded.Contains(line.Second.Category)).ToList();
        if (counted.Sum(line => line.First) < rule.MinOrder) return 0;
        var factor = rule.Campaign is { } campaign && campaign.From <= effective && effective < campaign.To ? campaign.Factor : 1;
        var values = counted.Select(line => line.First * rule.Rate * (line.Second.Category is { } category && rule.Multipliers.TryGetValue(category, out var multiplier) ? multiplier : 1) * factor);
        var value = rule.Scope == RoundingScope.Line ? values.Sum(Round) : Round(values.Sum());
        return (long)Math.Min(value, rule.MaxPerOrder ?? long.MaxValue);

        decimal Round(decimal exact) => rule.Rounding switch
        {
            PointRounding.Floor => Math.Floor(exact),
            PointRounding.Ceiling => Math.Ceiling(exact),
            PointRounding.HalfUp => Math.Round(exact, MidpointRounding.AwayFromZero),
            _ => Math.Round(exact, MidpointRounding.ToEven),
        };
    }

    private (string Result, bool Posted) Earn(Book book, string key, PointAmount asked, Instant? backdated, LotExpiry expiry, bool pending, Instant now, bool isOrder)
    {
        if (!isOrder) CheckAmount(asked);
        var effective = backdated ?? now;
        decimal awarded = asked.Count;
        if (policy.EarnCapPerDay is { } cap)
        {
            var day = policy.Calendar.DayOf(effective);
            awarded = Math.Max(0, Math.Min(awarded, cap - book.Lots.Where(lot => lot.Kind == LotKind.Earn && policy.Calendar.DayOf(lot.Earned) == day).Sum(lot => (decimal)lot.Original)));
        }

        if (policy.MaxBalance is { Mode: BalanceLimitMode.Truncate } most) awarded = Math.Max(0, Math.Min(awarded, most.Points - book.Holdings));
        if (book.Holdings + awarded > long.MaxValue) throw new RefusedException("amount-overflow");
        if (effective > now) throw new RefusedException("effective-in-future");
        if (policy.MaxBackdateDays is { } days && now - effective > Duration.FromDays(days)) throw new RefusedException("backdate-too-old");
        if (expiry.IsOwn && expiry.Expires <= effective) throw new RefusedException("invalid-expiry");

        var waits = pending || policy.PendingDays is not null;
        var opens = pending ? Instant.MaxValue : effective + Duration.FromDays(policy.PendingDays ?? 0);
        var expires = expiry.IsOwn ? expiry.Expires ?? Instant.MaxValue
            : policy.Expiry.Kind == ExpiryKind.Inactivity ? Term(now)
            : policy.ExpiryFrom == ExpiryStart.Earned ? Term(effective)
            : pending ? Instant.MaxValue : Term(opens);
        if (backdated is not null && expires <= now && policy.BackdatedLapsed == BackdatedLapsed.Reject) throw new RefusedException("backdate-too-old");
        if (policy.MaxBalance is { Mode: BalanceLimitMode.Reject } limit && awarded > Math.Max(0, limit.Points - book.Holdings)) throw new RefusedException("balance-limit");

        var points = (long)awarded;
        var lot = book.Add(key, LotKind.Earn, points, effective, now, expires, expiry.IsOwn);
        lot.Opens = opens;
        if (points == 0) return ("awarded=0", false);
        if (waits) lot.Pending = points;
        else
        {
            book.Earned += points;
            book.MakeOpen(lot, points, effective);
        }

        Advance(book, now, paysAt: now);
        if (policy.Expiry.Kind == ExpiryKind.Inactivity) book.Extend(Term(now), now);
        book.LastActivity = now;
        return (Text($"awarded={points}"), true);
    }

    private void CheckRedeemable(Book book, PointAmount amount, Instant? effective, Instant now)
    {
        CheckAmount(amount);
        if (effective > now) throw new RefusedException("effective-in-future");
        if (effective < now) throw new RefusedException("backdated-debit");
        CheckLimits(book, amount, now);
        if (amount.Count > book.Open) throw new RefusedException("insufficient-points");
    }

    private void CheckLimits(Book book, PointAmount amount, Instant now)
    {
        var today = policy.Calendar.DayOf(now);
        if (policy.MaxRedemptionsPerDay is { } most && book.Spent.Count(instant => policy.Calendar.DayOf(instant) == today) >= most) throw new RefusedException("velocity-limit");
        if (amount.Count < policy.MinRedeem) throw new RefusedException("below-minimum");
        if (amount.Count % (policy.RedeemStep ?? 1) != 0) throw new RefusedException("not-a-multiple");
    }

    private (string Result, bool Posted) Redeem(Book book, RedeemPoints command, Instant now)
    {
        CheckRedeemable(book, command.Amount, command.Effective, now);
        var parts = book.Spend(command.Amount.Count, policy.Spending);
        book.Redeemed += command.Amount.Count;
        book.Spent.Add(now);
        book.Redemptions[command.Key] = new(parts);
        if (policy.Expiry.Kind == ExpiryKind.Inactivity) book.Extend(Term(now), now);
        book.LastActivity = now;
        return ("lots=" + string.Join(',', parts.Select(part => Text($"{part.Lot.Key}:{part.Points}"))), true);
    }

    private (string Result, bool Posted) Reserve(Book book, ReservePoints command, Instant now)
    {
        CheckRedeemable(book, command.Amount, command.Effective, now);
        var parts = book.Spend(command.Amount.Count, policy.Spending);
        foreach (var (lot, points) in parts) lot.Held += points;
        book.Spent.Add(now);
        book.Holds[command.Key] = new(parts, command.Timeout is { } timeout ? now + timeout : Instant.MaxValue);
        return ("lots=" + string.Join(',', parts.Select(part => Text($"{part.Lot.Key}:{part.Points}"))), true);
    }

    private (string Result, bool Posted) Adjust(Book book, AdjustPoints command, Instant now)
    {
        if (command.Amount.Count == 0) throw new RefusedException("invalid-amount");
        if (command.Amount.IsTooLarge) throw new RefusedException("amount-overflow");
        decimal points = Math.Abs((decimal)command.Amount.Count);
        if (command.Amount.Count < 0)
        {
            if (points > book.Open && !command.AllowNegative) throw new RefusedException("insufficient-points");
            var taken = Math.Min(points, book.Open);
            book.Spend((long)taken, policy.Spending);
            book.Debt += points - taken;
            return ("adjusted", true);
        }

        if (policy.MaxBalance is { Mode: BalanceLimitMode.Truncate } most) points = Math.Max(0, Math.Min(points, most.Points - book.Holdings));
        if (book.Holdings + points > long.MaxValue) throw new RefusedException("amount-overflow");
        if (policy.MaxBalance is { Mode: BalanceLimitMode.Reject } limit && book.Holdings + points > limit.Points) throw new RefusedException("balance-limit");
        if (points == 0) return ("adjusted", false);
        var lot = book.Add(command.Key, LotKind.Adjustment, (long)points, now, now, NewTerm(book, now), isOwn: false);
        book.MakeOpen(lot, (long)points, now);
        book.PayDebt(policy.Spending);
        return ("adjusted", true);
    }

    private string ByReference(ReferringCommand command, Instant at)
    {
        if (!_homes.TryGetValue(command.Reference, out var home))
        {
            CheckOptional(command);
            throw new RefusedException("unknown-reference");
        }

        var member = Resolve(home, always: true);
        CheckVersion(command, member);
        CheckOpen(member);
        CheckOptional(command);
        if ((command is CaptureHold or ReleaseHold or Loyalty.RefundRedemption) && _pools.TryGetValue(command.Reference, out var pool)) return ByPool(command, member, pool, at);
        var now = Settle(member, at);
        var (result, posted) = command switch
        {
            ConfirmEarn => Confirm(member, command.Reference, now),
            CancelEarn => Cancel(member, command.Reference),
            CaptureHold capture => Capture(member, capture, now),
            ReleaseHold => Release(member, command.Reference, now),
            RefundEarn refund => RefundEarn(member, refund),
            RefundOrder refund => RefundOrder(member, refund),
            RefundRedemption refund => RefundRedemption(member, refund, now),
            _ => throw new InvalidOperationException("No command."),
        };
        Posted(member, now, posted);
        _homes[command.Key] = member.Id;
        return result;
    }

    private static void CheckOptional(ReferringCommand command)
    {
        var amount = command switch
        {
            CaptureHold capture => capture.Amount,
            RefundEarn refund => refund.Amount,
            RefundRedemption refund => refund.Amount,
            _ => null,
        };
        if (amount is { } asked) CheckAmount(asked);
        if (command is RefundOrder order && order.Lines.Any(line => line.Net <= 0)) throw new RefusedException("invalid-amount");
    }

    private static (Book Book, Lot Lot) EarnOf(Member member, string key)
    {
        foreach (var book in member.Books.Values)
        {
            if (book.Lots.Find(lot => string.Equals(lot.Key, key, StringComparison.Ordinal) && lot.Kind == LotKind.Earn) is { } lot) return (book, lot);
        }

        throw new RefusedException("unknown-reference");
    }

    private (string Result, bool Posted) Confirm(Member member, string key, Instant now)
    {
        var (book, lot) = EarnOf(member, key);
        if (lot.Pending == 0) throw new RefusedException("not-pending");
        if (policy.ExpiryFrom == ExpiryStart.Activated && !lot.IsOwn && policy.Expiry.Kind != ExpiryKind.Inactivity) lot.Expires = Term(now);
        var points = lot.Pending;
        lot.Pending = 0;
        book.Earned += points;
        book.MakeOpen(lot, points, now);
        book.PayDebt(policy.Spending);
        return (Text($"confirmed={points}"), true);
    }

    private static (string Result, bool Posted) Cancel(Member member, string key)
    {
        var (_, lot) = EarnOf(member, key);
        if (lot.Pending == 0) throw new RefusedException("not-pending");
        var points = lot.Pending;
        lot.Pending = 0;
        lot.Refunded = lot.Original;
        return (Text($"cancelled={points}"), true);
    }

    private static (Book Book, Hold Hold) HoldOf(Member member, string key)
    {
        foreach (var book in member.Books.Values)
        {
            if (!book.Holds.TryGetValue(key, out var hold)) continue;
            return hold.Status == HoldStatus.Open ? (book, hold) : throw new RefusedException(hold.Status switch
            {
                HoldStatus.Captured => "hold-already-captured",
                HoldStatus.Released => "hold-already-released",
                _ => "hold-expired",
            });
        }

        throw new RefusedException("unknown-reference");
    }

    private (string Result, bool Posted) Capture(Member member, CaptureHold command, Instant now)
    {
        var (book, hold) = HoldOf(member, command.Reference);
        var held = hold.Parts.Sum(part => part.Points);
        var points = command.Amount?.Count ?? held;
        if (points > held) throw new RefusedException("capture-exceeds-hold");
        hold.Status = HoldStatus.Captured;
        var left = points;
        var captured = new List<(Lot Lot, long Points)>();
        foreach (var (lot, part) in hold.Parts)
        {
            var taken = Math.Min(part, left);
            left -= taken;
            lot.Held -= part;
            if (taken > 0) captured.Add((lot, taken));
            if (part > taken) book.MakeOpen(lot, part - taken, now);
        }

        book.Redeemed += points;
        book.Redemptions[command.Key] = new(captured);
        book.PayDebt(policy.Spending);
        if (policy.Expiry.Kind == ExpiryKind.Inactivity) book.Extend(Term(now), now);
        book.LastActivity = now;
        return (Text($"captured={points} released={held - points}"), true);
    }

    private (string Result, bool Posted) Release(Member member, string key, Instant now)
    {
        var (book, hold) = HoldOf(member, key);
        hold.Status = HoldStatus.Released;
        foreach (var (lot, part) in hold.Parts)
        {
            lot.Held -= part;
            book.MakeOpen(lot, part, now);
        }

        book.PayDebt(policy.Spending);
        return (Text($"released={hold.Parts.Sum(part => part.Points)}"), true);
    }

    private (string Result, bool Posted) RefundEarn(Member member, RefundEarn command)
    {
        var (book, lot) = EarnOf(member, command.Reference);
        var left = lot.Original - lot.Refunded;
        if (left == 0 || command.Amount?.Count > left) throw new RefusedException("refund-exceeds-original");
        return (TakeBack(book, lot, command.Amount?.Count ?? left), true);
    }

    private (string Result, bool Posted) RefundOrder(Member member, RefundOrder command)
    {
        foreach (var book in member.Books.Values)
        {
            if (!book.Orders.TryGetValue(command.Reference, out var order)) continue;
            decimal[] left = [.. order.Left];
            foreach (var line in command.Lines)
            {
                if (line.Line < 0 || line.Line >= left.Length) throw new RefusedException("unknown-reference");
                left[line.Line] -= line.Net;
                if (left[line.Line] < 0) throw new RefusedException("refund-exceeds-original");
            }

            var lot = book.Lots.Single(lot => string.Equals(lot.Key, command.Reference, StringComparison.Ordinal));
            var points = lot.Original - lot.Refunded - Value(left, order.Lines, order.Effective);
            var result = points > 0 ? TakeBack(book, lot, points) : "clawedBack=0 lapsed=0 shortfall=0";
            book.Orders[command.Reference] = new(order.Lines, order.Effective, left);
            return (result, points > 0);
        }

        throw new RefusedException("unknown-reference");
    }

    private string TakeBack(Book book, Lot lot, long points)
    {
        var pending = Math.Min(points, lot.Pending);
        var open = Math.Min(points - pending, lot.Open);
        var lapsed = Math.Min(points - pending - open, lot.Lapsed - lot.LapsedRefunded);
        var left = points - pending - open - lapsed;
        var others = policy.Clawback == Clawback.LotThenBalance ? Math.Min(left, book.Open - open) : 0;
        if (left > others && policy.Shortfall == Shortfall.Reject) throw new RefusedException("insufficient-points");
        lot.Pending -= pending;
        lot.Open -= open;
        lot.LapsedRefunded += lapsed;
        lot.Refunded += points;
        book.Spend(others, policy.Spending);
        if (policy.Shortfall == Shortfall.Debt) book.Debt += left - others;
        book.Earned -= points - pending;
        return Text($"clawedBack={pending + open + others} lapsed={lapsed} shortfall={left - others}");
    }

    private (string Result, bool Posted) RefundRedemption(Member member, RefundRedemption command, Instant now)
    {
        foreach (var book in member.Books.Values)
        {
            if (!book.Redemptions.TryGetValue(command.Reference, out var redemption)) continue;
            var left = redemption.Parts.Sum(part => part.Points) - redemption.Restored;
            if (left == 0 || command.Amount?.Count > left) throw new RefusedException("refund-exceeds-original");
            var points = command.Amount?.Count ?? left;
            if (book.Holdings + points > long.MaxValue) throw new RefusedException("amount-overflow");
            GiveBack(book, redemption, command.Key, points, now);
            return (Text($"restored={points}"), true);
        }

        throw new RefusedException("unknown-reference");
    }

    private void GiveBack(Book book, Redemption redemption, string key, long points, Instant now)
    {
        var left = redemption.Parts.Sum(part => part.Points) - redemption.Restored;

        // As if less had been spent: what stays spent is the front of the parts.
        var spent = left - points;
        long graced = 0;
        if (policy.Reinstatement == Reinstatement.Fresh) book.MakeOpen(book.Add(key, LotKind.Reinstated, points, now, now, NewTerm(book, now), isOwn: false), points, now);
        foreach (var (lot, part) in policy.Reinstatement == Reinstatement.Fresh ? [] : redemption.Parts)
        {
            var was = Math.Min(part, Math.Max(0, left));
            left -= part;
            var stays = Math.Min(part, Math.Max(0, spent));
            spent -= part;
            if (was == stays) continue;
            if (policy.Reinstatement == Reinstatement.OriginalOrGrace && lot.Expires <= now) graced += was - stays;
            else book.MakeOpen(lot, was - stays, now);
        }

        if (graced > 0)
        {
            var expires = policy.Calendar.StartOf(policy.Calendar.DayOf(now).PlusDays(policy.ReinstatementGraceDays + 1));
            book.MakeOpen(book.Add(key, LotKind.Grace, graced, now, now, expires, isOwn: true), graced, now);
        }

        redemption.Restored += points;
        book.Redeemed -= points;
        book.PayDebt(policy.Spending);
    }

    private string Transfer(TransferPoints command, Instant at)
    {
        var (from, to) = (Resolve(command.Member.Value), Resolve(command.To.Value));
        CheckVersion(command, from);
        CheckOpen(from);
        CheckOpen(to);
        if (string.Equals(from.Id, to.Id, StringComparison.Ordinal)) throw new RefusedException("same-account");
        CheckAmount(command.Amount);
        var now = Instant.Max(Settle(from, Instant.Max(at, to.Last)), Settle(to, Instant.Max(at, from.Last)));
        var (source, target) = (from.Book(command.Currency), to.Book(command.Currency));
        decimal points = command.Amount.Count;
        if (policy.MaxBalance is { Mode: BalanceLimitMode.Truncate } most) points = Math.Max(0, Math.Min(points, most.Points - target.Holdings));
        if (target.Holdings + points > long.MaxValue) throw new RefusedException("amount-overflow");
        if (policy.MaxBalance is { Mode: BalanceLimitMode.Reject } limit && target.Holdings + points > limit.Points) throw new RefusedException("balance-limit");
        if (points > source.Open) throw new RefusedException("insufficient-points");
        foreach (var (lot, part) in source.Spend((long)points, policy.Spending))
        {
            var fresh = policy.TransferTerms == TransferTerms.FreshExpiry;
            var arrived = target.Add($"{command.Key}/{lot.Key}", LotKind.Transfer, part, fresh ? now : lot.Earned, now, fresh ? NewTerm(target, now) : lot.Expires, !fresh && lot.IsOwn);
            target.MakeOpen(arrived, part, now);
        }

        target.PayDebt(policy.Spending);
        _homes[command.Key] = from.Id;
        Posted(from, now, points > 0);
        Posted(to, now, points > 0);
        return Text($"transferred={points}");
    }

    private string Merge(MergeMembers command, Instant at)
    {
        var (from, into) = (Resolve(command.Member.Value), Resolve(command.Into.Value));
        CheckVersion(command, from);
        CheckOpen(from);
        CheckOpen(into);
        if (string.Equals(from.Id, into.Id, StringComparison.Ordinal)) throw new RefusedException("same-account");
        var now = Instant.Max(Settle(from, Instant.Max(at, into.Last)), Settle(into, Instant.Max(at, from.Last)));
        if (from.Books.Values.Any(book => book.Holds.Values.Any(hold => hold.Status == HoldStatus.Open))) throw new RefusedException("open-holds");
        foreach (var (currency, source) in from.Books)
        {
            if (source.Open + (decimal)source.Lots.Sum(lot => lot.Pending) + into.Book(currency).Holdings > long.MaxValue) throw new RefusedException("amount-overflow");
        }

        foreach (var (currency, source) in from.Books) into.Book(currency).TakeOver(source);
        foreach (var book in into.Books.Values) book.NetDebt(policy.Spending);
        if (from.House is not null && into.House is null) (into.House, into.MayRedeem) = (from.House, from.MayRedeem);
        from.Books.Clear();
        from.Into = into.Id;
        _homes[command.Key] = from.Id;
        Posted(from, now, counts: true);
        Posted(into, now, counts: true);
        return "merged";
    }

    private string Close(CloseMember command, Instant at)
    {
        var member = Resolve(command.Member.Value);
        CheckVersion(command, member);
        CheckOpen(member);
        var house = member.House is null ? null : Resolve(member.House, always: true);
        var now = Settle(member, Instant.Max(at, house?.Last ?? Instant.MinValue));
        if (member.Books.Values.Any(book => book.Holds.Values.Any(hold => hold.Status == HoldStatus.Open))) throw new RefusedException("open-holds");
        house?.Roster.Remove(member.Id);
        if (house is not null) Posted(house, Settle(house, now), counts: true);
        decimal forfeited = 0;
        foreach (var book in member.Books.Values)
        {
            foreach (var lot in book.Lots)
            {
                forfeited += (decimal)lot.Open + lot.Pending;
                lot.Open = lot.Pending = 0;
            }

            book.Debt = 0;
        }

        member.IsClosed = true;
        _homes[command.Key] = member.Id;
        Posted(member, now, counts: true);
        return Text($"forfeited={forfeited}");
    }

    private Instant Term(Instant start) => policy.Expiry.ExpiresFrom(start, policy.Calendar) ?? Instant.MaxValue;

    private Instant NewTerm(Book book, Instant now) => Term(policy.Expiry.Kind == ExpiryKind.Inactivity ? book.LastActivity ?? now : now);

    private Instant Settle(Member member, Instant at)
    {
        var now = Instant.Max(at, member.Last);
        foreach (var book in member.Books.Values)
        {
            if (book.NextChange <= now) _undo.Add(book.Snapshot());
            Advance(book, now, paysAt: null);
        }

        return now;
    }

    private void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--) _undo[i]();
        _undo.Clear();
    }

    private void Advance(Book book, Instant now, Instant? paysAt)
    {
        while (true)
        {
            var next = book.NextChange;
            if (next > now || next == Instant.MaxValue) break;
            foreach (var lot in book.Lots.Where(lot => lot.Pending > 0 && lot.Opens <= next))
            {
                var points = lot.Pending;
                lot.Pending = 0;
                book.Earned += points;
                book.MakeOpen(lot, points, next);
            }

            foreach (var hold in book.Holds.Values.Where(hold => hold.Status == HoldStatus.Open && hold.Ends <= next))
            {
                hold.Status = HoldStatus.Expired;
                foreach (var (lot, points) in hold.Parts)
                {
                    lot.Held -= points;
                    book.MakeOpen(lot, points, next);
                }
            }

            foreach (var lot in book.Lots.Where(lot => lot.Open > 0 && lot.Expires <= next)) book.Lapse(lot, lot.Open);
            if (paysAt is null) book.PayDebt(policy.Spending);
        }

        if (paysAt is not null) book.PayDebt(policy.Spending);
    }

    public sealed class RefusedException(string code) : Exception
    {
        public string Code { get; } = "ledger." + code;
    }

    public sealed class Member(string id)
    {
        public string Id { get; } = id;

        public long Version { get; set; }

        public Instant Last { get; set; } = Instant.MinValue;

        public string? Into { get; set; }

        public bool IsClosed { get; set; }

        public string? House { get; set; }

        public bool MayRedeem { get; set; }

        public List<string> Roster { get; } = [];

        public Dictionary<string, Book> Books { get; } = new(StringComparer.Ordinal);

        public Book Book(string currency) => Books.TryGetValue(currency, out var book) ? book : Books[currency] = new();
    }

    public sealed class Book
    {
        private int _sequence;

        public List<Lot> Lots { get; } = [];

        public Dictionary<string, Hold> Holds { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Redemption> Redemptions { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, PlacedOrder> Orders { get; } = new(StringComparer.Ordinal);

        public List<Instant> Spent { get; } = [];

        public decimal Debt { get; set; }

        public decimal Earned { get; set; }

        public decimal Redeemed { get; set; }

        public decimal Expired { get; set; }

        public Instant? LastActivity { get; set; }

        public long Open => Lots.Sum(lot => lot.Open);

        public decimal Holdings => Lots.Sum(lot => (decimal)lot.Open + lot.Pending + lot.Held);

        public Instant NextChange
        {
            get
            {
                var next = Instant.MaxValue;
                foreach (var lot in Lots)
                {
                    if (lot.Pending > 0) next = Instant.Min(next, lot.Opens);
                    if (lot.Open > 0) next = Instant.Min(next, lot.Expires);
                }

                foreach (var hold in Holds.Values)
                {
                    if (hold.Status == HoldStatus.Open) next = Instant.Min(next, hold.Ends);
                }

                return next;
            }
        }

        public Action Snapshot()
        {
            var lots = Lots.ConvertAll(lot => (lot, lot.Open, lot.Pending, lot.Held, lot.Due, lot.Lapsed));
            var holds = Holds.Values.Where(hold => hold.Status == HoldStatus.Open).ToList();
            var (debt, earned, expired) = (Debt, Earned, Expired);
            return () =>
            {
                foreach (var (lot, open, pending, held, due, lapsed) in lots) (lot.Open, lot.Pending, lot.Held, lot.Due, lot.Lapsed) = (open, pending, held, due, lapsed);
                foreach (var hold in holds) hold.Status = HoldStatus.Open;
                (Debt, Earned, Expired) = (debt, earned, expired);
            };
        }

        public Lot Add(string key, LotKind kind, long original, Instant earned, Instant recorded, Instant expires, bool isOwn)
        {
            var lot = new Lot(key, kind, original, earned, recorded) { Expires = expires, IsOwn = isOwn, Sequence = _sequence++ };
            Lots.Add(lot);
            return lot;
        }

        public void MakeOpen(Lot lot, long points, Instant when)
        {
            lot.Open += points;
            if (lot.Expires <= when) Lapse(lot, points);
            else if (Debt > 0) lot.Fresh += points;
        }

        public void Lapse(Lot lot, long points)
        {
            lot.Open -= points;
            lot.Due += points;
            lot.Lapsed += points;
            Expired += points;
        }

        public void PayDebt(SpendingOrder order)
        {
            foreach (var lot in InOrder(order))
            {
                var paid = (long)Math.Min(Debt, Math.Min(lot.Fresh, lot.Open));
                lot.Fresh = 0;
                lot.Open -= paid;
                Debt -= paid;
            }
        }

        public List<(Lot Lot, long Points)> Spend(long points, SpendingOrder order)
        {
            var parts = new List<(Lot, long)>();
            foreach (var lot in InOrder(order))
            {
                var taken = Math.Min(lot.Open, points);
                if (taken == 0) continue;
                lot.Open -= taken;
                points -= taken;
                parts.Add((lot, taken));
            }

            return parts;
        }

        public void Extend(Instant expires, Instant now)
        {
            foreach (var lot in Lots)
            {
                if (!lot.IsOwn && lot.Expires > now) lot.Expires = expires;
            }
        }

        public void TakeOver(Book other)
        {
            var offset = _sequence;
            foreach (var lot in other.Lots)
            {
                lot.Sequence += offset;
                Lots.Add(lot);
            }

            _sequence += other._sequence;
            foreach (var (key, hold) in other.Holds) Holds.Add(key, hold);
            foreach (var (key, redemption) in other.Redemptions) Redemptions.Add(key, redemption);
            foreach (var (key, placed) in other.Orders) Orders.Add(key, placed);
            Spent.AddRange(other.Spent);
            Debt += other.Debt;
            Earned += other.Earned;
            Redeemed += other.Redeemed;
            Expired += other.Expired;
            if (LastActivity is null || other.LastActivity > LastActivity) LastActivity = other.LastActivity ?? LastActivity;
        }

        public void NetDebt(SpendingOrder order)
        {
            var paid = (long)Math.Min(Debt, Open);
            Spend(paid, order);
            Debt -= paid;
        }

        private List<Lot> InOrder(SpendingOrder order)
        {
            var open = Lots.FindAll(lot => lot.Open > 0 || lot.Fresh > 0);
            if (open.Count > 1) open.Sort((x, y) => x.CompareTo(y, order));
            return open;
        }
    }

    public sealed class Lot(string key, LotKind kind, long original, Instant earned, Instant recorded)
    {
        public string Key { get; } = key;

        public LotKind Kind { get; } = kind;

        public long Original { get; } = original;

        public Instant Earned { get; } = earned;

        public Instant Recorded { get; } = recorded;

        public Instant Opens { get; set; } = Instant.MaxValue;

        public Instant Expires { get; set; }

        public bool IsOwn { get; init; }

        public int Sequence { get; set; }

        public long Open { get; set; }

        public long Pending { get; set; }

        public long Held { get; set; }

        public long Due { get; set; }

        public long Lapsed { get; set; }

        public long Refunded { get; set; }

        public long LapsedRefunded { get; set; }

        public long Fresh { get; set; }

        public int CompareTo(Lot other, SpendingOrder order)
        {
            var byExpiry = order == SpendingOrder.EarliestExpiryFirst ? Expires.CompareTo(other.Expires) : 0;
            if (byExpiry != 0) return byExpiry;
            var byEarned = Earned.CompareTo(other.Earned);
            if (byEarned != 0) return byEarned;
            var byRecorded = Recorded.CompareTo(other.Recorded);
            return byRecorded != 0 ? byRecorded : Sequence.CompareTo(other.Sequence);
        }
    }

    public sealed class Hold(List<(Lot Lot, long Points)> parts, Instant ends)
    {
        public List<(Lot Lot, long Points)> Parts { get; } = parts;

        public Instant Ends { get; } = ends;

        public HoldStatus Status { get; set; }
    }

    public sealed class Redemption(List<(Lot Lot, long Points)> parts)
    {
        public List<(Lot Lot, long Points)> Parts { get; } = parts;

        public long Restored { get; set; }
    }

    public sealed record PlacedOrder(IReadOnlyList<EarnLine> Lines, Instant Effective, decimal[] Left);
}
