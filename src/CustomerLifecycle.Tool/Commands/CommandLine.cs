using System.CommandLine;
using System.CommandLine.Help;

namespace CustomerLifecycle.Tool;

/// <summary>The command line of <c>clm</c>: its commands, and what its exit codes mean.</summary>
internal static class CommandLine
{
    /// <summary>0: done. 1: something broke that the user cannot mend by changing the input. 2: the input or the command line cannot be used. 130: stopped by the user.</summary>
    public const int Done = 0, Failed = 1, BadInput = 2, Cancelled = 130;

    private static readonly IReportCommand[] Commands = [new ReportCommand(), new ExplainCommand(), new DemoCommand(), new PointsCommand(), new SegmentCommand(), new ImportCommand(), new StatusCommand()];

    public static async Task<int> RunAsync(string[] arguments, CommandHost host, TextWriter error, CancellationToken cancellationToken = default)
    {
        // Not a RootCommand, which would call itself by the assembly's name.
        var root = new Command("clm", "Customer lifecycle: from a file of purchases to answers.") { new HelpOption(), new VersionOption() };
        foreach (var command in Commands) root.Add(command.Build(host));
        var parse = root.Parse(arguments is [OptionValues.DatabaseName, var database, .. var words] ? [.. words, OptionValues.DatabaseName, database] : arguments);
        if (parse.Errors.Count > 0)
        {
            foreach (var finding in parse.Errors) await error.WriteLineAsync(finding.Message).ConfigureAwait(false);
            await error.WriteLineAsync($"See: clm {(parse.CommandResult.Command == root ? "" : parse.CommandResult.Command.Name + " ")}--help").ConfigureAwait(false);
            return BadInput;
        }

        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = host.Output, Error = error, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) };
            return await parse.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (InputException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return BadInput;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Stopped. Nothing was written.").ConfigureAwait(false);
            return Cancelled;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"The output could not be written: {exception.Message}").ConfigureAwait(false);
            return Failed;
        }
    }
}
