using System.Runtime.CompilerServices;
using System.Text;
using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests.Simulation;

/// <summary>A wrong ledger: what a simulation must find.</summary>
internal sealed record PlantedFault(
    string Name,
    Func<LedgerPolicy, LedgerPolicy>? Policy = null,
    Func<LedgerCommand, LedgerCommand>? Command = null,
    Func<Instant, Instant>? Clock = null,
    Func<IJournal<MemberState, Posting>, IJournal<MemberState, Posting>>? Journal = null);

/// <summary>The ledger did what it must not do.</summary>
internal sealed class SimulationFailedException(string message) : Exception(message);

/// <summary>One deterministic run: several hosts over one journal that fails, clocks that jump, and after each step the rules.</summary>
/// <remarks>In the manner of TigerBeetle's VOPR. The same plan gives the same run, to the last bit.</remarks>
internal sealed class LedgerSimulation
{
    private const string Points = LedgerCommand.DefaultCurrency;
    private const string Status = "STATUS";

    private static readonly LedgerCodec Codec = new();
    private static readonly string[] Currencies = [Points, Status];

    private readonly SimulationPlan _plan;
    private readonly PlantedFault? _planted;
    private readonly SettableClock _clock;
    private readonly InMemoryJournal<MemberState, Posting> _store;
    private readonly FaultInjectingJournal<MemberState, Posting> _journal;
    private readonly LedgerService[] _hosts;
    private readonly LedgerModel _model;
    private readonly Instant[] _floors;

    private readonly Dictionary<string, (LedgerCommand Command, Instant At)> _underway = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemberState> _folds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Figures> _books = new(StringComparer.Ordinal);
    private readonly List<(string Member, string Currency, Instant At, MemberBalance Balance)> _past = [];
    private readonly List<LedgerCommand> _accepted = [];
    private readonly List<string> _earns = [];
    private readonly List<string> _orders = [];
    private readonly List<string> _holds = [];
    private readonly List<string> _redemptions = [];
    private readonly int[] _generations = new int[SimulationPlan.MemberCount];
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly bool _injects;
    private long _told;
    private Instant _leasedUntil = Instant.MinValue;

    public LedgerSimulation(SimulationPlan plan, PlantedFault? planted = null, bool injects = true)
    {
        _injects = injects;
        _plan = plan;
        _planted = planted;
        _clock = new(plan.Steps.Count == 0 ? NodaConstants.UnixEpoch : plan.Steps[0].At);
        _store = new(_clock);
        _journal = new(_store);
        _journal.OnWritten(OnWritten);
        _hosts = [NewHost(), NewHost(), NewHost()];
        _model = new(plan.Policy);
        _floors = new Instant[plan.Steps.Count];
        var floor = Instant.MaxValue;
        for (var i = plan.Steps.Count - 1; i >= 0; i--) _floors[i] = floor = Instant.Min(floor, plan.Steps[i].At);
    }

    /// <summary>How often each fault came about: counted where it does, and not where it is asked for.</summary>
    public Dictionary<SimulationFault, int> Fired { get; } = [];

    public int Operations { get; private set; }

    /// <summary>Runs all steps.</summary>
    /// <returns>What went wrong and where; null when nothing did.</returns>
    public string? Run()
    {
        for (var i = 0; i < _plan.Steps.Count; i++)
        {
            var step = _plan.Steps[i];
            try
            {
                PassTime(step.At);
                if (step.OtherChance < 0.2) _model.Tick(Member(step.Other), _floors[i]);
                Do(step, i).GetAwaiter().GetResult();
            }
            catch (Exception failure) when (failure is SimulationFailedException or LedgerCorruptException or OverflowException or NullReferenceException or InvalidOperationException or IndexOutOfRangeException or KeyNotFoundException or ArgumentException)
            {
                return $"{step}\n    {failure.Message}";
            }
        }

        Fire(SimulationFault.FailBeforeAppend, _journal.CountOf(JournalFault.FailBefore));
        Fire(SimulationFault.FailAfterAppend, _journal.CountOf(JournalFault.FailAfter));
        Fire(SimulationFault.DuplicateDelivery, _journal.CountOf(JournalFault.DeliverTwice));
        Fire(SimulationFault.StaleRead, _journal.CountOf(JournalFault.StaleRead));
        Fire(SimulationFault.Crash, _journal.CountOf(JournalFault.Crash));
        Fire(SimulationFault.SweeperDies, _journal.CountOf(JournalFault.FailHalfway));
        try
        {
            CheckBooks();
            CheckOutbox().GetAwaiter().GetResult();
        }
        catch (SimulationFailedException failure)
        {
            return "at the end\n    " + failure.Message;
        }

        return null;
    }

