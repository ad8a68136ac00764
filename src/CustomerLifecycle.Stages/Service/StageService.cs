using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerLifecycle.Stages;

/// <summary>Keeps where each customer is in one model: takes events from the front door, lets time pass, answers and explains.</summary>
/// <remarks>Safe for concurrent callers. An event in order costs one load and one append; a late one is replayed from the journal, and what it makes of the past is
/// recorded as retracted and added rows. Several models for one customer are several services over one journal.</remarks>
public sealed class StageService : ICustomerEventHandler, IDueWork
{
    /// <summary>Names the activity source and the meter.</summary>
    public const string TelemetryName = "CustomerLifecycle.Stages";

    /// <summary>The outbox kind of what the host is to do because a customer moved.</summary>
    public const string EffectKind = "StageEffect";

    /// <summary>The outbox kind of a past told anew with more changes than one append can tell: how many rows were retracted and added. <see cref="AtAsync"/> has them.</summary>
    public const string RetoldKind = "StagesRetold";

    private const int MostAttempts = 16;
    private const int PageSize = 1_000;
    private const int MostOthers = 1_000;

    private readonly StageMachine _machine;
    private readonly IJournal<StageLife, StageRecord> _journal;
    private readonly IClock _clock;
    private readonly StageOptions _options;
    private readonly ILogger _logger;
    private readonly StreamTurns _turns = new();

    /// <summary>Makes a service for one model.</summary>
    /// <param name="machine">The model, or its chain of versions.</param>
    /// <param name="journal">Where lives are kept.</param>
    /// <param name="clock">Tells when things are recorded, and what "now" is where a caller does not say.</param>
    /// <param name="options">How events are kept; null is the default.</param>
    /// <param name="logger">Hears of corrections, conflicts and faults; null is nobody.</param>
    public StageService(StageMachine machine, IJournal<StageLife, StageRecord> journal, IClock clock, StageOptions? options = null, ILogger<StageService>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(clock);
        _machine = machine;
        _journal = journal;
        _clock = clock;
        _options = options ?? new();
        _logger = logger ?? (ILogger)NullLogger.Instance;
        Journal = new(StageJournalCodec.JournalName, journal);
    }

    /// <summary>The model, or its chain of versions.</summary>
    public StageMachine Machine => _machine;

    /// <inheritdoc/>
    public string Name => "stages:" + _machine.Model.Id;

    /// <inheritdoc/>
    public NamedJournal Journal { get; }

