using System.Collections.Concurrent;

namespace CustomerLifecycle.Hosting.Tests;

public sealed class OutboxDispatcherTests
{
    private readonly Notes _notes = new();
    private readonly Recorder _recorder = new();

    [Fact]
    public async Task RunOnce_TellsEachMessageOnceAndInOrderForEachStream()
    {
        for (var i = 0; i < 30; i++) await _notes.AddAsync($"s{i % 3}", null, $"{i}");
        using var dispatcher = Dispatcher();

        Assert.Equal(new OutboxPass(30, 0, 0), await dispatcher.RunOnceAsync());

        foreach (var stream in _recorder.Told.GroupBy(static message => message.Record.Stream)) Assert.Equal(stream.Select(static message => message.Position).Order(), stream.Select(static message => message.Position));
        Assert.Equal(30, _recorder.Told.Select(static message => message.Id).Distinct().Count());
        Assert.Equal(new OutboxPass(0, 0, 0), await dispatcher.RunOnceAsync());
    }

    [Fact]
    public async Task RunOnce_AMessageFailsForAWhile_ItsStreamWaitsAndTheOthersGoOn()
    {
        await _notes.AddAsync("a", null, "a1", "a2");
        await _notes.AddAsync("b", null, "b1");
        _recorder.Answer = static message => message.Record.Key == "a1" && message.Attempt < 3 ? throw new TimeoutException("Slow.") : null;
        using var dispatcher = Dispatcher();

        Assert.Equal(new OutboxPass(1, 1, 0), await dispatcher.RunOnceAsync());
        Assert.Equal(new OutboxPass(0, 0, 0), await dispatcher.RunOnceAsync());
        _notes.Clock.Advance(Duration.FromSeconds(1));
        Assert.Equal(new OutboxPass(0, 1, 0), await dispatcher.RunOnceAsync());
        _notes.Clock.Advance(Duration.FromSeconds(2));
        Assert.Equal(new OutboxPass(2, 0, 0), await dispatcher.RunOnceAsync());

        Assert.Equal(["b1", "a1", "a2"], Keys());
        Assert.Equal(1, _recorder.Told.Last().Attempt);
    }

    [Fact]
    public async Task RunOnce_AMessageFailsForEver_IsSetAsideWithItsReasonAndCanBeRetried()
    {
        await _notes.AddAsync("a", null, "poison", "good");
        _recorder.Answer = static message => message.Record.Key == "poison" ? throw new TimeoutException("Slow.") : null;
        using var dispatcher = Dispatcher();

        for (var attempt = 1; attempt < 3; attempt++)
        {
            Assert.Equal(new OutboxPass(0, 1, 0), await dispatcher.RunOnceAsync());
            _notes.Clock.Advance(Duration.FromMinutes(1));
        }

        Assert.Equal(new OutboxPass(1, 0, 1), await dispatcher.RunOnceAsync());
        var letter = Assert.Single(await _notes.Journal.ListDeadLettersAsync(0, 10));
        Assert.Equal(("poison", "System.TimeoutException", 3), (letter.Record.Key, letter.Reason, letter.Attempts));

        _recorder.Answer = static _ => null;
        Assert.True(await _notes.Journal.RetryDeadLetterAsync(letter.Position));
        Assert.Equal(new OutboxPass(1, 0, 0), await dispatcher.RunOnceAsync());
        Assert.Equal(["good", "poison"], Keys());
    }

    [Fact]
    public async Task RunOnce_AMessageIsRefused_IsSetAsideAtOnceWithTheCode()
    {
        await _notes.AddAsync("a", null, "refused", "good");
        _recorder.Answer = static message => message.Record.Key == "refused" ? new Refusal("mail.no-address", "There is no address.") : null;
        using var dispatcher = Dispatcher();

        Assert.Equal(new OutboxPass(1, 0, 1), await dispatcher.RunOnceAsync());

        Assert.Equal("mail.no-address", Assert.Single(await _notes.Journal.ListDeadLettersAsync(0, 10)).Reason);
    }

