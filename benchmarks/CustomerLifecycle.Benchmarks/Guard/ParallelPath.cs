namespace CustomerLifecycle.Benchmarks.Guard;

/// <summary>A hot path whose units do not know each other, so that threads may share them.</summary>
public abstract class ParallelPath : HotPath
{
    /// <summary>By the library, from one unit on.</summary>
    public abstract double Part(int first, int count);

    public override double Library() => Part(0, Units);
}
