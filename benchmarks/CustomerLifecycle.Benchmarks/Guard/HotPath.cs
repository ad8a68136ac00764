using BenchmarkDotNet.Attributes;

namespace CustomerLifecycle.Benchmarks.Guard;

/// <summary>A path that has to be fast, beside the loop that a good engineer would write by hand for just this case.</summary>
/// <remarks>Each answers with a checksum, so that neither can be faster by doing less. Derive, and add a line to <see cref="GuardProgram.HotPaths"/>.</remarks>
[MemoryDiagnoser]
public abstract class HotPath
{
    /// <summary>What is measured; stable, for it is the key of the accepted values.</summary>
    public abstract string Name { get; }

    /// <summary>What one call handles many of.</summary>
    public abstract string Unit { get; }

    /// <summary>How many of them one call handles.</summary>
    public abstract int Units { get; }

    /// <summary>How far the checksums may be apart, relatively.</summary>
    public virtual double Agreement => 1e-9;

    /// <summary>Makes the data; not measured.</summary>
    public abstract void Setup();

    /// <summary>By hand.</summary>
    public abstract double Yardstick();

    /// <summary>By the library.</summary>
    public abstract double Library();

    // BenchmarkDotNet looks for its attributes on the very method, not on what it overrides.
    [GlobalSetup]
    public void BeforeBenchmarks() => Setup();

    [Benchmark(Baseline = true)]
    public double ByHand() => Yardstick();

    [Benchmark]
    public double ByLibrary() => Library();
}