    /// <inheritdoc/>
    public async ValueTask HandleAsync(IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        List<Exception> faults = [];
        foreach (var source in events)
        {
            try
            {
                await RecordAsync(source, cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever is wrong with one event, the others are recorded; it is thrown at the end.
            catch (Exception fault) when (fault is not (OperationCanceledException or StoreVersionException or StoreException { IsTransient: true }))
#pragma warning restore CA1031
            {
                faults.Add(fault);
            }
        }

        if (faults.Count == 1) ExceptionDispatchInfo.Capture(faults[0]).Throw();
        if (faults.Count > 1) throw new AggregateException($"{faults.Count} of {events.Count} events could not be recorded; the others were.", faults);
    }

    /// <summary>Records an event, in whatever order it comes.</summary>
    /// <param name="source">The event. Overrides and unlocks are events too; <see cref="OverrideAsync"/> says beforehand when one would be refused.</param>
    /// <param name="cancellationToken">Cancels waiting. The event may be recorded all the same: record it again.</param>
    /// <returns>Whether it was recorded now, before, or with another content, and what it changed.</returns>
    /// <exception cref="StoreException">The outcome is unknown: record the same event again.</exception>
    public ValueTask<StageReceipt> RecordAsync(CustomerEvent source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return RecordAsync(source, source.ToRequestHash(), cancellationToken);
    }

    private async ValueTask<StageReceipt> RecordAsync(CustomerEvent source, RequestHash request, CancellationToken cancellationToken)
    {
        using var activity = StageTelemetry.Activities.StartActivity("Record");
        var partition = PartitionOf(source);
        var stream = StreamOf(source.Customer, partition);
        var key = KeyOf(stream, "event", source.Id);
        var kept = Kept(source, partition);
        using var turn = await _turns.TakeAsync(stream, cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var loaded = await _journal.LoadAsync(stream, cancellationToken).ConfigureAwait(false);
            var (life, changes) = IsInOrder(loaded.State, kept)
                ? InOrder(loaded.State, kept)
                : await LateAsync(stream, loaded.State, kept, partition, cancellationToken).ConfigureAwait(false);
            var record = new StageRecord(source.Occurred, _clock.GetCurrentInstant(), kept, changes.Retracted.Count, changes.Added);
            var append = new Append<StageLife, StageRecord>(
                key, request, new StreamAppend<StageLife, StageRecord>(stream, loaded.Version, life, life.Snapshot.NextDue, record), Outbox(stream, key, changes));
            var outcome = await _journal.AppendAsync(append, cancellationToken).ConfigureAwait(false);
            if (outcome.Status == AppendStatus.VersionConflict) continue;

            var status = outcome.Status switch
            {
                AppendStatus.Appended => StageReceiptStatus.Recorded,
                AppendStatus.Replayed => StageReceiptStatus.Repeated,
                _ => StageReceiptStatus.Conflict,
            };
            var state = life.Snapshot.State;
            var receipt = status == StageReceiptStatus.Recorded
                ? new StageReceipt(status, _machine.StageOf(in state), _machine.NextDueOf(in state), changes)
                : new StageReceipt(status, null, null, StageCorrection.Nothing);
            Report(source.Customer, receipt, in state);
            return receipt;
        }

        throw new StageContentionException(MostAttempts);
    }

    /// <summary>Moves a customer by hand.</summary>
    /// <param name="id">The host's own name of the decision: said again, it is the same one.</param>
    /// <param name="customer">Who.</param>
    /// <param name="order">Where to, why, and whether it locks.</param>
    /// <param name="partition">The part of the customer's life; null for the whole.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>What came of it; refused with <c>stages.unknown-stage</c> or <c>stages.reason-required</c>, and then nothing is recorded.</returns>
    /// <exception cref="StoreException">The outcome is unknown: override again with the same id.</exception>
    public async ValueTask<Decision<StageReceipt>> OverrideAsync(string id, CustomerId customer, StageOverride order, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        var now = _clock.GetCurrentInstant();
        if (Refuse(order, now) is { } refusal) return refusal;
        var source = StageEvents.Override(id, customer, now, order, partition, now);
        return await RecordAsync(source, DecisionHash(source), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends a lock.</summary>
    /// <param name="id">The host's own name of the decision.</param>
    /// <param name="customer">Who.</param>
    /// <param name="partition">The part of the customer's life; null for the whole.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>What came of it: timers that were overdue act at once.</returns>
    /// <exception cref="StoreException">The outcome is unknown: unlock again with the same id.</exception>
    public ValueTask<StageReceipt> UnlockAsync(string id, CustomerId customer, string? partition = null, CancellationToken cancellationToken = default)
    {
        var now = _clock.GetCurrentInstant();
        var source = StageEvents.Unlock(id, customer, now, partition, now);
        return RecordAsync(source, DecisionHash(source), cancellationToken);
    }

    /// <summary>Where a customer is, from what is kept of them: no history is read.</summary>
    /// <param name="customer">Who.</param>
    /// <param name="asOf">When, at or after the last event; null is now. Time up to then has passed, whether or not anything ran.</param>
    /// <param name="partition">The part of the customer's life; null for the whole.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Where the customer is; null when they have no stage.</returns>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    public async ValueTask<StageStatus?> FindAsync(CustomerId customer, Instant? asOf = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        var at = asOf ?? _clock.GetCurrentInstant();
        var stream = StreamOf(customer, partition);
        var loaded = await _journal.LoadAsync(stream, cancellationToken).ConfigureAwait(false);
        if (loaded.State is null) return null;
        var facts = new StageValue[_machine.FactCells];
        if (loaded.State.AsOf > at || !_machine.TryRestore(loaded.State.Snapshot, out var state, facts))
        {
            var answer = await AtAsync(customer, at, null, partition, cancellationToken).ConfigureAwait(false);
            return answer.Stage is null ? null : new(customer, at, _machine.VersionAt(StageTime.TicksOf(at)).Model, answer.Stage, answer.IsIn, answer.EnteredAt!.Value, answer.NextDue, answer.IsLocked, answer.Facts);
        }

        _machine.Advance(ref state, facts, at);
        return _machine.StatusOf(customer, in state, facts, at);
    }

    /// <summary>Where a customer was, and how they came there: as of then, as known then.</summary>
    /// <param name="customer">Who.</param>
    /// <param name="asOf">When.</param>
    /// <param name="knownAt">Only events received up to then are known; null: all.</param>
    /// <param name="partition">The part of the customer's life; null for the whole.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    public async ValueTask<StageAnswer> AtAsync(CustomerId customer, Instant asOf, Instant? knownAt = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        var records = await ReadAsync(StreamOf(customer, partition), cancellationToken).ConfigureAwait(false);
        return _machine.Replay(EventsOf(records), new(asOf, null, knownAt, partition));
    }

    /// <summary>Why a customer is where they are, and what each way out would take.</summary>
    /// <param name="customer">Who.</param>
    /// <param name="asOf">When; null is now.</param>
    /// <param name="partition">The part of the customer's life; null for the whole.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    public async ValueTask<StageExplanation> ExplainAsync(CustomerId customer, Instant? asOf = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        var records = await ReadAsync(StreamOf(customer, partition), cancellationToken).ConfigureAwait(false);
        return _machine.Explain(EventsOf(records), new(asOf ?? _clock.GetCurrentInstant(), null, null, partition));
    }

    /// <summary>Lets time pass for customers of whom a timer is due, so that the host is told of their moves. Answers are right without it.</summary>
    /// <param name="limit">Customers at most.</param>
    /// <param name="cancellationToken">Cancels. Some of them may have moved; the rest can be claimed again when the lease of five minutes is over.</param>
    /// <returns>How many customers were looked at; fewer than <paramref name="limit"/> when no more are due, or when a thousand customers of other models in the same journal
    /// stand before them: let those models' services go on, or the due worker of CustomerLifecycle.Hosting see to all.</returns>
    /// <exception cref="StoreException">The store cannot be reached; call again.</exception>
    public async ValueTask<int> AdvanceDueAsync(int limit = 1_000, CancellationToken cancellationToken = default)
    {
        var backlog = await _journal.MeasureAsync(null, cancellationToken).ConfigureAwait(false);
        var now = Instant.Min(_clock.GetCurrentInstant(), backlog.StoreTime);
        var others = new List<DueClaim>();
        var done = 0;
        try
        {
            while (done < limit && others.Count < MostOthers)
            {
                var claims = await _journal.ClaimDueAsync(now, Math.Min(limit - done, MostOthers), Duration.FromMinutes(5), cancellationToken).ConfigureAwait(false);
                if (claims.Count == 0) break;
                var own = claims.Where(claim => Owns(claim.Stream)).ToList();
                others.AddRange(claims.Where(claim => !Owns(claim.Stream)));
                if (own.Count > 0) await WorkAsync(own, now, cancellationToken).ConfigureAwait(false);
                done += own.Count;
            }
        }
        finally
        {
            // Other models' services advance theirs; until here they stay claimed, so that they do not stand in the way.
            foreach (var claim in others) await _journal.ReleaseDueAsync(claim, Duration.Zero, CancellationToken.None).ConfigureAwait(false);
        }

        return done;
    }

    /// <inheritdoc/>
    public bool Owns(StreamId stream) => stream.Value.StartsWith(StreamPrefix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<int> WorkAsync(IReadOnlyList<DueClaim> claims, Instant asOf, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var appends = new List<Append<StageLife, StageRecord>>(claims.Count);
        var moves = new List<StageCorrection>(claims.Count);
        var faults = new List<StageFault>(claims.Count);
        foreach (var loaded in await _journal.LoadManyAsync([.. claims.Select(static claim => claim.Stream)], cancellationToken).ConfigureAwait(false))
        {
            if (loaded.State is null || loaded.State.AsOf > asOf) continue;
            var (life, changes) = await PassAsync(loaded.Stream, loaded.State, asOf, cancellationToken).ConfigureAwait(false);
            var key = KeyOf(loaded.Stream, StageRecord.TimeKind, loaded.Version.ToString(CultureInfo.InvariantCulture));
            var record = new StageRecord(asOf, asOf, null, changes.Retracted.Count, changes.Added);
            appends.Add(new(
                key, RequestHasher.Start(StageRecord.TimeKind).ToHash(), new StreamAppend<StageLife, StageRecord>(loaded.Stream, loaded.Version, life, life.Snapshot.NextDue, record), Outbox(loaded.Stream, key, changes)));
            moves.Add(changes);
            faults.Add(life.Snapshot.State.Error);
        }

        // Whoever wrote in between has seen to the time that passed, or the next call will.
        var outcomes = await _journal.AppendBatchAsync(appends, cancellationToken).ConfigureAwait(false);
        var done = 0;
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Status != AppendStatus.Appended) continue;
            StageTelemetry.Count(_machine.Model, moves[i]);
            if (faults[i] != StageFault.None) StageTelemetry.LogFault(_logger, CustomerOf(appends[i].Streams[0].Stream), _machine.Model.Id, faults[i]);
            done++;
        }

        return done;
    }

