namespace CustomerLifecycle.Tests.Shared;

/// <summary>What tests need and a machine may not have: a database server, a browser, another runtime.</summary>
/// <remarks>Without it the tests are skipped, visibly. On a build server (CI is true) they fail: nothing is left out there.</remarks>
internal static class Prerequisite
{
    /// <summary>The folders of the path.</summary>
    public static IEnumerable<string> Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static bool IsDemanded { get; } = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The first of these programs that is on the path; null when none is.</summary>
    public static string? Find(params string[] programs) =>
        Path.SelectMany(folder => programs.Select(program => System.IO.Path.Combine(folder, program))).FirstOrDefault(File.Exists);

    /// <summary>Why tests are skipped: the advice, or null where what they need is here.</summary>
    /// <exception cref="InvalidOperationException">It is not here, and this is a build server.</exception>
    public static string? Missing(bool isHere, string advice) =>
        isHere ? null : IsDemanded ? throw new InvalidOperationException($"A build server needs everything. {advice}") : advice;
}
