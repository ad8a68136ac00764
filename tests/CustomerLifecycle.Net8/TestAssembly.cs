using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace CustomerLifecycle.Net8;

/// <summary>Runs the tests of an assembly in this process, by xunit's own executor.</summary>
internal static class TestAssembly
{
    public static async Task<TestCount> RunAsync(Assembly assembly, TextWriter output)
    {
        var count = new TestCount(output);
        using var framework = new XunitTestFramework(count);
        using var executor = framework.GetExecutor(assembly.GetName());
        executor.RunAll(count, new Options(), new Options());
        await count.Ended;
        return count;
    }

    /// <summary>xunit's defaults: it asks for named values and takes null for "not set".</summary>
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out var value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
