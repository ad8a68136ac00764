namespace CustomerLifecycle.Loyalty.Tests.Simulation;

/// <summary>Households: what was taken together is remembered as one list of parts, in the order in which they were taken.</summary>
internal sealed partial class LedgerModel
{
    private readonly Dictionary<string, Pool> _pools = new(StringComparer.Ordinal);

    private string Join(JoinHousehold command, Instant at)
    {
        var (member, house) = (Resolve(command.Member.Value), Resolve(command.Household.Value));
        CheckVersion(command, member);
        CheckOpen(member);
        CheckOpen(house);
        if (string.Equals(member.Id, house.Id, StringComparison.Ordinal)) throw new RefusedException("same-account");
        if (member.House is not null && !string.Equals(member.House, house.Id, StringComparison.Ordinal)) throw new RefusedException("in-household");
        var now = Instant.Max(Settle(member, Instant.Max(at, house.Last)), Settle(house, Instant.Max(at, member.Last)));
        (member.House, member.MayRedeem) = (house.Id, command.MayRedeem);
        if (!house.Roster.Contains(member.Id)) house.Roster.Add(member.Id);
        _homes[command.Key] = member.Id;
        Posted(member, now, counts: true);
        Posted(house, now, counts: true);
        return "joined";
    }

    private string Leave(LeaveHousehold command, Instant at)
    {
        var member = Resolve(command.Member.Value);
        CheckVersion(command, member);
        CheckOpen(member);
        if (member.House is null) throw new RefusedException("not-in-household");
        var house = Resolve(member.House, always: true);
        var now = Instant.Max(Settle(member, Instant.Max(at, house.Last)), Settle(house, Instant.Max(at, member.Last)));
        if (member.Books.Values.Any(book => book.Holds.Values.Any(hold => hold.Status == HoldStatus.Open))) throw new RefusedException("open-holds");
        (member.House, member.MayRedeem) = (null, false);
        house.Roster.Remove(member.Id);
        _homes[command.Key] = member.Id;
        Posted(member, now, counts: true);
        Posted(house, now, counts: true);
        return "left";
    }

    private string TakePooled(MemberCommand command, PointAmount amount, Duration? timeout, Instant at)
    {
        var own = Resolve(command.Member.Value);
        CheckVersion(command, own);
        CheckOpen(own);
        if (own.House is null) throw new RefusedException("not-in-household");
        if (!own.MayRedeem) throw new RefusedException("may-not-redeem");
        CheckAmount(amount);
        var house = Resolve(own.House, always: true);
        var others = house.Roster.Select(id => Resolve(id, always: true)).Append(house).Where(member => !member.IsClosed && member != own && (member == house || string.Equals(member.House, house.Id, StringComparison.Ordinal)));
        List<Member> members = [own, .. others.Distinct().OrderBy(member => member.Id, StringComparer.Ordinal)];
        var now = members.Aggregate(at, (latest, member) => Instant.Max(latest, member.Last));
        foreach (var member in members) Settle(member, now);
        CheckLimits(own.Book(command.Currency), amount, now);
        if (amount.Count > members.Sum(member => (decimal)member.Book(command.Currency).Open)) throw new RefusedException("insufficient-points");

        var lots = members.SelectMany((member, place) => member.Book(command.Currency).Lots.Where(lot => lot.Open > 0).Select(lot => (member, place, lot))).ToList();
        lots.Sort((x, y) => (policy.Spending == SpendingOrder.EarliestExpiryFirst ? x.lot.Expires : default, x.lot.Earned, x.lot.Recorded, x.place, x.lot.Sequence)
            .CompareTo((policy.Spending == SpendingOrder.EarliestExpiryFirst ? y.lot.Expires : default, y.lot.Earned, y.lot.Recorded, y.place, y.lot.Sequence)));
        var pool = new Pool(own.Id, command.Currency);
        var left = amount.Count;
        foreach (var (member, _, lot) in lots)
        {
            var taken = Math.Min(lot.Open, left);
            if (taken == 0) break;
            left -= taken;
            pool.Parts.Add((member.Id, lot, taken));
        }

        foreach (var member in pool.Members)
        {
            var (holder, parts) = (Resolve(member), pool.PartsOf(member));
            var book = holder.Book(command.Currency);
            foreach (var (lot, points) in parts)
            {
                lot.Open -= points;
                if (timeout is not null) lot.Held += points;
            }

            var name = pool.NameOf(command.Key, member);
            if (timeout is { } length) book.Holds[name] = new(parts, length == Duration.MaxValue ? Instant.MaxValue : now + length);
            else Redeem(book, name, parts, now);
            if (member == own.Id) book.Spent.Add(now);
            Posted(holder, now, parts.Count > 0);
        }

        _pools[command.Key] = pool;
        _homes[command.Key] = own.Id;
        return "lots=" + string.Join(',', pool.Members.SelectMany(pool.PartsOf).Select(part => Text($"{part.Lot.Key}:{part.Points}")));
    }

    private void Redeem(Book book, string name, List<(Lot Lot, long Points)> parts, Instant now)
    {
        book.Redeemed += parts.Sum(part => part.Points);
        book.Redemptions[name] = new(parts);
        if (parts.Count == 0) return;
        if (policy.Expiry.Kind == ExpiryKind.Inactivity) book.Extend(Term(now), now);
        book.LastActivity = now;
    }

