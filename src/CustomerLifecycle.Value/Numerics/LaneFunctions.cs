#if NET10_0_OR_GREATER
using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Value;

/// <summary>What the scorers of several customers at a time share.</summary>
internal static class LaneFunctions
{
    /// <summary>Fills lanes that have no customer of their own with copies of the first one.</summary>
    public static void Pad(ReadOnlySpan<double> values, Span<double> padded)
    {
        padded.Fill(values[0]);
        values.CopyTo(padded);
    }

    /// <summary>Whether the three numbers can describe a customer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Valid<T>(T frequency, T recency, T age)
        where T : struct, ILanes<T>
    {
        T zero = T.Of(0), largest = T.Of(double.MaxValue);
        var times = T.And(T.And(T.AtMost(zero, recency), T.AtMost(recency, age)), T.AtMost(age, largest));
        var repeats = T.And(T.AtMost(T.Of(1), frequency), T.AtMost(frequency, largest));
        return T.And(times, T.Or(repeats, T.And(T.Equal(frequency, zero), T.Equal(recency, zero))));
    }

    /// <summary>(exp(z) - 1)/z for |z| at most 1/2, by Taylor's series; the first term left out is below 1e-15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExponentialQuotient<T>(T z)
        where T : struct, ILanes<T>
    {
        var sum = T.Of(1.0 / 87178291200);
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 6227020800));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 479001600));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 39916800));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 3628800));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 362880));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 40320));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 5040));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 720));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 120));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 24));
        sum = T.MultiplyAdd(sum, z, T.Of(1.0 / 6));
        sum = T.MultiplyAdd(sum, z, T.Of(0.5));
        return T.MultiplyAdd(sum, z, T.Of(1));
    }
}
#endif