    private async ValueTask<(StageLife Life, StageCorrection Changes)> PassAsync(StreamId stream, StageLife life, Instant now, CancellationToken cancellationToken)
    {
        var facts = new StageValue[_machine.FactCells];
        if (!_machine.TryRestore(life.Snapshot, out var state, facts)) return await RetoldAsync(stream, life, null, now, cancellationToken).ConfigureAwait(false);
        var trail = new StageTrail();
        _machine.Advance(ref state, facts, now, trail);
        return (new(_machine.Save(in state, facts), life.Last, now), new TrailReader(_machine, trail, _ => throw new InvalidOperationException("Time has no events.")).Since(0));
    }

    private bool IsInOrder(StageLife? life, CustomerEvent source) =>
        life is null
        || (life.Snapshot.Machine == _machine.Fingerprint
            && (life.Last is not { } last || source.Position.CompareTo(last) > 0)
            && (life.AsOf is not { } asOf || source.Occurred >= asOf));

    private (StageLife Life, StageCorrection Changes) InOrder(StageLife? life, CustomerEvent source)
    {
        var facts = new StageValue[_machine.FactCells];
        var state = default(StageState);
        var trail = new StageTrail();
        if (life is not null) _machine.TryRestore(life.Snapshot, out state, facts);
        if (!state.IsStarted) _machine.Start(ref state, facts, source.Occurred, trail);
        _machine.Apply(ref state, facts, _machine.Resolve(source), trail, 0);
        return (new(_machine.Save(in state, facts), source.Position, source.Occurred), new TrailReader(_machine, trail, _ => source).Since(0));
    }

