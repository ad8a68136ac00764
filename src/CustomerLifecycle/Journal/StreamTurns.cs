namespace CustomerLifecycle;

/// <summary>Lets the callers of one process take turns on a stream, first come, first served: each then decides at the newest version, instead of all but one deciding in vain.</summary>
/// <remarks>
/// A courtesy, not the guard: other processes do not take part, and the version of an append decides. Load, decide and append within a turn; hold one turn at a time, or take those of
/// several streams in order of their ids. Safe for concurrent callers. A stream that nobody is at costs nothing to keep.
/// </remarks>
public sealed class StreamTurns
{
    private const int Slots = 512;

    // A stream has a slot by its hash. Mostly nobody else is there, and the slot is empty or holds the name of the stream whose turn is taken:
    // one exchange takes it, another gives it back. Where two meet there, of one stream or of two, a line takes the place of the name until it is empty.
    private readonly Slot[] _slots = new Slot[Slots];

    /// <summary>Waits for the turn.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The turn, to be disposed of once, when the append is done.</returns>
    public ValueTask<StreamTurn> TakeAsync(StreamId stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var slot = (int)(TextIndex.HashOf(stream.Value) % Slots);
        return Interlocked.CompareExchange(ref _slots[slot].Taken, stream.Value, null) is null ? new(new StreamTurn(this, stream, slot)) : TakeInLine(stream, slot, cancellationToken);
    }

    private ValueTask<StreamTurn> TakeInLine(StreamId stream, int slot, CancellationToken cancellationToken)
    {
        while (true)
        {
            var taken = Volatile.Read(ref _slots[slot].Taken);
            if (taken is Line line)
            {
                if (line.TryTake(stream, out var waiter)) return waiter is null ? new(new StreamTurn(this, stream, slot)) : WaitAsync(stream, slot, waiter, cancellationToken);
                Interlocked.CompareExchange(ref _slots[slot].Taken, null, line);
                continue;
            }

            object next = taken is string name ? new Line(new(name)) : stream.Value;
            if (Interlocked.CompareExchange(ref _slots[slot].Taken, next, taken) == taken && taken is null) return new(new StreamTurn(this, stream, slot));
        }
    }

    private async ValueTask<StreamTurn> WaitAsync(StreamId stream, int slot, TaskCompletionSource<bool> waiter, CancellationToken cancellationToken)
    {
        using var cancelling = cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetCanceled(), waiter);
        await waiter.Task.ConfigureAwait(false);
        return new(this, stream, slot);
    }

    internal void Pass(StreamId stream, int slot)
    {
        ref var taken = ref _slots[slot].Taken;
        if (Interlocked.CompareExchange(ref taken, null, stream.Value) is Line line && line.Pass(stream)) Interlocked.CompareExchange(ref taken, null, line);
    }

    private struct Slot
    {
        /// <summary>Nothing, the name of the one stream whose turn is taken, or a <see cref="Line"/>.</summary>
        public object? Taken;
    }

    /// <summary>The streams of one slot whose turns are taken, each with those who wait for it.</summary>
    private sealed class Line(StreamId first)
    {
        // The queue is there once somebody waits.
        private readonly Dictionary<StreamId, Queue<TaskCompletionSource<bool>>?> _taken = new() { [first] = null };

        /// <summary>Takes the turn, or a place behind those who wait for it.</summary>
        /// <returns>False when the line has ended: look at the slot again.</returns>
        public bool TryTake(StreamId stream, out TaskCompletionSource<bool>? waiter)
        {
            waiter = null;
            lock (_taken)
            {
                if (_taken.Count == 0) return false;
                if (!_taken.TryGetValue(stream, out var waiting))
                {
                    _taken.Add(stream, null);
                    return true;
                }

                if (waiting is null) _taken[stream] = waiting = new();
                waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Enqueue(waiter);
                return true;
            }
        }

        /// <summary>Hands a stream's turn on.</summary>
        /// <returns>Whether that ends the line: it was the last turn.</returns>
        public bool Pass(StreamId stream)
        {
            lock (_taken)
            {
                // Who has given up waiting is passed over.
                var waiting = _taken[stream];
                while (waiting?.Count > 0)
                {
                    if (waiting.Dequeue().TrySetResult(true)) return false;
                }

                _taken.Remove(stream);
                return _taken.Count == 0;
            }
        }
    }
}

/// <summary>A turn on one stream.</summary>
public readonly struct StreamTurn : IDisposable
{
    private readonly StreamTurns? _turns;
    private readonly StreamId _stream;
    private readonly int _slot;

    internal StreamTurn(StreamTurns turns, StreamId stream, int slot)
    {
        _turns = turns;
        _stream = stream;
        _slot = slot;
    }

    /// <summary>Ends the turn. That of <c>default</c> is nobody's.</summary>
    public void Dispose() => _turns?.Pass(_stream, _slot);
}
