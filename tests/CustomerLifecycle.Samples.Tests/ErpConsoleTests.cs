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

    /// <summary>A test that needs mono.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class MonoFactAttribute : FactAttribute
    {
        public MonoFactAttribute() => Skip = Prerequisite.Missing(Prerequisite.Find("mono") is not null, "There is no mono: install mono-runtime and mono-devel.");
    }
}
