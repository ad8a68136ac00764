using CustomerLifecycle.Tool;

IProgressDisplay progress = Console.IsErrorRedirected || Console.IsOutputRedirected ? new NoProgress() : new TerminalProgress();
return await CommandLine.RunAsync(args, new CommandHost(SystemClock.Instance, Console.Out, progress), Console.Error).ConfigureAwait(false);