    private ValueTask<(StageLife Life, StageCorrection Changes)> LateAsync(StreamId stream, StageLife? life, CustomerEvent source, string? partition, CancellationToken cancellationToken) =>
        RetoldAsync(stream, life, source, null, cancellationToken, partition);

    // The past told anew, from everything that was recorded: because an event is late, or because the model is another.
    private async ValueTask<(StageLife Life, StageCorrection Changes)> RetoldAsync(
        StreamId stream, StageLife? life, CustomerEvent? late, Instant? until, CancellationToken cancellationToken, string? partition = null)
    {
        var records = await ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        var events = EventsOf(records);
        partition ??= events.Count > 0 ? events[0].Properties[StageEvents.PartitionProperty].AsText : null;
        var timeline = StageTimeline.Restore(_machine, null, events, life?.AsOf, null, partition);
        var told = StageRecord.HistoryOf(records);
        var changes = late is null ? timeline.Advance(until!.Value) : timeline.Record(late);
        var last = late is null || (life?.Last is { } known && known.CompareTo(late.Position) > 0) ? life?.Last : late.Position;
        var history = timeline.History;
        var same = 0;
        while (same < told.Count && same < history.Count && told[same] == history[same]) same++;
        return (
            new(timeline.Save(), last, timeline.AsOf),
            new(isLate: true, [.. told.Skip(same)], [.. history.Skip(same)], changes.Effects, changes.Blocked, changes.Ambiguous));
    }

