namespace CustomerLifecycle.Value;

/// <summary>An estimate and the interval in which the true value, or the coming one, lies with a stated confidence.</summary>
/// <param name="Estimate">The number.</param>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Confidence">0.95 for 95 %.</param>
public readonly record struct IntervalEstimate(double Estimate, double Lower, double Upper, double Confidence)
{
    internal static void RequireConfidence(double confidence)
    {
        if (!(confidence > 0 && confidence < 1)) throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies between 0 and 1; 95 % is 0.95.");
    }
}
