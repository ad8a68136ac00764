using System.Runtime.ExceptionServices;

namespace CustomerLifecycle.Rules;

/// <summary>Several threads on work that whoever is free takes in pieces: the caller begins at once, and threads of the pool join as they come. Who comes too late is not waited for.</summary>
internal sealed class Crew
{
    private const int Spins = 2_000;

    private readonly object _gate = new();
    private readonly Action<int> _work;
    private ExceptionDispatchInfo? _fault;
    private int _joined;
    private int _busy;
    private bool _isDone;

    private Crew(Action<int> work) => _work = work;

    /// <param name="threads">How many work at most, 1 or more.</param>
    /// <param name="work">Takes pieces until none is left; gets the worker's number, from 0.</param>
    public static void Run(int threads, Action<int> work)
    {
        if (threads == 1)
        {
            work(0);
            return;
        }

        var crew = new Crew(work);
        for (var i = 1; i < threads; i++) ThreadPool.UnsafeQueueUserWorkItem(static crew => ((Crew)crew!).Join(), crew);
        try
        {
            work(0);
        }
        finally
        {
            crew.Finish();
        }

        crew._fault?.Throw();
    }

    private void Join()
    {
        int number;
        lock (_gate)
        {
            if (_isDone) return;
            number = ++_joined;
            _busy++;
        }

        try
        {
            _work(number);
        }
#pragma warning disable CA1031 // It is thrown on the caller's thread.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _fault = ExceptionDispatchInfo.Capture(fault);
        }
        finally
        {
            lock (_gate)
            {
                _busy--;
                Monitor.Pulse(_gate);
            }
        }
    }

    // The last pieces take microseconds: less than falling asleep over them.
    private void Finish()
    {
        lock (_gate) _isDone = true;
        for (var i = 0; i < Spins && Volatile.Read(ref _busy) > 0; i++) Thread.SpinWait(8);
        lock (_gate)
        {
            while (_busy > 0) Monitor.Wait(_gate);
        }
    }
}
