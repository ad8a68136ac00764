using System.CommandLine;

namespace CustomerLifecycle.Tool;

/// <summary>One command of <c>clm</c>.</summary>
/// <remarks>Commands are listed in <see cref="CommandLine"/>. An action throws <see cref="InputException"/> for what the user can mend; the exit codes are the command line's matter.</remarks>
internal interface IReportCommand
{
    /// <summary>Describes the command and what it does.</summary>
    /// <param name="host">The clock and the console.</param>
    Command Build(CommandHost host);
}

/// <summary>What a command has around it.</summary>
/// <param name="Clock">The clock: only "today" is taken from it.</param>
/// <param name="Output">For results.</param>
/// <param name="Progress">For what is going on.</param>
internal sealed record CommandHost(IClock Clock, TextWriter Output, IProgressDisplay Progress);
