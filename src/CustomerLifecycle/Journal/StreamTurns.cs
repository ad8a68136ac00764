namespace CustomerLifecycle;

/// <summary>Lets the callers of one process take turns on a stream, first come, first served: each then decides at the newest version, instead of all but one deciding in vain.</summary>
/// <remarks>
/// A courtesy, not the guard: other processes do not take part, and the version of an append decides. Load, decide and append within a turn; hold one turn at a time, or take those of
/// several streams in order of their ids. Safe for concurrent callers. A stream that nobody is at costs nothing to keep.
/// </remarks>
public sealed class StreamTurns
{
    // A stream is a key while somebody has its turn; the queue is there once somebody waits.
    private readonly Dictionary<StreamId, Queue<TaskCompletionSource<bool>>?> _taken = [];

    /// <summary>Waits for the turn.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The turn, to be disposed of once, when the append is done.</returns>
    public ValueTask<StreamTurn> TakeAsync(StreamId stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<bool> waiter;
        lock (_taken)
        {
            if (!_taken.TryGetValue(stream, out var waiting))
            {
                _taken.Add(stream, null);
                return new(new StreamTurn(this, stream));
            }

            if (waiting is null) _taken[stream] = waiting = new();
            waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(waiter);
        }

        return WaitAsync(stream, waiter, cancellationToken);
    }

    private async ValueTask<StreamTurn> WaitAsync(StreamId stream, TaskCompletionSource<bool> waiter, CancellationToken cancellationToken)
    {
        using var cancelling = cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetCanceled(), waiter);
        await waiter.Task.ConfigureAwait(false);
        return new(this, stream);
    }

    internal void Pass(StreamId stream)
    {
        lock (_taken)
        {
            // Who has given up waiting is passed over.
            var waiting = _taken[stream];
            while (waiting?.Count > 0)
            {
                if (waiting.Dequeue().TrySetResult(true)) return;
            }

            _taken.Remove(stream);
        }
    }
}

/// <summary>A turn on one stream.</summary>
public readonly struct StreamTurn : IDisposable
{
    private readonly StreamTurns? _turns;
    private readonly StreamId _stream;

    internal StreamTurn(StreamTurns turns, StreamId stream)
    {
        _turns = turns;
        _stream = stream;
    }

    /// <summary>Ends the turn. That of <c>default</c> is nobody's.</summary>
    public void Dispose() => _turns?.Pass(_stream);
}