    private static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] Invariant otherwise)
    {
        if (!holds) throw new SimulationFailedException(otherwise.ToStringAndClear());
    }

    private static void Same(string wanted, string found, string what) => Require(string.Equals(wanted, found, StringComparison.Ordinal), $"{what}: wanted {wanted}, found {found}");

    private static string Text(Invariant text) => text.ToStringAndClear();

    private static string Pick(List<string> keys, double chance) => keys.Count == 0 ? "nothing" : keys[(int)(chance * keys.Count)];

    private string Member(int slot) => Text($"m{slot}.{_generations[slot]}");

    private void Fire(SimulationFault fault, int times = 1)
    {
        if (times > 0) Fired[fault] = Fired.TryGetValue(fault, out var count) ? count + times : times;
    }

    /// <summary>Sets the clock of the store. It never steps back; a host may.</summary>
    private void PassTime(Instant at)
    {
        var calendar = _plan.Policy.Calendar;
        var before = _clock.GetCurrentInstant();
        if (at < before) Fire(SimulationFault.StepBack);
        if (at <= before) return;
        _clock.Set(at);
        if (calendar.DayOf(at) > calendar.DayOf(before)) Fire(SimulationFault.MidnightPassed);
        if (calendar.DayOf(at) is { Month: 2, Day: 29 }) Fire(SimulationFault.LeapDay);
        if (calendar.Zone.GetUtcOffset(at) != calendar.Zone.GetUtcOffset(before)) Fire(SimulationFault.ClockChanged);
    }

    private LedgerService NewHost() => new(_planted?.Journal?.Invoke(_journal) ?? _journal, new() { Policy = _planted?.Policy?.Invoke(_plan.Policy) ?? _plan.Policy }, _clock);

    private async Task Do(SimulationStep step, int index)
    {
        Operations++;
        _touched.Clear();
        switch (step.Action)
        {
            case SimulationAction.Sweep:
                await Sweep(step);
                break;
            case SimulationAction.AskThePast:
                await AskThePast(step);
                break;
            case SimulationAction.Repeat when _accepted.Count > 0:
                await Repeat(step);
                break;
            case SimulationAction.ReuseKey when _accepted.Count > 0:
                var used = _accepted[(int)(step.Chance * _accepted.Count)];
                var conflict = await _hosts[step.Host].PostAsync(Faulty(new EarnPoints(used.Key, new(Member(step.Member)), 1_000_003)), step.At);
                Same(LedgerRefusals.IdempotencyConflict, conflict.Refusal?.Code ?? "accepted", "A key used again");
                break;
            default:
                if (CommandOf(step) is { } command) await Submit(command, step);
                break;
        }

        foreach (var member in _touched) await CheckMember(member, step);
        if (index % 32 == 0) CheckBooks();
    }

    private LedgerCommand Faulty(LedgerCommand command) => _planted?.Command?.Invoke(command) ?? command;

    private LedgerCommand? CommandOf(SimulationStep step)
    {
        var key = Text($"k{step.Number}");
        var member = new CustomerId(Member(step.Member));
        var currency = step.OtherChance > 0.85 ? Status : null;
        long? version = step.OtherChance is > 0.5 and < 0.54 ? _model.Members.TryGetValue(member.Value, out var known) ? known.Version + (step.OtherChance < 0.51 ? 1 : 0) : 0 : null;
        switch (step.Action)
        {
            case SimulationAction.Earn:
                var expiry = step.Chance < 0.1 ? LotExpiry.Never : step.Chance < 0.2 ? LotExpiry.AtInstant(step.At + Duration.FromHours(step.Points)) : LotExpiry.ByPolicy;
                PointAmount amount = step.OtherChance is > 0.6 and < 0.605 ? PointAmount.Of(decimal.MaxValue) : step.OtherChance is > 0.605 and < 0.61 ? long.MaxValue : step.OtherChance is > 0.61 and < 0.62 ? 0 : step.Points;
                return new EarnPoints(key, member, amount, null, expiry, false, currency, version);
            case SimulationAction.EarnPending:
                return new EarnPoints(key, member, step.Points, null, step.Chance < 0.1 ? LotExpiry.AtInstant(step.At + Duration.FromHours(step.Points)) : default, true, currency, version);
            case SimulationAction.EarnBackdated:
                return new EarnPoints(key, member, step.Points, step.At - Duration.FromHours((step.Chance - 0.05) * 2000), step.OtherChance < 0.1 ? LotExpiry.AtInstant(step.At + Duration.FromHours(step.Points - 60)) : default, false, currency, version);
            case SimulationAction.EarnOrder:
                return new EarnOrder(key, member, [new(Math.Round(step.Points / 3m, 2), step.Chance < 0.3 ? "double" : null), new(Math.Round((decimal)step.Chance * 20, 2), step.Chance < 0.2 ? "half" : null), new(5m, step.OtherChance < 0.3 ? "gift" : null)], step.Chance is > 0.4 and < 0.5 ? step.At - Duration.FromDays(step.Points) : null, currency, version);
            case SimulationAction.Redeem:
                return new RedeemPoints(key, member, step.Points, step.Chance < 0.02 ? step.At - Duration.FromHours(1) : null, currency, version);
            case SimulationAction.Reserve:
                return new ReservePoints(key, member, step.Points, step.Chance < 0.6 ? Duration.FromMinutes(step.Points * 20) : null, null, currency, version);
            case SimulationAction.AdjustUp:
                return new AdjustPoints(key, member, step.Points, currency: currency, expectedVersion: version);
            case SimulationAction.AdjustDown:
                return new AdjustPoints(key, member, -step.Points, step.Chance < 0.5, currency, version);
            case SimulationAction.Transfer:
                return new TransferPoints(key, member, new(Member(step.Other)), step.Points, currency, version);
            case SimulationAction.Merge:
                return new MergeMembers(key, member, new(Member(step.Other)), version);
            case SimulationAction.Close:
                return new CloseMember(key, member, version);
            case SimulationAction.Join:
                return new JoinHousehold(key, member, new(Text($"house{step.Other % 2}")), step.Chance < 0.9, version);
            case SimulationAction.Leave:
                return new LeaveHousehold(key, member, version);
            case SimulationAction.RedeemPooled:
                return new RedeemPooledPoints(key, member, step.Points, currency, version);
            case SimulationAction.ReservePooled:
                return new ReservePooledPoints(key, member, step.Points, step.Chance < 0.6 ? Duration.FromMinutes(step.Points * 20) : null, currency, version);
        }

        // Mostly something of the right kind; sometimes any older key.
        var stray = Text($"k{step.Reference}");
        string Of(List<string> keys) => step.OtherChance < 0.05 ? stray : Pick(keys, step.Chance);
        PointAmount? part = step.OtherChance < 0.5 ? null : step.Points / 2;
        return step.Action switch
        {
            SimulationAction.Capture => new CaptureHold(key, Of(_holds), part, version),
            SimulationAction.Release => new ReleaseHold(key, Of(_holds), version),
            SimulationAction.Confirm => new ConfirmEarn(key, Of(_earns), version),
            SimulationAction.Cancel => new CancelEarn(key, Of(_earns), version),
            SimulationAction.RefundEarn => new RefundEarn(key, Of(_earns), part, version),
            SimulationAction.RefundOrder => new RefundOrder(key, Of(_orders), [new((int)(step.OtherChance * 3.1), step.Points / 20m)], version),
            SimulationAction.RefundRedemption => new RefundRedemption(key, Of(_redemptions), part, version),
            _ => null,
        };
    }

    private async ValueTask Submit(LedgerCommand command, SimulationStep step)
    {
        var at = _planted?.Clock?.Invoke(step.At) ?? step.At;
        if (step.Fault == SimulationFault.ClockAhead)
        {
            var ahead = await _hosts[step.Host].PostAsync(Faulty(command), _clock.GetCurrentInstant() + Duration.FromMinutes(6));
            if (command is not ReferringCommand) Same(LedgerRefusals.ClockAhead, ahead.Refusal?.Code ?? "accepted", "A host whose clock is ahead");
            else Require(!ahead.IsAccepted, $"A host whose clock is ahead was served");
            Fire(SimulationFault.ClockAhead);
        }

        _underway[command.Key] = (command, step.At);
        Arm(step, command);
        var host = step.Host;
        for (var attempt = 0; ; attempt++)
        {
            Require(attempt < 4, $"{command.Kind} never came to an end");
            try
            {
                var crashes = _journal.CountOf(JournalFault.Crash);
                var posting = _hosts[host].PostAsync(Faulty(command), at).AsTask();
                if (_journal.CountOf(JournalFault.Crash) > crashes)
                {
                    // The host is gone with all that it was about to do, and a new one stands in its place. Sometimes its caller is gone, too, and nobody says it again.
                    Require(!posting.IsCompleted, $"{command.Kind} was answered by a host that was gone");
                    _hosts[host] = NewHost();
                    host = (host + 1) % _hosts.Length;
                    Require(await _hosts[host].FindAsync(command.Key) is null, $"{command.Kind} was written by a host that was gone");
                    if (step.Chance < 0.7) continue;
                    Disarm();
                    _underway.Remove(command.Key);
                    return;
                }

                var decision = await posting;
                Disarm();
                Judge(command, decision, step);
                return;
            }
            catch (StoreException)
            {
                // The outcome is unknown: ask by key, or say it again to another host.
                host = (host + 1) % _hosts.Length;
                if (step.Chance < 0.5 && await _hosts[host].FindAsync(command.Key) is { } found)
                {
                    Disarm();
                    Judge(command, found, step);
                    return;
                }
            }
        }
    }

    private void Arm(SimulationStep step, LedgerCommand command)
    {
        if (!_injects) return;
        switch (step.Fault)
        {
            case SimulationFault.FailBeforeAppend:
                _journal.AtNextAppend(JournalFault.FailBefore);
                break;
            case SimulationFault.Crash:
                _journal.AtNextAppend(JournalFault.Crash);
                break;
            case SimulationFault.FailAfterAppend:
                _journal.AtNextAppend(JournalFault.FailAfter);
                break;
            case SimulationFault.DuplicateDelivery:
                _journal.AtNextAppend(JournalFault.DeliverTwice);
                break;
            case SimulationFault.StaleRead when command is not (RedeemPooledPoints or ReservePooledPoints): // an old roster may leave out who joined just now
                _journal.AtNextLoad(JournalFault.StaleRead);
                break;
            case SimulationFault.VersionRace when command is MemberCommand own:
                var rival = new EarnPoints(command.Key + "-rival", own.Member, 7);
                _journal.BeforeNextAppend(async () =>
                {
                    _underway[rival.Key] = (rival, step.At);
                    var raced = await _hosts[(step.Host + 1) % _hosts.Length].PostAsync(Faulty(rival), _planted?.Clock?.Invoke(step.At) ?? step.At);
                    Judge(rival, raced, step);
                    if (raced.IsAccepted) Fire(SimulationFault.VersionRace);
                });
                break;
        }
    }

    private void Disarm()
    {
        _journal.AtNextAppend(JournalFault.None);
        _journal.AtNextLoad(JournalFault.None);
        _journal.BeforeNextAppend(null);
    }

    private void Judge(LedgerCommand command, Decision<LedgerResult> decision, SimulationStep step)
    {
        var key = command.Key;
        if (!decision.IsAccepted)
        {
            Require(!_answers.ContainsKey(key), $"{command.Kind} was written and yet refused with {decision.Refusal.Code}");
            _underway.Remove(key);

            // An old answer of a replica may be refused on; it must only leave no trace.
            if (step.Fault == SimulationFault.StaleRead) return;
            Same(_model.Execute(command, step.At), decision.Refusal.Code, $"{command.Kind}");
            return;
        }

        Require(_answers.TryGetValue(key, out var wanted), $"{command.Kind} was answered and not written");
        Same(wanted!, Canonical(command, decision.Value), $"{command.Kind}");
        _accepted.Add(command);
        switch (command)
        {
            case EarnPoints: _earns.Add(key); break;
            case EarnOrder: _orders.Add(key); _earns.Add(key); break;
            case ReservePoints or ReservePooledPoints: _holds.Add(key); break;
            case RedeemPoints or RedeemPooledPoints or CaptureHold: _redemptions.Add(key); break;
            case MergeMembers or CloseMember:
                for (var slot = 0; slot < _generations.Length; slot++)
                {
                    if (string.Equals(Member(slot), ((MemberCommand)command).Member.Value, StringComparison.Ordinal) && step.OtherChance < 0.6) _generations[slot]++;
                }

                break;
        }
    }

    private async ValueTask Repeat(SimulationStep step)
    {
        var command = _accepted[(int)(step.Chance * _accepted.Count)];
        var written = _told;
        var again = await _hosts[step.Host].PostAsync(Faulty(command), step.At);
        Require(again.IsAccepted && again.Value.IsDuplicate, $"{command.Kind} said again was not known");
        Same(_answers[command.Key], Canonical(command, again.Value), $"{command.Kind} said again");
        Require(written == _told, $"{command.Kind} said again wrote something");
    }

    private async ValueTask Sweep(SimulationStep step)
    {
        var at = _planted?.Clock?.Invoke(step.At) ?? step.At;
        var key = step.Chance < 0.3 ? Text($"k{step.Number}") : null;
        if (_injects && step.Fault is (SimulationFault.SweeperDies or SimulationFault.FailBeforeAppend or SimulationFault.FailAfterAppend))
            _journal.AtNextAppend(step.Fault == SimulationFault.SweeperDies ? JournalFault.FailHalfway : step.Fault == SimulationFault.FailAfterAppend ? JournalFault.FailAfter : JournalFault.FailBefore);
        try
        {
            var swept = await _hosts[step.Host].SweepAsync(at, key);
            Require(swept.IsAccepted, $"A sweep was refused with {swept.Refusal?.Code}");
            if (key is not null)
            {
                var again = await _hosts[step.Host].SweepAsync(at, key);
                Require(again.Value.IsDuplicate && again.Value.Lots == swept.Value.Lots && again.Value.Points == swept.Value.Points, $"A sweep said again answered otherwise");
            }
        }
        catch (StoreException)
        {
            _leasedUntil = _clock.GetCurrentInstant() + Duration.FromMinutes(1);
        }

        Disarm();
        if (_leasedUntil > _clock.GetCurrentInstant()) return;
        foreach (var (member, state) in _folds)
        {
            if (state.LastRecorded > step.At) continue;
            foreach (var currency in Currencies) Require(state.BalanceAt(step.At, currency).Due == 0, $"A sweep left lapsed points of {member} unbooked");
        }
    }

    private async ValueTask AskThePast(SimulationStep step)
    {
        var member = Member(step.Member);
        if (_folds.TryGetValue(member, out var state))
        {
            var at = Instant.Max(step.At, state.LastRecorded);
            var currency = step.Chance < 0.8 ? Points : Status;
            _past.Add((member, currency, at, _model.Read(model => model.Balance(member, currency, at))));
        }

        if (_past.Count == 0) return;
        var (asked, unit, then, balance) = _past[(int)(step.OtherChance * _past.Count)];
        var history = await _hosts[step.Host].HistoryAsync(new(asked), then, then, unit);
        Require(balance == history.Balance, $"The past of {asked} at {then} changed: was {balance}, now {history.Balance}");
    }

    private void OnWritten(Append<MemberState, Posting> append)
    {
        var key = append.Key.Value;
        Require(append.Outbox.Count == append.Streams.Sum(stream => stream.Records.Count) || append.Streams[0].Stream.Value.StartsWith("sweep/", StringComparison.Ordinal), $"An append tells {append.Outbox.Count} messages");
        _told += append.Outbox.Count;
        if (_underway.TryGetValue(key, out var underway))
        {
            var answer = _model.Execute(underway.Command, underway.At);
            Require(!answer.StartsWith("ledger.", StringComparison.Ordinal), $"{underway.Command.Kind} was written, must be refused with {answer}");
            _answers[key] = answer;
            _underway.Remove(key);
            var effective = underway.Command is EarnPoints earn ? earn.Effective : (underway.Command as EarnOrder)?.Effective;
            var posting = append.Streams[0].Records[0];
            Require(posting.Effective == (effective ?? posting.Recorded), $"{posting.Kind} takes effect at {posting.Effective}");
        }
        else if (key.StartsWith("sweep/", StringComparison.Ordinal))
        {
            var stream = append.Streams[0];
            var booked = stream.Records.SelectMany(posting => posting.Movements).Where(movement => movement.To == LedgerAccount.Expired).ToList();
            Same(_model.Sweep(stream.Stream.Value, stream.Records[0].Recorded), Text($"lots={booked.Count} points={booked.Sum(movement => (decimal)movement.Points)}"), $"Sweep");
        }

        foreach (var stream in append.Streams)
        {
            if (stream.Records[0].Detail?.Sweep is not null) continue;
            var member = stream.Stream.Value;
            _touched.Add(member);
            var before = _folds.TryGetValue(member, out var folded) ? folded : MemberState.Empty(new(member));
            var after = before;
            foreach (var posting in stream.Records) after = Fold(after, posting);
            Require(after.Version - before.Version is 0 or 1, $"One command made {after.Version - before.Version} versions");
            if (_told % 16 == 0) after = ThroughStore(after, Codec.WriteState, stored => Codec.ReadState(stored, 1));
            if (_told % 4 == 0) Same(Describe(after), Describe(stream.State), "The kept state against the fold of its postings");
            Require(after.Version == stream.State.Version && after.NextChange == stream.State.NextChange && after.NextDue == stream.NextDue, $"The kept state is not the fold of its postings");
            _folds[member] = after;
        }
    }

    private MemberState Fold(MemberState state, Posting posting)
    {
        if (_told % 16 == 0) posting = ThroughStore(posting, Codec.WriteRecord, stored => Codec.ReadRecord(stored, 1));
        var figures = _books.TryGetValue(posting.Currency, out var sums) ? sums : default;
        foreach (var movement in posting.Movements)
        {
            Require(movement.Points > 0, $"A movement of {movement.Points} points");
            Require(!movement.IsElapsed || movement.Effective <= posting.Recorded, $"Time brought about what lies in the future");
            figures.Add(movement);
        }

        _books[posting.Currency] = figures;
        _past.RemoveAll(past => string.Equals(past.Member, posting.Member.Value, StringComparison.Ordinal) && past.At >= posting.Recorded);
        return Ledger.Apply(state, posting);
    }

    private delegate T Read<T>(ReadOnlySpan<byte> stored);

    /// <summary>What a store would give back; written once more, it is the same to the byte.</summary>
    private static T ThroughStore<T>(T value, Action<T, System.Buffers.IBufferWriter<byte>> write, Read<T> read)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        write(value, output);
        var again = read(output.WrittenSpan);
        var twice = new System.Buffers.ArrayBufferWriter<byte>();
        write(again, twice);
        Require(output.WrittenSpan.SequenceEqual(twice.WrittenSpan), $"A store gives back another {typeof(T).Name}");
        return again;
    }

    private async ValueTask CheckMember(string member, SimulationStep step)
    {
        var state = _folds[member];
        var at = Instant.Max(step.At, state.LastRecorded);
        foreach (var currency in Currencies)
        {
            var balance = state.BalanceAt(at, currency);
            var looksCloser = step.Chance <= 0.3;
            var (wanted, lots) = _model.Read(model => (model.Balance(member, currency, at), looksCloser ? model.Lots(member, currency) : []));
            Require(wanted == balance, $"{member} has {balance}, must have {wanted}");
            Require(_plan.Policy.Clawback == Clawback.LotOnly || balance.Debt == 0 || balance.Available == 0, $"{member} owes {balance.Debt} and has {balance.Available}");
            if (!looksCloser) continue;

            var views = state.LotsAt(at, currency);
            foreach (var lot in views)
                Require(lot is { Remaining: >= 0, Held: >= 0, Lapsed: >= 0 } && (decimal)lot.Remaining + lot.Held + lot.Lapsed <= lot.Original, $"{lot} has more points than it was opened with");
            Same(string.Join('\n', lots), string.Join('\n', views.Select(lot => Text($"{lot.Key} {lot.Remaining} {lot.Held} {lot.Lapsed} {lot.Original} {lot.Expires ?? Instant.MaxValue}"))), $"Lots of {member}");
            Require(balance.Available + balance.Pending == views.Sum(lot => lot.Remaining), $"{member}'s balance is not the sum of its lots");
            var history = await _hosts[step.Host].HistoryAsync(new(member), at, null, currency, withLots: true);
            Require(history.Balance == balance, $"The postings of {member} give {history.Balance}, the state {balance}");
            Require(history.Lots.SequenceEqual(views), $"The postings of {member} give other lots than the state");
        }
    }

    private void CheckBooks()
    {
        foreach (var currency in Currencies)
        {
            if (!_books.TryGetValue(currency, out var figures)) continue;
            var totals = figures.ToTotals();
            decimal held = 0;
            foreach (var state in _folds.Values)
            {
                var balance = state.BalanceAt(state.LastRecorded, currency);
                held += balance.Available + balance.Pending + balance.Held + balance.Due - balance.Debt;
            }

            Require(totals.Issued + totals.Adjusted + totals.WrittenOff == totals.Redeemed + totals.Expired + totals.Forfeited + held, $"The books do not balance: {totals} against {held} held by members");
        }
    }

    private async Task CheckOutbox()
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var claims = await _store.ClaimOutboxAsync(1_000, Duration.FromDays(1));
            if (claims.Count == 0) break;
            foreach (var claim in claims) Require(keys.Add(claim.Record.Key), $"The outside is told twice of {claim.Record.Key}");
        }

        Require(keys.Count == _told, $"The outside is told of {keys.Count} postings, there were {_told}");
    }

    private static string Canonical(LedgerCommand command, LedgerResult result) => command switch
    {
        EarnPoints or EarnOrder => Text($"awarded={result.Awarded}"),
        ConfirmEarn => Text($"confirmed={result.Confirmed}"),
        CancelEarn => Text($"cancelled={result.Cancelled}"),
        RedeemPoints or ReservePoints or RedeemPooledPoints or ReservePooledPoints => "lots=" + string.Join(',', result.Lots.Select(lot => Text($"{lot.Lot}:{lot.Points}"))),
        CaptureHold => Text($"captured={result.Captured} released={result.Released}"),
        ReleaseHold => Text($"released={result.Released}"),
        RefundEarn or RefundOrder => Text($"clawedBack={result.ClawedBack} lapsed={result.Lapsed} shortfall={result.Shortfall}"),
        RefundRedemption => Text($"restored={result.Restored}"),
        AdjustPoints => "adjusted",
        TransferPoints => Text($"transferred={result.Transferred}"),
        MergeMembers => "merged",
        JoinHousehold => "joined",
        LeaveHousehold => "left",
        CloseMember => Text($"forfeited={result.Forfeited}"),
        _ => "?",
    };

    /// <summary>Everything of a state that a later answer can depend on.</summary>
    private static string Describe(MemberState state)
    {
        var text = new StringBuilder(Text($"{state.Version} {state.LastRecorded} {state.Status} {state.MergedInto?.Value} {state.NextChange} {state.NextDue} {state.Household?.Value} {state.MayRedeemPooledPoints} {string.Join(' ', state.HouseholdMembers.Select(member => member.Value))}"));
        foreach (var book in state.Books.OrderBy(book => book.Currency, StringComparer.Ordinal))
        {
            text.Append(Text($"\n{book.Currency} {book.Balance(0)} {book.LastActivity} {book.NextSequence}"));
            foreach (var lot in book.Lots.ToArray()) text.Append(Text($"\n{lot.Key} {lot.Open} {lot.Pending} {lot.Held} {lot.Due} {lot.Lapsed} {lot.Refunded} {lot.LapsedRefunded} {lot.Expires} {lot.Opens} {lot.Sequence}"));
            foreach (var hold in book.Holds) text.Append(Text($"\n{hold.Key} {hold.Ends} {hold.Status}"));
        }

        return text.ToString();
    }
}
