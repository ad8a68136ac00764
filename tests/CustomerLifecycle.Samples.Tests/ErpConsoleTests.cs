using System.Diagnostics;
using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Samples.Tests;

public class ErpConsoleTests
{
    [MonoFact]
    public async Task Console_OnNetFramework_SaysThis()
    {
        var start = new ProcessStartInfo("mono") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Samples.Output("ErpConsole", "net472", "ErpConsole.exe"));
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal((0, ""), (process.ExitCode, await error));
        await Verifier.Verify(output);
    }

    /// <summary>Skipped, visibly, where there is no mono; where CI asks for it, that is an error.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class MonoFactAttribute : FactAttribute
    {
        public MonoFactAttribute()
        {
            var isHere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "mono")));
            if (!isHere && Environment.GetEnvironmentVariable("CI") is not "true") Skip = "mono is not here: install mono-runtime and mono-devel.";
        }
    }
}
