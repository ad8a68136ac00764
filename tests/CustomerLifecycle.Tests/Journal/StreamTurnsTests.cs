namespace CustomerLifecycle.Tests.Journal;

public sealed class StreamTurnsTests
{
    private static readonly StreamId Stream = new("a");

    [Fact]
    public async Task Take_WhileAnotherHasTheTurn_WaitsAndComesInTheOrderOfAsking()
    {
        var turns = new StreamTurns();
        var order = new List<int>();
        var first = await turns.TakeAsync(Stream);
        var others = Enumerable.Range(1, 20).Select(WaitAsync).ToArray();

        Assert.All(others, static other => Assert.False(other.IsCompleted));
        first.Dispose();
        await Task.WhenAll(others);

        Assert.Equal(Enumerable.Range(1, 20), order);

        async Task WaitAsync(int number)
        {
            using var turn = await turns.TakeAsync(Stream);
            order.Add(number);
        }
    }

    [Fact]
    public async Task Take_OfAnotherStream_DoesNotWait()
    {
        var turns = new StreamTurns();
        using var first = await turns.TakeAsync(Stream);

        Assert.True(turns.TakeAsync(new("b")).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Take_OfManyStreamsAtOnce_DoesNotWaitAndLeavesEachFree()
    {
        var turns = new StreamTurns();
        var held = new List<StreamTurn>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 3_000; i++)
            {
                var take = turns.TakeAsync(new($"s{i}")).AsTask();
                Assert.True(take.IsCompletedSuccessfully);
                held.Add(await take);
            }

            var second = turns.TakeAsync(new("s1234")).AsTask();
            Assert.False(second.IsCompleted);
            foreach (var turn in round == 1 ? held.AsEnumerable().Reverse() : held) turn.Dispose();
            (await second).Dispose();
            held.Clear();
        }
    }

    [Fact]
    public async Task Take_ByOneThatGaveUp_IsPassedOver()
    {
        var turns = new StreamTurns();
        using var cancellation = new CancellationTokenSource();
        var first = await turns.TakeAsync(Stream);
        var cancelled = turns.TakeAsync(Stream, cancellation.Token).AsTask();
        var next = turns.TakeAsync(Stream).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        first.Dispose();
        (await next).Dispose();

        Assert.True(turns.TakeAsync(Stream).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Turns_OfManyCallers_AreNeverTwoAtOnce()
    {
        var turns = new StreamTurns();
        var (inside, done) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Task.Run(async () =>
        {
            for (var n = 0; n < 200; n++)
            {
                using var turn = await turns.TakeAsync(Stream);
                Assert.Equal(1, Interlocked.Increment(ref inside));
                if (n % 10 == caller % 10) await Task.Yield();
                Interlocked.Decrement(ref inside);
                Interlocked.Increment(ref done);
            }
        })));

        Assert.Equal(32 * 200, done);
    }

    [Fact]
    public async Task Turns_OfManyCallersOnManyStreams_AreNeverTwoAtOnceOnOne()
    {
        const int Streams = 1_500;
        var turns = new StreamTurns();
        var inside = new int[Streams];
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var n = 0; n < 2_000; n++)
            {
                // Few streams and many by turns; one of them, or two in order of their ids.
                var limit = n / 100 % 2 == 0 ? 3 : Streams;
                var (a, b) = (random.Next(limit), random.Next(limit));
                if (string.CompareOrdinal(Name(a), Name(b)) > 0) (a, b) = (b, a);
                using var first = await turns.TakeAsync(new(Name(a)));
                using var second = a == b ? default : await turns.TakeAsync(new(Name(b)));
                Assert.Equal(1, Interlocked.Increment(ref inside[a]));
                if (a != b) Assert.Equal(1, Interlocked.Increment(ref inside[b]));
                if (n % 10 == caller % 10) await Task.Yield();
                Interlocked.Decrement(ref inside[a]);
                if (a != b) Interlocked.Decrement(ref inside[b]);
                Interlocked.Increment(ref done);
            }
        })));

        Assert.Equal(16 * 2_000, done);

        static string Name(int stream) => $"s{stream}";
    }
}
