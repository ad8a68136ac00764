using System.Runtime.CompilerServices;
using System.Text;
using Xunit.Sdk;

namespace CustomerLifecycle.Tests.Shared;

/// <summary>Compares a text with the snapshot beside the test: <c>Type.Method.verified.txt</c>, as Verify.Xunit would.</summary>
/// <remarks>Verify.Xunit takes its place by replacing this one file.</remarks>
internal static class Verifier
{
    private static readonly UTF8Encoding Utf8WithBom = new(encoderShouldEmitUTF8Identifier: true);

    public static async Task Verify(string actual, [CallerFilePath] string testFile = "", [CallerMemberName] string method = "")
    {
        var type = Path.GetFileNameWithoutExtension(testFile);
        var folder = Path.GetDirectoryName(testFile) ?? throw new InvalidOperationException($"The compiler gave no folder for '{testFile}'.");
        var verified = Path.Combine(folder, $"{type}.{method}.verified.txt");
        var received = Path.Combine(folder, $"{type}.{method}.received.txt");
        var text = Normalise(actual);

        var expected = File.Exists(verified) ? Normalise(await File.ReadAllTextAsync(verified).ConfigureAwait(false)) : null;
        if (string.Equals(expected, text, StringComparison.Ordinal))
        {
            File.Delete(received);
            return;
        }

        await File.WriteAllTextAsync(received, text, Utf8WithBom).ConfigureAwait(false);
        throw new XunitException($"""
            The snapshot {Path.GetFileName(verified)} {(expected is null ? "does not exist" : "differs")}.
            --- verified
            {expected}
            --- received
            {text}
            --- to accept
            mv '{received}' '{verified}'
            """);
    }

    private static string Normalise(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
}