    private string ByPool(ReferringCommand command, Member own, Pool pool, Instant at)
    {
        var members = pool.Members.ConvertAll(member => Resolve(member, always: true));
        var now = members.Aggregate(Instant.Max(at, own.Last), (latest, member) => Instant.Max(latest, member.Last));
        foreach (var member in members) Settle(member, now);
        var answer = command is RefundRedemption refund ? Refund(refund, pool, now) : EndHold(command, pool, now);
        _homes[command.Key] = own.Id;
        return answer;
    }

    private string EndHold(ReferringCommand command, Pool pool, Instant now)
    {
        var whole = pool.Parts.Sum(part => part.Points);
        if (!Resolve(pool.Owner, always: true).Book(pool.Currency).Holds.TryGetValue(command.Reference, out var first)) throw new RefusedException("unknown-reference");
        if (first.Status != HoldStatus.Open) throw new RefusedException(first.Status switch { HoldStatus.Captured => "hold-already-captured", HoldStatus.Released => "hold-already-released", _ => "hold-expired" });
        var captured = command is CaptureHold capture ? capture.Amount?.Count ?? whole : 0;
        if (captured > whole) throw new RefusedException("capture-exceeds-hold");
        var taken = pool.Front(captured);
        var moved = new HashSet<Member>();
        foreach (var member in pool.Members)
        {
            var holder = Resolve(member, always: true);
            var book = holder.Book(pool.Currency);
            var hold = book.Holds[pool.NameOf(command.Reference, member)];
            hold.Status = command is CaptureHold ? HoldStatus.Captured : HoldStatus.Released;
            var spent = taken.PartsOf(member);
            foreach (var (lot, points) in hold.Parts)
            {
                lot.Held -= points;
                var back = points - spent.Where(part => part.Lot == lot).Sum(part => part.Points);
                if (back > 0) book.MakeOpen(lot, back, now);
            }

            book.PayDebt(policy.Spending);
            if (command is CaptureHold)
            {
                Redeem(book, pool.NameOf(command.Key, member), spent, now);
                if (hold.Parts.Count > 0) book.LastActivity = now;
            }

            Posted(holder, now, hold.Parts.Count > 0 && moved.Add(holder));
        }

        if (command is not CaptureHold) return Text($"released={whole}");
        _pools[command.Key] = taken;
        return Text($"captured={captured} released={whole - captured}");
    }

    private string Refund(RefundRedemption command, Pool pool, Instant now)
    {
        var redemptions = pool.Members.ToDictionary(member => member, member => Resolve(member, always: true).Book(pool.Currency).Redemptions.GetValueOrDefault(pool.NameOf(command.Reference, member)), StringComparer.Ordinal);
        if (redemptions.Values.Any(redemption => redemption is null)) throw new RefusedException("unknown-reference");
        var left = pool.Parts.Sum(part => part.Points) - redemptions.Values.Sum(redemption => redemption!.Restored);
        if (left == 0 || command.Amount?.Count > left) throw new RefusedException("refund-exceeds-original");

        // As if less had been spent together, by those who are still there.
        if (Resolve(pool.Owner, always: true).IsClosed) throw new RefusedException("account-closed");
        var passed = redemptions.ToDictionary(part => part.Key, part => part.Value!.Restored, StringComparer.Ordinal);
        var back = pool.Members.ToDictionary(member => member, _ => 0L, StringComparer.Ordinal);
        var wanted = command.Amount?.Count ?? long.MaxValue;
        foreach (var (member, _, taken) in Enumerable.Reverse(pool.Parts))
        {
            if (Resolve(member, always: true).IsClosed) continue;
            var before = Math.Min(taken, passed[member]);
            passed[member] -= before;
            var points = Math.Min(taken - before, wanted);
            back[member] += points;
            wanted -= points;
        }

        var restored = back.Values.Sum();
        if (restored == 0 || restored < command.Amount?.Count) throw new RefusedException("account-closed");
        foreach (var member in pool.Members.Where(member => back[member] > 0))
        {
            if (Resolve(member, always: true).Book(pool.Currency).Holdings + back[member] > long.MaxValue) throw new RefusedException("amount-overflow");
        }

        var moved = new HashSet<Member>();
        foreach (var member in pool.Members.Where(member => back[member] > 0 || member == pool.Owner))
        {
            var holder = Resolve(member, always: true);
            if (back[member] > 0) GiveBack(holder.Book(pool.Currency), redemptions[member]!, pool.NameOf(command.Key, member), back[member], now);
            Posted(holder, now, back[member] > 0 && moved.Add(holder));
        }

        return Text($"restored={restored}");
    }

    private sealed record Pool(string Owner, string Currency)
    {
        public List<(string Member, Lot Lot, long Points)> Parts { get; private init; } = [];

        public List<string> Members => [Owner, .. Parts.Select(part => part.Member).Where(member => member != Owner).Distinct().Order(StringComparer.Ordinal)];

        public List<(Lot Lot, long Points)> PartsOf(string member) => [.. Parts.Where(part => part.Member == member).Select(part => (part.Lot, part.Points))];

        public string NameOf(string command, string member) => member == Owner ? command : FormattableString.Invariant($"pool/{member.Length}/{member}/{command}");

        public Pool Front(long points)
        {
            var front = new List<(string, Lot, long)>();
            foreach (var (member, lot, part) in Parts)
            {
                var taken = Math.Min(part, points);
                if (taken == 0) break;
                points -= taken;
                front.Add((member, lot, taken));
            }

            return this with { Parts = front };
        }
    }
}
