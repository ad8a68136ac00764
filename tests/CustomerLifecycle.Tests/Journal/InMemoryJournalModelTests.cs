using static CustomerLifecycle.Tests.NoteAppends;

namespace CustomerLifecycle.Tests;

/// <summary>The journal beside the plainest one that could be written: lists, looked through from end to end.</summary>
public class InMemoryJournalModelTests
{
    private static readonly Duration Lease = Duration.FromMinutes(3);

    [Fact]
    public async Task AnySequenceOfCalls_GivesWhatAPlainListGives()
    {
        for (var seed = 0; seed < 300; seed++) await new Run(seed).PlayAsync(120);
    }

    private sealed class Run(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly TestClock _clock = new(Noon);
        private readonly List<PlainStream> _streams = [];
        private readonly List<PlainMessage> _outbox = [];
        private readonly Dictionary<string, (string Text, string Records)> _keys = new(StringComparer.Ordinal);
        private readonly List<DueClaim> _dueClaims = [];
        private readonly List<OutboxClaim> _outboxClaims = [];
        private InMemoryJournal<Notes, NoteAdded> _journal = null!;

        public async Task PlayAsync(int steps)
        {
            _journal = new(_clock);
            for (var i = 0; i < steps; i++)
            {
                _clock.Now += Duration.FromMinutes(_random.Next(3));
                switch (_random.Next(14))
                {
                    case < 4: await AppendAsync(); break;
                    case 4: await ClaimDueAsync(); break;
                    case 5: await ReleaseDueAsync(); break;
                    case 6: await ClaimOutboxAsync(); break;
                    case 7: await ReleaseOutboxAsync(); break;
                    case 8: await AcknowledgeAsync(); break;
                    case 9: await ReturnOutboxAsync(); break;
                    case 10: await SetAsideAsync(); break;
                    case 11: await EndDeadLetterAsync(); break;
                    case 12: await MeasureAsync(); break;
                    default: await ReadAsync(); break;
                }
            }
        }

        private async Task AppendAsync()
        {
            string[] names = [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => CodePointComparerTests.Text(_random) + "s").Distinct(StringComparer.Ordinal)];
            var key = $"k{_random.Next(40)}";
            var text = $"t{_random.Next(3)}";
            var parts = names.Select(name => Part(name, Math.Max(0, Version(name) - (_random.Next(8) == 0 ? 1 : 0)), Due(), [.. Enumerable.Range(0, 1 + _random.Next(2)).Select(n => $"{text}{n}")])).ToArray();
            OutboxRecord[] outbox = [.. names.Take(_random.Next(3)).Select(name => new OutboxRecord(new(name), "told", Noon, $"{key}/{name}"))];
            Append<Notes, NoteAdded> append = new(new(key), Hash(text), parts, outbox);
            if (parts.Length == 1 && _random.Next(2) == 0)
            {
                append = new(new(key), Hash(text), parts[0], ToldNotes.Instance);
                outbox = [.. append.Outbox];
            }

            var outcome = await _journal.AppendAsync(append);

            var inOrder = parts.OrderBy(part => part.Stream.Value, CodePointComparer.Instance).ToList();
            if (_keys.TryGetValue(key, out var first))
            {
                Assert.Equal(string.Equals(first.Text, text, StringComparison.Ordinal) ? AppendStatus.Replayed : AppendStatus.KeyConflict, outcome.Status);
                if (outcome.First is { } again) Assert.Equal(first.Records, Show(again.Records));
                return;
            }

            var wrong = inOrder.FindIndex(part => part.ExpectedVersion != Version(part.Stream.Value));
            if (wrong >= 0)
            {
                Assert.Equal(new VersionMismatch(inOrder[wrong].Stream, inOrder[wrong].ExpectedVersion, Version(inOrder[wrong].Stream.Value)), outcome.Mismatch);
                return;
            }

            Assert.Equal(AppendStatus.Appended, outcome.Status);
            _keys.Add(key, (text, Show([.. inOrder.SelectMany(part => part.Records.Select((record, n) => new Recorded<NoteAdded>(part.Stream, part.ExpectedVersion + n + 1, new(key), record)))])));
            foreach (var part in parts)
            {
                if (Find(part.Stream.Value) is not { } stream) _streams.Add(stream = new(part.Stream.Value));
                stream.Texts.AddRange(part.Records.Select(record => record.Text));
                (stream.Due, stream.HeldUntil, stream.Fence, stream.Attempts) = (part.NextDue, null, null, 0);
            }

            foreach (var record in outbox) _outbox.Add(new(_outbox.Count + 1, record.Stream, record.Key, Version(record.Stream.Value), _clock.Now));
        }

