namespace CustomerLifecycle.Storage.Conformance;

/// <summary>The assertions of the kit: it depends on no test framework.</summary>
internal static class Expect
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new ConformanceException($"{what}: expected {expected}, got {actual}.");
    }

    public static void Items<T>(IReadOnlyList<T> expected, IReadOnlyList<T> actual, string what)
    {
        Equal(expected.Count, actual.Count, $"number of {what}");
        for (var i = 0; i < expected.Count; i++) Equal(expected[i], actual[i], $"{what}, number {i}");
    }

    public static void True(bool condition, string what)
    {
        if (!condition) throw new ConformanceException($"{what}: it is not so.");
    }

    public static T NotNull<T>(T? value, string what)
        where T : class => value ?? throw new ConformanceException($"{what}: expected something, got null.");

    public static async Task CancelledAsync(Func<Task> act, string what)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new ConformanceException($"{what}: expected OperationCanceledException, nothing was thrown.");
    }
}
