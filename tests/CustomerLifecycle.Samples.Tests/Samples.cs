namespace CustomerLifecycle.Samples.Tests;

/// <summary>Where the samples are built.</summary>
internal static class Samples
{
    /// <summary>A file that a sample's project has built, in the configuration of these tests.</summary>
    public static string Output(string sample, string framework, string file)
    {
        // …/tests/CustomerLifecycle.Samples.Tests/bin/CONFIGURATION/net10.0/
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var repository = own.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(repository, "docs", "samples", sample, "bin", own.Parent.Name, framework, file);
    }
}