        private async Task ClaimDueAsync()
        {
            var (upTo, limit) = (Noon + Duration.FromMinutes(_random.Next(60)), 1 + _random.Next(4));

            var claims = await _journal.ClaimDueAsync(upTo, limit, Lease);

            var expected = _streams.Where(stream => stream.Due <= upTo && !(stream.HeldUntil > _clock.Now)).OrderBy(stream => stream.Due).ThenBy(stream => stream.Name, CodePointComparer.Instance).Take(limit).ToList();
            Assert.Equal(
                expected.Select(stream => (stream.Name, stream.Due!.Value, (long)stream.Texts.Count, stream.Attempts + 1, _clock.Now + Lease)),
                claims.Select(claim => (claim.Stream.Value, claim.Due, claim.Version, claim.Attempt, claim.Until)));
            foreach (var (stream, claim) in expected.Zip(claims)) (stream.HeldUntil, stream.Fence, stream.Attempts) = (claim.Until, claim.Fence, claim.Attempt);
            _dueClaims.AddRange(claims);
        }

        private async Task ReleaseDueAsync()
        {
            if (_dueClaims.Count == 0) return;
            var claim = _dueClaims[_random.Next(_dueClaims.Count)];
            var delay = Duration.FromMinutes(_random.Next(5));
            var stream = Find(claim.Stream.Value)!;

            Assert.Equal(stream.Fence == claim.Fence, await _journal.ReleaseDueAsync(claim, delay));

            if (stream.Fence == claim.Fence) (stream.HeldUntil, stream.Fence) = (_clock.Now + delay, null);
        }

        private async Task ClaimOutboxAsync()
        {
            var limit = 1 + _random.Next(4);

            var claims = await _journal.ClaimOutboxAsync(limit, Lease);

            var held = _outbox.Where(message => message.IsWaiting && message.HeldUntil > _clock.Now).ToList();
            var expected = _outbox.Where(message => message.IsWaiting && !held.Exists(earlier => earlier.Stream == message.Stream && earlier.Position <= message.Position)).Take(limit).ToList();
            Assert.Equal(
                expected.Select(message => (message.Position, message.Key, message.Version, message.Attempts + 1)),
                claims.Select(claim => (claim.Position, claim.Record.Key, claim.Version, claim.Attempt)));
            foreach (var (message, claim) in expected.Zip(claims)) (message.HeldUntil, message.Fence, message.Attempts) = (claim.Until, claim.Fence, claim.Attempt);
            _outboxClaims.AddRange(claims);
        }

        private async Task ReleaseOutboxAsync()
        {
            if (_outboxClaims.Count == 0) return;
            var claim = _outboxClaims[_random.Next(_outboxClaims.Count)];
            var delay = Duration.FromMinutes(_random.Next(5));
            var message = _outbox[(int)claim.Position - 1];
            var isLatest = message.IsWaiting && message.Fence == claim.Fence;

            Assert.Equal(isLatest, await _journal.ReleaseOutboxAsync(claim, delay));

            if (isLatest) (message.HeldUntil, message.Fence) = (_clock.Now + delay, null);
        }

        private async Task AcknowledgeAsync()
        {
            OutboxClaim[] claims = [.. _outboxClaims.Where(_ => _random.Next(3) == 0)];

            await _journal.AcknowledgeAsync(claims);

            foreach (var message in claims.Select(claim => _outbox[(int)claim.Position - 1]).Where(message => !message.IsDead)) message.IsEnded = true;
        }

        private async Task ReturnOutboxAsync()
        {
            OutboxClaim[] claims = [.. _outboxClaims.Where(_ => _random.Next(3) == 0)];

            await _journal.ReturnOutboxAsync(claims);

            foreach (var claim in claims)
            {
                var message = _outbox[(int)claim.Position - 1];
                if (message.IsWaiting && message.Fence == claim.Fence) (message.HeldUntil, message.Fence, message.Attempts) = (null, null, message.Attempts - 1);
            }
        }