    [Fact]
    public async Task RunOnce_OfTwoDispatchersAtOnce_TellsEachMessageOnceAndInOrder()
    {
        for (var i = 0; i < 200; i++) await _notes.AddAsync($"s{i % 7}", null, $"{i}");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using var dispatcher = Dispatcher();
            while (_recorder.Told.Count < 200) await dispatcher.RunOnceAsync();
        })));

        Assert.Equal(200, _recorder.Told.Count);
        foreach (var stream in _recorder.Told.GroupBy(static message => message.Record.Stream)) Assert.Equal(stream.Select(static message => message.Position).Order(), stream.Select(static message => message.Position));
    }

    [Fact]
    public async Task RunOnce_AfterAHostDiedBeforeItAcknowledged_TellsAgainUnderTheSameId()
    {
        await _notes.AddAsync("a", null, "a1");
        var claims = await _notes.Journal.ClaimOutboxAsync(10, Duration.FromMinutes(5));
        await _recorder.HandleAsync(new("notes", claims[0]));
        using var dispatcher = Dispatcher();

        Assert.Equal(0, (await dispatcher.RunOnceAsync()).Told);
        _notes.Clock.Advance(Duration.FromMinutes(5));
        Assert.Equal(1, (await dispatcher.RunOnceAsync()).Told);

        Assert.Equal(["notes/a1", "notes/a1"], _recorder.Told.Select(static message => message.Id));
    }

    [Fact]
    public async Task RunOnce_WhenTheStoreIsAwayAtTheAcknowledgement_AcknowledgesLaterAndTellsNothingTwice()
    {
        await _notes.AddAsync("a", null, "a1", "a2");
        var away = new AwayJournal(_notes.Journal) { FailOnce = { "Acknowledge" } };
        using var dispatcher = new OutboxDispatcher([new("notes", away)], _recorder);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await dispatcher.RunOnceAsync());
        _notes.Clock.Advance(Duration.FromDays(1));
        await dispatcher.RunOnceAsync();

        Assert.Equal(["a1", "a2"], Keys());
        Assert.Equal(0, (await _notes.Journal.MeasureAsync()).OutboxRecords);
    }

    [Fact]
    public async Task RunOnce_WhenTheHostStops_GivesBackWhatWasNotToldAndCountsNoAttempt()
    {
        await _notes.AddAsync("a", null, "a1", "a2", "a3");
        using var stop = new CancellationTokenSource();
        _recorder.Answer = message =>
        {
            if (message.Record.Key == "a2") stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
            return null;
        };
        using (var dispatcher = Dispatcher()) Assert.Equal(new OutboxPass(1, 0, 0), await dispatcher.RunOnceAsync(stop.Token));

        _recorder.Answer = static _ => null;
        using var next = Dispatcher();
        Assert.Equal(new OutboxPass(2, 0, 0), await next.RunOnceAsync());

        Assert.Equal(["a1", "a2", "a3"], Keys());
        Assert.All(_recorder.Told, static message => Assert.Equal(1, message.Attempt));
    }

    [Theory]
    [InlineData(Hang.HeedsItsToken)]
    [InlineData(Hang.IgnoresItsToken)]
    [InlineData(Hang.BlocksItsThread)]
    public async Task RunOnce_AHandlerHangs_IsAFailedAttemptAndHoldsUpNoOtherStreamOrJournal(Hang how)
    {
        await _notes.AddAsync("a", null, "hanging", "a2");
        await _notes.AddAsync("b", null, "b1");
        var others = new Notes();
        await others.AddAsync("c", null, "c1");
        using var handler = new HangingHandler(how);
        using var dispatcher = new OutboxDispatcher([_notes.Named, new("others", others.Journal)], handler, new() { LeaseSeconds = 1, MaxAttempts = 2, OutboxConcurrency = 1 });

        Assert.Equal(new OutboxPass(2, 1, 0), await dispatcher.RunOnceAsync());
        _notes.Clock.Advance(Duration.FromSeconds(1));
        Assert.Equal(new OutboxPass(1, 0, 1), await dispatcher.RunOnceAsync());

        Assert.Equal(["b1", "c1", "a2"], handler.Told);
        Assert.Equal("System.TimeoutException", Assert.Single(await _notes.Journal.ListDeadLettersAsync(0, 10)).Reason);
    }

    [Fact]
    public async Task RunOnce_AMessageThatEndedItsHostAtEachAttempt_IsSetAsideUntoldAndHoldsUpNothing()
    {
        await _notes.AddAsync("a", null, "deadly", "good");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(attempt, Assert.Single(await _notes.Journal.ClaimOutboxAsync(1, Duration.FromMinutes(5))).Attempt);
            _notes.Clock.Advance(Duration.FromMinutes(5));
        }

        using var dispatcher = Dispatcher();

        Assert.Equal(new OutboxPass(1, 0, 1), await dispatcher.RunOnceAsync());

        Assert.Equal(["good"], Keys());
        Assert.Equal(DeadLetter.Abandoned, Assert.Single(await _notes.Journal.ListDeadLettersAsync(0, 10)).Reason);
    }

    [Fact]
    public async Task RunOnce_AMessageAtItsLastAttempt_IsTold()
    {
        await _notes.AddAsync("a", null, "a1");
        for (var attempt = 1; attempt < 3; attempt++)
        {
            await _notes.Journal.ClaimOutboxAsync(1, Duration.FromMinutes(5));
            _notes.Clock.Advance(Duration.FromMinutes(5));
        }

        using var dispatcher = Dispatcher();

        Assert.Equal(new OutboxPass(1, 0, 0), await dispatcher.RunOnceAsync());

        Assert.Equal(3, _recorder.Told.Single().Attempt);
    }

    [Fact]
    public async Task RunOnce_WithOneJournalNamedTwice_TellsItOnce()
    {
        await _notes.AddAsync("a", null, "a1");
        using var dispatcher = new OutboxDispatcher([_notes.Named, new("notes", _notes.Journal)], _recorder);

        Assert.Equal(1, (await dispatcher.RunOnceAsync()).Told);
    }

    [Fact]
    public async Task Message_AsText_ShowsNeitherKeyNorStream()
    {
        await _notes.AddAsync("anna@example.org", null, "order-of-anna");
        using var dispatcher = Dispatcher();
        await dispatcher.RunOnceAsync();

        Assert.DoesNotContain("anna", _recorder.Told.Single().ToString(), StringComparison.Ordinal);
    }

    private string[] Keys() => [.. _recorder.Told.Select(static message => message.Record.Key)];

    private OutboxDispatcher Dispatcher() => new([_notes.Named], _recorder, new() { OutboxBatch = 7, MaxAttempts = 3 });

    public enum Hang
    {
        HeedsItsToken,
        IgnoresItsToken,
        BlocksItsThread,
    }

    private sealed class Recorder : IOutboxHandler
    {
        public ConcurrentQueue<OutboxMessage> Told { get; } = new();

        public Func<OutboxMessage, Refusal?> Answer { get; set; } = static _ => null;

        public async ValueTask<Refusal?> HandleAsync(OutboxMessage message, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (Answer(message) is { } refusal) return refusal;
            Told.Enqueue(message);
            return null;
        }
    }

    private sealed class HangingHandler(Hang how) : IOutboxHandler, IDisposable
    {
        private readonly TaskCompletionSource _end = new();

        public ConcurrentQueue<string> Told { get; } = new();

        public async ValueTask<Refusal?> HandleAsync(OutboxMessage message, CancellationToken cancellationToken = default)
        {
            if (message.Record.Key != "hanging")
            {
                Told.Enqueue(message.Record.Key);
                return null;
            }

            switch (how)
            {
                case Hang.HeedsItsToken: await Task.Delay(Timeout.Infinite, cancellationToken); break;
                case Hang.IgnoresItsToken: await _end.Task; break;
                default: ((IAsyncResult)_end.Task).AsyncWaitHandle.WaitOne(); break;
            }

            return null;
        }

        public void Dispose() => _end.SetResult();
    }
}
