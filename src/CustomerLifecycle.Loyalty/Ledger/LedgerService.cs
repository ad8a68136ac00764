using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerLifecycle.Loyalty;

/// <summary>The ledger over a journal: loads, decides, appends, and answers about now and then.</summary>
/// <remarks>
/// Safe for concurrent callers and for several hosts over one store. A command is posted once, however often and wherever it is sent: the key in the journal sees to it.
/// After a <see cref="StoreException"/> the outcome is unknown: send the same command again, or ask <see cref="FindAsync"/>.
/// </remarks>
public sealed partial class LedgerService
{
    /// <summary>Names the activity source and the meter.</summary>
    public const string TelemetryName = "CustomerLifecycle.Loyalty";

    private const int PageSize = 2_000;
    private const int MembersAtOnce = 1_000;

    private readonly IJournal<MemberState, Posting> _journal;
    private readonly LoyaltyOptions _options;
    private readonly IClock _clock;
    private readonly StreamTurns _turns = new();
    private readonly HistoryMarks _marks = new();
    private readonly ILogger _logger;

    /// <summary>Makes the service.</summary>
    /// <param name="journal">Where members' postings live.</param>
    /// <param name="options">The policy and the service's limits; checked here.</param>
    /// <param name="clock">The ledger's clock, used where a call gives no instant.</param>
    /// <param name="logger">Hears of refusals and sweeps; null is nobody.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public LedgerService(IJournal<MemberState, Posting> journal, LoyaltyOptions options, IClock clock, ILogger<LedgerService>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        if (options.Complaint is { } complaint) throw new ArgumentException(complaint, nameof(options));
        _journal = journal;
        _options = options;
        _clock = clock;
        _logger = logger ?? (ILogger)NullLogger.Instance;
    }

    /// <summary>The rules that it decides by.</summary>
    public LedgerPolicy Policy => _options.Policy;

    /// <summary>The money that order rules value; null for the host's.</summary>
    internal Currency? OrderCurrency => _options.OrderCurrency is { } code ? new Currency(code) : null;

    /// <summary>Posts a command, or says why not.</summary>
    /// <param name="command">What is wanted.</param>
    /// <param name="now">The ledger's clock; null for the service's own.</param>
    /// <param name="cancellationToken">Cancels waiting; the command may be posted all the same.</param>
    /// <returns>What it did, or what the same command did the first time, or a refusal.</returns>
    /// <exception cref="StoreException">The outcome is unknown: send the same command again.</exception>
    public ValueTask<Decision<LedgerResult>> PostAsync(LedgerCommand command, Instant? now = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var at = now ?? _clock.GetCurrentInstant();
        return LedgerTelemetry.IsWatched(_logger) ? PostWatchedAsync(command, at, cancellationToken) : PostAsync(command, at, cancellationToken);
    }

    private async ValueTask<Decision<LedgerResult>> PostWatchedAsync(LedgerCommand command, Instant at, CancellationToken cancellationToken)
    {
        using var activity = LedgerTelemetry.Activities.StartActivity("Post");
        var decision = await PostAsync(command, at, cancellationToken).ConfigureAwait(false);
        LedgerTelemetry.Report(command, decision, activity, _logger);
        return decision;
    }

    private async ValueTask<Decision<LedgerResult>> PostAsync(LedgerCommand command, Instant at, CancellationToken cancellationToken)
    {
        var key = new IdempotencyKey(command.Key);
        var request = LedgerRequests.Of(command);
        using var turn = command is MemberCommand member ? await _turns.TakeAsync(StreamId.Of(member.Member), cancellationToken).ConfigureAwait(false) : default;
        while (true)
        {
            var (loaded, other, pooled) = await LoadAsync(command, cancellationToken).ConfigureAwait(false);
            if (pooled is not null || command is RedeemPooledPoints or ReservePooledPoints)
            {
                if (await TryPostPooledAsync(command, key, request, at, loaded, pooled, cancellationToken).ConfigureAwait(false) is { } answer) return answer;
                LedgerTelemetry.CountConflict(command);
                continue;
            }

            var decision = at - loaded.StoreTime > _options.MaxClockSkew
                ? LedgerRefusals.Ahead(at - loaded.StoreTime)
                : Ledger.Decide(StateOf(loaded), command, Policy, at, other is { } second ? StateOf(second) : null);
            if (!decision.IsAccepted)
            {
                // What would be refused now may have been done before: a refusal leaves no trace, an answer stands.
                if (await _journal.FindAsync(key, cancellationToken).ConfigureAwait(false) is not { } first) return decision.Refusal;
                return first.Request == request ? Replay(first) : LedgerRefusals.KeyUsed;
            }

            var transaction = decision.Value;
            var outcome = await _journal.AppendAsync(ToAppend(key, request, transaction, loaded, other), cancellationToken).ConfigureAwait(false);
            switch (outcome.Status)
            {
                case AppendStatus.Appended:
                    return transaction.Result;
                case AppendStatus.Replayed:
                    return Replay(outcome.First!);
                case AppendStatus.KeyConflict:
                    return LedgerRefusals.KeyUsed;
                default:
                    LedgerTelemetry.CountConflict(command);
                    break;
            }
        }
    }

    /// <summary>What a command did, by its key: settles an unknown outcome.</summary>
    /// <param name="key">The command's key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Its result, or null when nothing was posted under the key.</returns>
    public async ValueTask<LedgerResult?> FindAsync(string key, CancellationToken cancellationToken = default) =>
        await _journal.FindAsync(new(key), cancellationToken).ConfigureAwait(false) is { } first ? Replay(first) : null;

    /// <summary>Books lapsed points of all members as expired. Nothing waits for it: lapsed points are unusable from their instant on.</summary>
    /// <param name="now">The ledger's clock; null for the service's own.</param>
    /// <param name="key">An idempotency key for the whole sweep; null where the host does not repeat sweeps.</param>
    /// <param name="cancellationToken">Stops between members; what is booked stays booked.</param>
    /// <returns>What was booked by this sweep, or by the first one under the key.</returns>
    /// <exception cref="StoreException">Some members may be booked: sweep again.</exception>
    public async ValueTask<Decision<SweepResult>> SweepAsync(Instant? now = null, string? key = null, CancellationToken cancellationToken = default)
    {
        if (key is not null) ReservedKeys.Check(key, nameof(key));
        var at = now ?? _clock.GetCurrentInstant();
        if (key is not null && await _journal.FindAsync(new(key), cancellationToken).ConfigureAwait(false) is { } first)
            return first.Request == SweepResult.Request ? SweepResult.Of(first.Records[0].Record) : LedgerRefusals.KeyUsed;

        using var activity = LedgerTelemetry.Activities.StartActivity("Sweep");
        var shares = await SweepSharesAsync(at, cancellationToken).ConfigureAwait(false);
        if (shares.FirstOrDefault(static share => share.Refusal is not null).Refusal is { } refusal) return refusal;

        var result = new SweepResult(shares.Sum(static share => share.Lots), shares.Sum(static share => share.Points), isDuplicate: false);
        LedgerTelemetry.Report(result, _logger);
        if (key is null) return result;
        var written = await _journal.AppendAsync(result.ToAppend(key, at), cancellationToken).ConfigureAwait(false);
        return written.Status switch
        {
            AppendStatus.Appended => result,
            AppendStatus.Replayed => SweepResult.Of(written.First!.Records[0].Record),
            _ => LedgerRefusals.KeyUsed,
        };
    }

    private async Task<(long Lots, decimal Points, Refusal? Refusal)[]> SweepSharesAsync(Instant at, CancellationToken cancellationToken)
    {
        // A member who was recorded by a clock ahead of this one is swept as of then, so its points may be due later than now.
        using var claims = new SweepClaims(_journal, Later(at, _options.MaxClockSkew), _options.SweepLease, _options.SweepWorkers);
        try
        {
            return await Task.WhenAll(Enumerable.Range(0, _options.SweepWorkers).Select(_ => SweepShareAsync(claims, at, cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            await claims.EndAsync().ConfigureAwait(false);
        }
    }

    // Claims keep the workers of all hosts apart.
    private async Task<(long Lots, decimal Points, Refusal? Refusal)> SweepShareAsync(SweepClaims source, Instant at, CancellationToken cancellationToken)
    {
        long lots = 0;
        decimal points = 0;
        var notDue = new Dictionary<StreamId, DueClaim>();
        try
        {
            while (true)
            {
                var claims = await source.NextAsync(cancellationToken).ConfigureAwait(false);
                if (claims.Count == 0) return (lots, points, null);
                var loaded = await _journal.LoadManyAsync([.. claims.Select(static claim => claim.Stream)], cancellationToken).ConfigureAwait(false);
                if (at - loaded[0].StoreTime > _options.MaxClockSkew)
                {
                    foreach (var claim in claims) notDue[claim.Stream] = claim;
                    return (lots, points, LedgerRefusals.Ahead(at - loaded[0].StoreTime));
                }

                var appends = new List<Append<MemberState, Posting>>(claims.Count);
                var booked = new List<IReadOnlyList<Posting>>(claims.Count);
                var seen = notDue.Count;
                for (var i = 0; i < claims.Count; i++)
                {
                    if (ToSweep(loaded[i], at) is not { } sweep)
                    {
                        notDue[claims[i].Stream] = claims[i];
                        continue;
                    }

                    appends.Add(sweep.Append);
                    booked.Add(sweep.Postings);
                }

                if (appends.Count == 0 && notDue.Count == seen) return (lots, points, null);
                if (appends.Count == 0) continue;
                var outcomes = await _journal.AppendBatchAsync(appends, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < outcomes.Count; i++)
                {
                    if (outcomes[i].Status != AppendStatus.Appended) continue;
                    CountSwept(booked[i], ref lots, ref points);
                }
            }
        }
        finally
        {
            foreach (var claim in notDue.Values) await _journal.ReleaseDueAsync(claim, Duration.Zero, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>The member that commands on an id apply to now: where the policy redirects (<see cref="MergedMember.Redirect"/>), of one that was merged the surviving one, else the member itself.</summary>
    /// <param name="member">Who.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The member, with an id of its own; one without postings where there is none.</returns>
    public async ValueTask<MemberState> LoadCurrentAsync(CustomerId member, CancellationToken cancellationToken = default) =>
        StateOf(await FollowAsync(member, Redirects, cancellationToken).ConfigureAwait(false));

    /// <summary>A member as it was last posted to, under its own id: of one that was merged what it left behind. For what can be spent now, ask <see cref="LoadCurrentAsync"/>.</summary>
    /// <param name="member">Who.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The member; one without postings where there is none.</returns>
    public async ValueTask<MemberState> LoadAsync(CustomerId member, CancellationToken cancellationToken = default) =>
        StateOf(await _journal.LoadAsync(StreamId.Of(member), cancellationToken).ConfigureAwait(false));

    /// <summary>A member's points now: what commands on its id can spend. Of one that was merged the surviving one's, where the policy redirects.</summary>
    /// <param name="member">Who.</param>
    /// <param name="now">The ledger's clock; null for the service's own.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<MemberBalance> BalanceAsync(CustomerId member, Instant? now = null, string? currency = null, CancellationToken cancellationToken = default) =>
        (await LoadCurrentAsync(member, cancellationToken).ConfigureAwait(false)).BalanceAt(now ?? _clock.GetCurrentInstant(), currency);

    /// <summary>Any past of a member, under its own id: what was in effect then, as known then or as known now. That of one who was merged stays what it was.</summary>
    /// <param name="member">Who.</param>
    /// <param name="asOf">When.</param>
    /// <param name="knownAt">As known when; null for all that is known now.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="withLots">Whether the lots are asked for too.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<LedgerHistory> HistoryAsync(CustomerId member, Instant asOf, Instant? knownAt = null, string? currency = null, bool withLots = false, CancellationToken cancellationToken = default)
    {
        var loaded = await _journal.LoadAsync(StreamId.Of(member), cancellationToken).ConfigureAwait(false);
        return await HistoryAsync(loaded, asOf, knownAt, currency, withLots, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The past of a member up to the loaded version: what was posted since then is left out.</summary>
    private async ValueTask<LedgerHistory> HistoryAsync(Loaded<MemberState> loaded, Instant asOf, Instant? knownAt, string? currency, bool withLots, CancellationToken cancellationToken)
    {
        var history = new LedgerHistory(new(loaded.Stream.Value), asOf, knownAt, currency, withLots);
        long version = 0;
        if (!withLots && loaded.Version >= HistoryMarks.Spacing)
        {
            var marks = await MarksAsync(loaded, currency ?? LedgerCommand.DefaultCurrency, cancellationToken).ConfigureAwait(false);
            var count = Math.Min(marks.Length, (int)(loaded.Version / HistoryMarks.Spacing));
            var then = Instant.Min(asOf, knownAt ?? Instant.MaxValue);
            var whole = 0;
            while (whole < count && marks[whole].Latest <= then) whole++;
            if (whole > 0) history.Add(marks[whole - 1]);
            for (var i = whole; i < count; i++)
            {
                if (marks[i].Earliest <= then) await AddAsync(history, loaded.Stream, i * HistoryMarks.Spacing, (i + 1) * HistoryMarks.Spacing, cancellationToken).ConfigureAwait(false);
            }

            version = count * HistoryMarks.Spacing;
        }

        await AddAsync(history, loaded.Stream, version, loaded.Version, cancellationToken).ConfigureAwait(false);
        if (loaded.State is { } state) history.Add(state);
        return history;
    }

    private async ValueTask AddAsync(LedgerHistory history, StreamId stream, long after, long last, CancellationToken cancellationToken)
    {
        while (after < last)
        {
            var page = await _journal.ReadAsync(stream, after, (int)Math.Min(PageSize, last - after), cancellationToken).ConfigureAwait(false);
            if (page.Count == 0) return;
            for (var i = 0; i < page.Count; i++) history.Add(page[i].Record);
            after += page.Count;
        }
    }

    /// <summary>A member's marks; those that are missing up to the loaded version are made.</summary>
    private async ValueTask<HistoryMark[]> MarksAsync(Loaded<MemberState> loaded, string currency, CancellationToken cancellationToken)
    {
        var marks = _marks.Find(loaded.Stream, currency);
        if (marks.Length >= loaded.Version / HistoryMarks.Spacing) return marks;

        var history = new LedgerHistory(new(loaded.Stream.Value), Instant.MaxValue, currency: currency);
        var last = marks.Length == 0 ? new(default, 0, 0, Instant.MinValue, Instant.MaxValue) : marks[marks.Length - 1];
        history.Add(last);
        var longer = new List<HistoryMark>(marks);
        while (longer.Count < loaded.Version / HistoryMarks.Spacing)
        {
            var page = await _journal.ReadAsync(loaded.Stream, longer.Count * (long)HistoryMarks.Spacing, HistoryMarks.Spacing, cancellationToken).ConfigureAwait(false);
            if (page.Count < HistoryMarks.Spacing) break;
            last = history.Mark(page, last);
            longer.Add(last);
        }

        marks = [.. longer];
        _marks.Keep(loaded.Stream, currency, marks);
        return marks;
    }

    /// <summary>A member's postings, in the order of recording.</summary>
    /// <param name="member">Who.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<IReadOnlyList<Posting>> PostingsAsync(CustomerId member, CancellationToken cancellationToken = default) =>
        PostingsAsync(StreamId.Of(member), long.MaxValue, cancellationToken);

    private async ValueTask<IReadOnlyList<Posting>> PostingsAsync(StreamId stream, long last, CancellationToken cancellationToken)
    {
        var postings = new List<Posting>();
        while (postings.Count < last)
        {
            var page = await _journal.ReadAsync(stream, postings.Count, (int)Math.Min(PageSize, last - postings.Count), cancellationToken).ConfigureAwait(false);
            if (page.Count == 0) break;
            postings.AddRange(page.Select(static recorded => recorded.Record));
        }

        return postings;
    }

    /// <summary>All members, page by page, in order of their ids.</summary>
    /// <param name="after">The last member of the page before; null for the first page.</param>
    /// <param name="limit">Members on a page, 1 to <see cref="JournalLimits.MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>At most <paramref name="limit"/> members; none when there are no more.</returns>
    public async ValueTask<IReadOnlyList<MemberState>> MembersAsync(CustomerId? after = null, int limit = 1_000, CancellationToken cancellationToken = default) =>
        (await ListAsync(after, limit, cancellationToken).ConfigureAwait(false)).ConvertAll(static loaded => loaded.State!);

    private async ValueTask<List<Loaded<MemberState>>> ListAsync(CustomerId? after, int limit, CancellationToken cancellationToken)
    {
        StreamId? last = after is { } member ? StreamId.Of(member) : null;
        while (true)
        {
            var page = await _journal.ListAsync(last, limit, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0) return [];
            var members = new List<Loaded<MemberState>>(page.Count);
            foreach (var loaded in page)
            {
                if (loaded.State is { } state && !SweepResult.IsSweep(state)) members.Add(loaded);
            }

            if (members.Count > 0) return members;
            last = page[page.Count - 1].Stream;
        }
    }

    /// <summary>The programme's side of the books, summed from all postings of all members.</summary>
    /// <param name="asOf">When: what took effect then or before.</param>
    /// <param name="knownAt">As known when; null for all that is known now.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>Reads every posting: a report for the month's end, not for a page. A store's reporting views sum the same in SQL.</remarks>
    public async ValueTask<SystemTotals> TotalsAsync(Instant asOf, Instant? knownAt = null, string? currency = null, CancellationToken cancellationToken = default)
    {
        var totals = default(SystemTotals);
        CustomerId? last = null;
        while (true)
        {
            var members = await ListAsync(last, MembersAtOnce, cancellationToken).ConfigureAwait(false);
            if (members.Count == 0) return totals;
            foreach (var loaded in members)
            {
                totals = totals.Plus((await HistoryAsync(loaded, asOf, knownAt, currency, withLots: false, cancellationToken).ConfigureAwait(false)).Totals);
                last = loaded.State!.Member;
            }
        }
    }

    /// <summary>A member's statement over a span of time, under its own id: that of one who was merged ends with the merge, and goes on as the surviving one's.</summary>
    /// <param name="member">Who.</param>
    /// <param name="from">Its first instant.</param>
    /// <param name="to">The first instant after it.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<Statement> StatementAsync(CustomerId member, Instant from, Instant to, string? currency = null, CancellationToken cancellationToken = default)
    {
        var loaded = await _journal.LoadAsync(StreamId.Of(member), cancellationToken).ConfigureAwait(false);
        return Statement.Of(StateOf(loaded), await PostingsAsync(loaded.Stream, loaded.Version, cancellationToken).ConfigureAwait(false), from, to, currency);
    }

    /// <summary>Reports on all members: liability, expiry forecast, breakage by cohort, reconciliation.</summary>
    /// <param name="at">Now or later; null for the service's clock.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>
    /// Reads every posting for the programme's side: a report for the month's end, not for a page. Each member stands in it whole, as of one version. Members are read one after the other, so on a ledger
    /// that is written to meanwhile they are not of one moment: of a transfer or merge the report may have one side only, which <see cref="Reconciliation.InTransit"/> tells.
    /// </remarks>
    public async ValueTask<LedgerReport> ReportAsync(Instant? at = null, string? currency = null, CancellationToken cancellationToken = default)
    {
        var instant = at ?? _clock.GetCurrentInstant();
        var policy = Policy.For(currency ?? LedgerCommand.DefaultCurrency);
        var report = new LedgerReport(instant, policy.Calendar, currency, policy.TransferTerms);
        CustomerId? last = null;
        while (true)
        {
            var members = await ListAsync(last, MembersAtOnce, cancellationToken).ConfigureAwait(false);
            if (members.Count == 0) return report;
            foreach (var loaded in members)
            {
                var member = loaded.State!;
                report.Add(member);
                report.Add((await HistoryAsync(loaded, Instant.Max(instant, member.LastRecorded), null, currency, withLots: false, cancellationToken).ConfigureAwait(false)).Totals);
                last = member.Member;
            }
        }
    }

    /// <summary>Forgets a person and keeps the books: ends the membership, so that nothing can be posted any more. The ledger knows the host's pseudonym only; the host drops what that stands for.</summary>
    /// <param name="key">An idempotency key.</param>
    /// <param name="member">Who.</param>
    /// <param name="now">The ledger's clock; null for the service's own.</param>
    /// <param name="cancellationToken">Cancels waiting; the member may be closed all the same.</param>
    /// <returns>What was forfeited, or a refusal: open holds are captured or released first.</returns>
    public ValueTask<Decision<LedgerResult>> EraseAsync(string key, CustomerId member, Instant? now = null, CancellationToken cancellationToken = default) =>
        PostAsync(new CloseMember(key, member), now, cancellationToken);

    private static MemberState StateOf(in Loaded<MemberState> loaded) => loaded.State ?? MemberState.Empty(new(loaded.Stream.Value));

    private static Instant Later(Instant at, Duration by) => by > Instant.MaxValue - at ? Instant.MaxValue : at + by;

    private static LedgerResult Replay(Commit<Posting> first)
    {
        var postings = new List<Posting>(first.Records.Count);
        foreach (var recorded in first.Records)
        {
            if (!IsOthers(recorded.Record)) postings.Add(recorded.Record);
        }

        foreach (var recorded in first.Records)
        {
            if (IsOthers(recorded.Record)) postings.Add(recorded.Record);
        }

        return new(postings.ToArray(), isDuplicate: true);

        static bool IsOthers(Posting posting) => LedgerResult.IsOtherSide(posting) || PooledKey.IsPart(posting.Key);
    }

    private static Append<MemberState, Posting> ToAppend(IdempotencyKey key, RequestHash request, Transaction transaction, in Loaded<MemberState> loaded, in Loaded<MemberState>? other)
    {
        if (other is { } second) return ToAppend(key, request, transaction, loaded, second);
        return ToAppend(key, request, transaction, loaded);
    }

    private static Append<MemberState, Posting> ToAppend(IdempotencyKey key, RequestHash request, Transaction transaction, in Loaded<MemberState> loaded)
    {
        var state = transaction.Primary;
        var stream = transaction.Only is { } only
            ? new StreamAppend<MemberState, Posting>(loaded.Stream, loaded.Version, state, state.NextDue, only)
            : new StreamAppend<MemberState, Posting>(loaded.Stream, loaded.Version, state, state.NextDue, transaction.Postings);
        return new(key, request, stream, PointsPosted.ByPosting);
    }

    private static Append<MemberState, Posting> ToAppend(IdempotencyKey key, RequestHash request, Transaction transaction, Loaded<MemberState> loaded, Loaded<MemberState> second)
    {
        var primary = transaction.Primary.Member;
        return new(
            key,
            request,
            [
                new(loaded.Stream, loaded.Version, transaction.Primary, transaction.Primary.NextDue, [.. transaction.Postings.Where(posting => posting.Member == primary)]),
                new(second.Stream, second.Version, transaction.Other!, transaction.Other!.NextDue, [.. transaction.Postings.Where(posting => posting.Member != primary)]),
            ],
            PointsPosted.Of(transaction.Postings));
    }

    private static void CountSwept(IReadOnlyList<Posting> postings, ref long lots, ref decimal points)
    {
        LedgerTelemetry.Count(postings);
        for (var i = 0; i < postings.Count; i++)
        {
            foreach (var movement in postings[i].Entries)
            {
                if (movement.To != LedgerAccount.Expired) continue;
                lots++;
                points += movement.Points;
            }
        }
    }

    private (Append<MemberState, Posting> Append, IReadOnlyList<Posting> Postings)? ToSweep(in Loaded<MemberState> loaded, Instant at)
    {
        // The version makes the key this sweep's own: a sweeper that died and its successor book the same once.
        var key = SweepResult.KeyOf(loaded.Stream, loaded.Version);
        if (loaded.State is not { } state || Ledger.DecideSweep(state, key, Policy, at) is not { } transaction) return null;
        return (ToAppend(new(key), SweepResult.Request, transaction, loaded), transaction.Postings);
    }

    private async ValueTask<(Loaded<MemberState> Loaded, Loaded<MemberState>? Other, PooledPoints? Pooled)> LoadAsync(LedgerCommand command, CancellationToken cancellationToken)
    {
        switch (command)
        {
            case TransferPoints transfer:
                return (await FollowAsync(transfer.Member, Redirects, cancellationToken).ConfigureAwait(false), await FollowAsync(transfer.To, Redirects, cancellationToken).ConfigureAwait(false), null);
            case MergeMembers merge:
                return (await FollowAsync(merge.Member, Redirects, cancellationToken).ConfigureAwait(false), await FollowAsync(merge.Into, Redirects, cancellationToken).ConfigureAwait(false), null);
            case JoinHousehold join:
                return (await FollowAsync(join.Member, Redirects, cancellationToken).ConfigureAwait(false), await FollowAsync(join.Household, Redirects, cancellationToken).ConfigureAwait(false), null);
            case LeaveHousehold or CloseMember:
                var leaving = await FollowAsync(((MemberCommand)command).Member, Redirects, cancellationToken).ConfigureAwait(false);
                return (leaving, await HouseholdOfAsync(leaving, cancellationToken).ConfigureAwait(false), null);
            case MemberCommand own:
                return (await FollowAsync(own.Member, Redirects, cancellationToken).ConfigureAwait(false), null, null);
            default:
                var reference = ((ReferringCommand)command).Reference;
                if (reference.Length <= IdempotencyKey.MaxLength && await _journal.FindAsync(new(reference), cancellationToken).ConfigureAwait(false) is { } found)
                {
                    var first = Replay(found).Postings[0];
                    return (await FollowAsync(first.Member, redirects: true, cancellationToken).ConfigureAwait(false), null, command is CaptureHold or ReleaseHold or RefundRedemption ? first.Detail?.Pool : null);
                }

                // Nobody has that posting, so there is no version to insist on: the decision looks at the amount and then finds no reference.
                var nobody = new MemberState(default, command.ExpectedVersion ?? 0, Instant.MinValue, MemberStatus.Open, null, []);
                var store = await _journal.LoadAsync(SweepResult.Stream("nobody"), cancellationToken).ConfigureAwait(false);
                return (new(store.Stream, nobody, 0, store.StoreTime), null, null);
        }
    }

    private bool Redirects => Policy.MergedMember == MergedMember.Redirect;

    private async ValueTask<Loaded<MemberState>> FollowAsync(CustomerId member, bool redirects, CancellationToken cancellationToken)
    {
        while (true)
        {
            var loaded = await _journal.LoadAsync(StreamId.Of(member), cancellationToken).ConfigureAwait(false);
            if (!redirects || loaded.State?.MergedInto is not { } into) return loaded;
            member = into;
        }
    }
}
