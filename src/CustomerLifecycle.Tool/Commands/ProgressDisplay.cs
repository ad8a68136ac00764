using Spectre.Console;

namespace CustomerLifecycle.Tool;

/// <summary>Shows what is going on, where somebody looks.</summary>
internal interface IProgressDisplay
{
    /// <summary>Runs work that reports its steps.</summary>
    /// <param name="work">Told a reporter: the name of the step and the share of it that is done (null when that is not known).</param>
    T Run<T>(Func<Action<string, double?>, T> work);
}

/// <summary>Nobody looks: a pipe, a file, a test.</summary>
internal sealed class NoProgress : IProgressDisplay
{
    public T Run<T>(Func<Action<string, double?>, T> work) => work(static (_, _) => { });
}

/// <summary>Bars on a terminal, on the error stream, so that the output stays clean.</summary>
internal sealed class TerminalProgress : IProgressDisplay
{
    public T Run<T>(Func<Action<string, double?>, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .Start(context =>
            {
                ProgressTask? current = null;
                var name = "";
                var result = work((step, share) =>
                {
                    if (!string.Equals(step, name, StringComparison.Ordinal))
                    {
                        if (current is not null) current.Value = current.MaxValue;
                        name = step;
                        current = context.AddTask(Markup.Escape(step), maxValue: 1);
                    }

                    if (share is { } done) current!.Value = done;
                    else current!.IsIndeterminate = true;
                });
                if (current is not null) current.Value = current.MaxValue;
                return result;
            });
    }
}

/// <summary>Reports at once, on the thread that works: <see cref="Progress{T}"/> would report later, elsewhere.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
