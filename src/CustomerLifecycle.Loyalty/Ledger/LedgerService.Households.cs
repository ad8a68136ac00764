namespace CustomerLifecycle.Loyalty;

public sealed partial class LedgerService
{
    /// <summary>A household's points now, and whose they are.</summary>
    /// <param name="member">A member of it, or the household's own account.</param>
    /// <param name="now">The ledger's clock; null for the service's own.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The household; null when the member is in none, or it was closed.</returns>
    public async ValueTask<Household?> HouseholdAsync(CustomerId member, Instant? now = null, string? currency = null, CancellationToken cancellationToken = default)
    {
        var own = await FollowAsync(member, redirects: true, cancellationToken).ConfigureAwait(false);
        var at = now ?? _clock.GetCurrentInstant();
        var states = (await HouseAsync(own, cancellationToken).ConfigureAwait(false)).ConvertAll(static loaded => StateOf(loaded));
        return states.Find(static state => state.Ties.Members.Length > 0) is { } house
            ? new(house.Member, [.. states.OrderBy(static state => state.Member.Value, CodePointComparer.Instance).Select(state => new HouseholdMember(state.Member, state == house || state.Ties.MayRedeem, state.BalanceAt(at, currency)))])
            : null;
    }

    /// <summary>A household's statement over a span of time: who earned, who spent whose points, who came and went.</summary>
    /// <param name="household">The household's account, or a member of it.</param>
    /// <param name="from">Its first instant.</param>
    /// <param name="to">The first instant after it.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The statement; null when there is no such household.</returns>
    public async ValueTask<HouseholdStatement?> HouseholdStatementAsync(CustomerId household, Instant from, Instant to, string? currency = null, CancellationToken cancellationToken = default)
    {
        var own = await FollowAsync(household, redirects: true, cancellationToken).ConfigureAwait(false);
        var house = await HouseholdOfAsync(own, cancellationToken).ConfigureAwait(false) ?? own;
        var statement = new HouseholdStatement(house.State?.Member ?? household, from, to, currency);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = new Queue<CustomerId>([statement.Household]);
        while (left.Count > 0)
        {
            var member = left.Dequeue();
            if (!seen.Add(member.Value)) continue;
            var loaded = await _journal.LoadAsync(StreamId.Of(member), cancellationToken).ConfigureAwait(false);
            foreach (var other in statement.Add(StateOf(loaded), await PostingsAsync(loaded.Stream, loaded.Version, cancellationToken).ConfigureAwait(false))) left.Enqueue(other);
        }

        return statement.HasMembers ? statement : null;
    }

    /// <summary>The open household that an account is in; null for none.</summary>
    private async ValueTask<Loaded<MemberState>?> HouseholdOfAsync(Loaded<MemberState> member, CancellationToken cancellationToken)
    {
        if (member.State?.Household is not { } household) return null;
        var found = await FollowAsync(household, redirects: true, cancellationToken).ConfigureAwait(false);
        return found.State is { Status: MemberStatus.Open } && found.Stream != member.Stream ? found : null;
    }

    /// <summary>A member, then its household and the others in it, in order of their ids.</summary>
    private async ValueTask<List<Loaded<MemberState>>> HouseAsync(Loaded<MemberState> member, CancellationToken cancellationToken)
    {
        var all = new List<Loaded<MemberState>> { member };
        var isHousehold = member.State is { HouseholdMembers.Count: > 0 };
        if ((isHousehold ? member : await HouseholdOfAsync(member, cancellationToken).ConfigureAwait(false)) is not { State: { Status: MemberStatus.Open } house } found) return all;
        Include(found);
        foreach (var joined in await _journal.LoadManyAsync([.. house.HouseholdMembers.Select(static id => StreamId.Of(id))], cancellationToken).ConfigureAwait(false))
        {
            var other = joined.State?.MergedInto is { } into ? await FollowAsync(into, redirects: true, cancellationToken).ConfigureAwait(false) : joined;
            if (other.State is not { Status: MemberStatus.Open, Household: { } home }) continue;
            if (home == house.Member || (await FollowAsync(home, redirects: true, cancellationToken).ConfigureAwait(false)).Stream == found.Stream) Include(other);
        }

        all.Sort(1, all.Count - 1, Comparer<Loaded<MemberState>>.Create(static (x, y) => x.Stream.CompareTo(y.Stream)));
        return all;

        void Include(Loaded<MemberState> another)
        {
            if (!all.Exists(loaded => loaded.Stream == another.Stream)) all.Add(another);
        }
    }

    /// <summary>Who has the points of a pooled redemption or hold now: who asked for it first, then the others.</summary>
    private async ValueTask<List<Loaded<MemberState>>> GiversAsync(Loaded<MemberState> owner, PooledPoints pooled, CancellationToken cancellationToken)
    {
        var all = new List<Loaded<MemberState>> { owner };
        foreach (var member in pooled.Members)
        {
            var giver = await FollowAsync(member, redirects: true, cancellationToken).ConfigureAwait(false);
            if (!all.Exists(loaded => loaded.Stream == giver.Stream)) all.Add(giver);
        }

        return all;
    }

    /// <summary>Tries a command over several members' points once.</summary>
    /// <returns>The answer, or null when somebody wrote in between.</returns>
    private async ValueTask<Decision<LedgerResult>?> TryPostPooledAsync(
        LedgerCommand command, IdempotencyKey key, RequestHash request, Instant at, Loaded<MemberState> own, PooledPoints? pooled, CancellationToken cancellationToken)
    {
        var loaded = pooled is null ? await HouseAsync(own, cancellationToken).ConfigureAwait(false) : await GiversAsync(own, pooled, cancellationToken).ConfigureAwait(false);
        var decision = at - own.StoreTime > _options.MaxClockSkew
            ? LedgerRefusals.Ahead(at - own.StoreTime)
            : Ledger.DecidePooled(loaded.ConvertAll(static member => StateOf(member)), command, Policy, at);
        if (!decision.IsAccepted)
        {
            if (await _journal.FindAsync(key, cancellationToken).ConfigureAwait(false) is not { } first) return decision.Refusal;
            return first.Request == request ? Replay(first) : LedgerRefusals.KeyUsed;
        }

        var transaction = decision.Value;
        var streams = new List<StreamAppend<MemberState, Posting>>(loaded.Count);
        for (var i = 0; i < loaded.Count; i++)
        {
            var state = transaction.Members[i];
            Posting[] postings = [.. transaction.Postings.Where(posting => posting.Member == state.Member)];
            if (postings.Length > 0) streams.Add(new(loaded[i].Stream, loaded[i].Version, state, state.NextDue, postings));
        }

        var outcome = await _journal.AppendAsync(new(key, request, streams, PointsPosted.Of(transaction.Postings)), cancellationToken).ConfigureAwait(false);
        return outcome.Status switch
        {
            AppendStatus.Appended => transaction.Result,
            AppendStatus.Replayed => Replay(outcome.First!),
            AppendStatus.KeyConflict => LedgerRefusals.KeyUsed,
            _ => null,
        };
    }
}
