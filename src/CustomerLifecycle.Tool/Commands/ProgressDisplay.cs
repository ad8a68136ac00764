using Spectre.Console;

namespace CustomerLifecycle.Tool;

/// <summary>Shows what is going on, where somebody looks.</summary>
internal interface IProgressDisplay
{
    /// <summary>Runs work that reports its steps.</summary>
    /// <param name="work">Told a reporter: the name of the step and the share of it that is done (null when that is not known).</param>
    T Run<T>(Func<Action<string, double?>, T> work);

    /// <summary>Runs work that waits now and then.</summary>
    /// <param name="work">Told a reporter, which may be called on any thread.</param>
    Task<T> RunAsync<T>(Func<Action<string, double?>, Task<T>> work);
}

/// <summary>Nobody looks: a pipe, a file, a test.</summary>
internal sealed class NoProgress : IProgressDisplay
{
    public T Run<T>(Func<Action<string, double?>, T> work) => work(static (_, _) => { });

    public Task<T> RunAsync<T>(Func<Action<string, double?>, Task<T>> work) => work(static (_, _) => { });
}

/// <summary>Bars on a terminal, on the error stream, so that the output stays clean.</summary>
internal sealed class TerminalProgress : IProgressDisplay
{
    public T Run<T>(Func<Action<string, double?>, T> work) => Bars().Start(context =>
    {
        var steps = new Steps(context);
        var result = work(steps.Report);
        steps.Finish();
        return result;
    });

    public Task<T> RunAsync<T>(Func<Action<string, double?>, Task<T>> work) => Bars().StartAsync(async context =>
    {
        var steps = new Steps(context);
        var result = await work(steps.Report).ConfigureAwait(false);
        steps.Finish();
        return result;
    });

    private static Progress Bars() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
        .Progress().AutoClear(true).HideCompleted(false)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn());

    /// <summary>A bar for each step, one after another.</summary>
    private sealed class Steps(ProgressContext context)
    {
        private ProgressTask? _current;
        private string _name = "";

        public void Report(string step, double? share)
        {
            if (!string.Equals(step, _name, StringComparison.Ordinal))
            {
                Finish();
                _name = step;
                _current = context.AddTask(Markup.Escape(step), maxValue: 1);
            }

            if (share is { } done) _current!.Value = done;
            else _current!.IsIndeterminate = true;
        }

        public void Finish()
        {
            if (_current is not null) _current.Value = _current.MaxValue;
        }
    }
}

/// <summary>Reports at once, on the thread that works: <see cref="Progress{T}"/> would report later, elsewhere.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