    private async ValueTask<List<StageRecord>> ReadAsync(StreamId stream, CancellationToken cancellationToken)
    {
        var records = new List<StageRecord>();
        while (true)
        {
            var page = await _journal.ReadAsync(stream, records.Count, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var recorded in page) records.Add(recorded.Record);
            if (page.Count < PageSize) return records;
        }
    }

    private static List<CustomerEvent> EventsOf(List<StageRecord> records)
    {
        var events = new List<CustomerEvent>(records.Count);
        foreach (var record in records)
            if (record.Event is { } source) events.Add(source);
        return events;
    }

    // What was decided, without when: said again later, it is the same decision.
    private static RequestHash DecisionHash(CustomerEvent source)
    {
        var hasher = RequestHasher.Start(source.Type);
        hasher.Add(source.Id);
        hasher.Add(source.Customer);
        foreach (var name in new[] { StageEvents.ToProperty, StageEvents.ReasonProperty, StageEvents.PartitionProperty }) hasher.Add(source.Properties[name].AsText);
        hasher.Add(source.Properties[StageEvents.LockProperty].AsTruth ?? false);
        if (source.Properties[StageEvents.LockUntilProperty].AsInstant is { } until) hasher.Add(until);
        else hasher.AddMissing();
        return hasher.ToHash();
    }

    private Refusal? Refuse(StageOverride order, Instant now)
    {
        var version = _machine.VersionAt(StageTime.TicksOf(now));
        var leaf = version.LeafOf(order.To);
        if (leaf < 0) return new("stages.unknown-stage", $"The model '{version.Model.Id}' has no such stage. It has {string.Join(", ", version.StageIds)}.");
        var reasons = version.Model.Stages[leaf].Reasons;
        return reasons.Count > 0 && !reasons.Contains(order.Reason, StringComparer.Ordinal)
            ? new("stages.reason-required", $"'{version.StageIds[leaf]}' asks for a reason, one of {string.Join(", ", reasons)}.")
            : null;
    }

