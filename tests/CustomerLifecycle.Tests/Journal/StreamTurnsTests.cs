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
}