        private async Task SetAsideAsync()
        {
            if (_outboxClaims.Count == 0) return;
            var claim = _outboxClaims[_random.Next(_outboxClaims.Count)];
            var message = _outbox[(int)claim.Position - 1];
            var isLatest = message.IsWaiting && message.Fence == claim.Fence;

            Assert.Equal(isLatest, await _journal.SetAsideAsync(claim, "why"));

            if (isLatest) message.IsDead = true;
            Assert.Equal(
                _outbox.Where(dead => dead.IsDead).Select(dead => (dead.Position, dead.Key, dead.Attempts, "why")),
                (await _journal.ListDeadLettersAsync(0, 1_000)).Select(letter => (letter.Position, letter.Record.Key, letter.Attempts, letter.Reason)));
        }

        private async Task EndDeadLetterAsync()
        {
            if (_outbox.Count == 0) return;
            var message = _outbox[_random.Next(_outbox.Count)];
            var (wasDead, isRetry) = (message.IsDead, _random.Next(2) == 0);

            Assert.Equal(wasDead, isRetry ? await _journal.RetryDeadLetterAsync(message.Position) : await _journal.DiscardDeadLetterAsync(message.Position));

            if (!wasDead) return;
            (message.IsDead, message.IsEnded) = (false, !isRetry);
            (message.HeldUntil, message.Fence, message.Attempts) = (null, null, 0);
        }

        private async Task MeasureAsync()
        {
            var upTo = Noon + Duration.FromMinutes(_random.Next(60));

            var backlog = await _journal.MeasureAsync(upTo);

            var due = _streams.Where(stream => stream.Due <= upTo).ToList();
            var waiting = _outbox.Where(message => message.IsWaiting).ToList();
            Assert.Equal(
                (_clock.Now, due.Count, due.Min(stream => stream.Due), waiting.Count, waiting.FirstOrDefault()?.Written, _outbox.Count(message => message.IsDead)),
                (backlog.StoreTime, (int)backlog.DueStreams, backlog.EarliestDue, (int)backlog.OutboxRecords, backlog.OldestOutbox, (int)backlog.DeadLetters));
        }

        private async Task ReadAsync()
        {
            var (after, limit) = (_random.Next(3), 1 + _random.Next(4));
            foreach (var stream in _streams)
            {
                var loaded = await _journal.LoadAsync(new(stream.Name));
                Assert.Equal((stream.Texts.Count, stream.Texts.Count), (loaded.State!.Count, (int)loaded.Version));
                Assert.Equal(stream.Texts.Skip(after).Take(limit), (await _journal.ReadAsync(new(stream.Name), after, limit)).Select(record => record.Record.Text));
            }

            var listed = new List<string>();
            StreamId? last = null;
            while (await _journal.ListAsync(last, limit) is { Count: > 0 } page)
            {
                listed.AddRange(page.Select(stream => stream.Stream.Value));
                last = page[^1].Stream;
            }

            Assert.Equal(_streams.Select(stream => stream.Name).Order(CodePointComparer.Instance), listed);
        }

        private PlainStream? Find(string name) => _streams.Find(stream => string.Equals(stream.Name, name, StringComparison.Ordinal));

        private int Version(string name) => Find(name)?.Texts.Count ?? 0;

        private Instant? Due() => _random.Next(4) == 0 ? null : Noon + Duration.FromMinutes(_random.Next(60));

        private static string Show(IReadOnlyList<Recorded<NoteAdded>> records) => string.Join(' ', records.Select(record => $"{record.Stream.Value}:{record.Version}:{record.Key.Value}:{record.Record.Text}"));
    }

    private sealed class PlainStream(string name)
    {
        public string Name { get; } = name;

        public List<string> Texts { get; } = [];

        public Instant? Due { get; set; }

        public Instant? HeldUntil { get; set; }

        public long? Fence { get; set; }

        public int Attempts { get; set; }
    }

    private sealed class PlainMessage(long position, StreamId stream, string key, long version, Instant written)
    {
        public long Position { get; } = position;

        public StreamId Stream { get; } = stream;

        public string Key { get; } = key;

        public long Version { get; } = version;

        public Instant Written { get; } = written;

        public Instant? HeldUntil { get; set; }

        public long? Fence { get; set; }

        public int Attempts { get; set; }

        public bool IsDead { get; set; }

        public bool IsEnded { get; set; }

        public bool IsWaiting => !IsDead && !IsEnded;
    }
}