    private List<OutboxRecord> Outbox(StreamId stream, IdempotencyKey key, StageCorrection changes)
    {
        var records = new List<OutboxRecord>();
        if (changes.Retracted.Count + changes.Added.Count + changes.Effects.Count > JournalLimits.MaxOutboxRecords) return [Retold()];
        foreach (var row in changes.Retracted) records.Add(Changed(row, isRetracted: true));
        foreach (var row in changes.Added) records.Add(Changed(row, isRetracted: false));
        foreach (var effect in changes.Effects) records.Add(new(stream, EffectKind, effect.At, NextKey(), PropertyBag.Of(("model", _machine.Model.Id), ("effect", effect.Effect))));
        return records;

        OutboxRecord Changed(StageChange row, bool isRetracted) => new(stream, OutboxKinds.StageChanged, row.At, NextKey(), PropertyBag.Of(
            ("model", _machine.Model.Id), ("version", row.Version), ("from", row.From is null ? default : new PropertyValue(row.From)), ("to", row.To),
            ("cause", row.Cause.ToString()), ("reason", row.Reason is null ? default : new PropertyValue(row.Reason)), ("retracted", isRetracted)));

        OutboxRecord Retold() => new(stream, RetoldKind, (changes.Retracted.Count > 0 ? changes.Retracted : changes.Added)[0].At, NextKey(), PropertyBag.Of(
            ("model", _machine.Model.Id), ("retracted", changes.Retracted.Count), ("added", changes.Added.Count), ("effects", changes.Effects.Count)));

        string NextKey() => string.Format(CultureInfo.InvariantCulture, "{0}/{1}", key.Value, records.Count);
    }

    private CustomerEvent Kept(CustomerEvent source, string? partition)
    {
        var properties = _options.KeepAllProperties || source.Type[0] == '$'
            ? source.Properties
            : new PropertyBag(_machine.FieldsOf(source.Type).Append(StageEvents.ReasonProperty).Append(StageEvents.NoteProperty).Distinct(StringComparer.Ordinal).Select(name => new KeyValuePair<string, PropertyValue>(name, source.Properties[name])));
        if (partition is not null) properties = properties.With(StageEvents.PartitionProperty, partition);
        return new(source.Id, source.Customer, source.Type, source.Occurred, properties, source.Received, source.OrderNumber);
    }

    private string? PartitionOf(CustomerEvent source) =>
        source.Properties[StageEvents.PartitionProperty].AsText ?? (_options.PartitionBy is { } name ? source.Properties[name].AsText : null);

    // Model and partition are escaped, so that no two lives share a stream; the customer comes last as it is. "~#" is the start of no escaped text.
    private StreamId StreamOf(CustomerId customer, string? partition)
    {
        var part = Escape(partition ?? "");
        if (StreamPrefix.Length + part.Length + 1 + customer.Value.Length > StreamId.MaxLength)
        {
            var hasher = RequestHasher.Start("partition");
            hasher.Add(partition);
            part = "~#" + hasher.ToHash();
        }

        return new($"{StreamPrefix}{part}/{customer.Value}");
    }

    private CustomerId CustomerOf(StreamId stream) => new(stream.Value.Substring(stream.Value.IndexOf('/', StreamPrefix.Length) + 1));

    private string StreamPrefix => Escape(_machine.Model.Id) + "/";

    private static string Escape(string text) => text.Replace("~", "~0").Replace("/", "~1");

    private static IdempotencyKey KeyOf(StreamId stream, string kind, string id)
    {
        var hasher = RequestHasher.Start("stages");
        hasher.Add(stream.Value);
        hasher.Add(kind);
        hasher.Add(id);
        return new("stages/" + hasher.ToHash());
    }

    private void Report(CustomerId customer, StageReceipt receipt, in StageState state)
    {
        StageTelemetry.Count(_machine.Model, receipt);
        if (receipt.Status == StageReceiptStatus.Conflict) StageTelemetry.LogConflict(_logger, customer, _machine.Model.Id);
        if (receipt.Status != StageReceiptStatus.Recorded) return;
        if (state.Error != StageFault.None) StageTelemetry.LogFault(_logger, customer, _machine.Model.Id, state.Error);
        if (receipt.Changes.IsLate) StageTelemetry.LogCorrected(_logger, customer, _machine.Model.Id, receipt.Changes.Retracted.Count, receipt.Changes.Added.Count);
        else if (receipt.Changes.Added.Count > 0) StageTelemetry.LogMoved(_logger, customer, receipt.Changes.Added.Count, _machine.Model.Id, receipt.Stage);
    }
}
