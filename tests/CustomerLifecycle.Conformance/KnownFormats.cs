using CustomerLifecycle.Conformance.Formats;

namespace CustomerLifecycle.Conformance;

/// <summary>The formats that the runner understands: one line for each.</summary>
internal static class KnownFormats
{
    public static IReadOnlyList<IFormat> All { get; } =
    [
        new LedgerFormat(),
        new LedgerLiabilityFormat(),
        new LifecycleFormat(),
        new MetricsFormat(),
        new SegmentationFormat(),
        new ValueFormat(),
    ];
}
