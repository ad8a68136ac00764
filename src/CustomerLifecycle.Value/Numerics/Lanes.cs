#if NET10_0_OR_GREATER
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CustomerLifecycle.Value;

/// <summary>Several numbers that are computed side by side, so that one kernel serves every width of vector.</summary>
/// <remarks>Each lane is computed as if it stood alone, with fused multiply-adds: a result depends neither on its neighbours nor on the width.</remarks>
/// <typeparam name="T">The lanes themselves.</typeparam>
internal interface ILanes<T>
    where T : struct, ILanes<T>
{
    static abstract int Count { get; }

    static abstract T Of(double value);

    static abstract T Load(ref double source);

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    /// <summary>left · right + addend, rounded once.</summary>
    static abstract T MultiplyAdd(T left, T right, T addend);

    static abstract T Log(T value);

    static abstract T Exp(T value);

    static abstract T Abs(T value);

    static abstract T Min(T left, T right);

    /// <summary>All bits set where it holds, none where not; never holds for NaN.</summary>
    static abstract T AtMost(T left, T right);

    static abstract T Equal(T left, T right);

    static abstract T And(T left, T right);

    static abstract T Or(T left, T right);

    static abstract T Select(T condition, T then, T otherwise);

    static abstract bool All(T condition);

    void Store(ref double destination);
}

/// <summary>Eight lanes.</summary>
internal readonly struct Lanes8(Vector512<double> lanes) : ILanes<Lanes8>
{
    private readonly Vector512<double> _lanes = lanes;

    public static int Count => Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Of(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(ref double source) => new(Vector512.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 left, Lanes8 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 left, Lanes8 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 left, Lanes8 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator /(Lanes8 left, Lanes8 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 left, Lanes8 right, Lanes8 addend) => new(Vector512.FusedMultiplyAdd(left._lanes, right._lanes, addend._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Log(Lanes8 value) => new(Vector512.Log(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Exp(Lanes8 value) => new(Vector512.Exp(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Abs(Lanes8 value) => new(Vector512.Abs(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Min(Lanes8 left, Lanes8 right) => new(Vector512.Min(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 AtMost(Lanes8 left, Lanes8 right) => new(Vector512.LessThanOrEqual(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Equal(Lanes8 left, Lanes8 right) => new(Vector512.Equals(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 And(Lanes8 left, Lanes8 right) => new(left._lanes & right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Or(Lanes8 left, Lanes8 right) => new(left._lanes | right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Select(Lanes8 condition, Lanes8 then, Lanes8 otherwise) => new(Vector512.ConditionalSelect(condition._lanes, then._lanes, otherwise._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool All(Lanes8 condition) => Vector512.EqualsAll(condition._lanes.AsInt64(), Vector512<long>.AllBitsSet);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination) => _lanes.StoreUnsafe(ref destination);
}

/// <summary>Four lanes.</summary>
internal readonly struct Lanes4(Vector256<double> lanes) : ILanes<Lanes4>
{
    private readonly Vector256<double> _lanes = lanes;

    public static int Count => Vector256<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Of(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(ref double source) => new(Vector256.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 left, Lanes4 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 left, Lanes4 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 left, Lanes4 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator /(Lanes4 left, Lanes4 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 MultiplyAdd(Lanes4 left, Lanes4 right, Lanes4 addend) => new(Vector256.FusedMultiplyAdd(left._lanes, right._lanes, addend._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Log(Lanes4 value) => new(Vector256.Log(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Exp(Lanes4 value) => new(Vector256.Exp(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Abs(Lanes4 value) => new(Vector256.Abs(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Min(Lanes4 left, Lanes4 right) => new(Vector256.Min(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 AtMost(Lanes4 left, Lanes4 right) => new(Vector256.LessThanOrEqual(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Equal(Lanes4 left, Lanes4 right) => new(Vector256.Equals(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 And(Lanes4 left, Lanes4 right) => new(left._lanes & right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Or(Lanes4 left, Lanes4 right) => new(left._lanes | right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Select(Lanes4 condition, Lanes4 then, Lanes4 otherwise) => new(Vector256.ConditionalSelect(condition._lanes, then._lanes, otherwise._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool All(Lanes4 condition) => Vector256.EqualsAll(condition._lanes.AsInt64(), Vector256<long>.AllBitsSet);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination) => _lanes.StoreUnsafe(ref destination);
}

/// <summary>Two lanes.</summary>
internal readonly struct Lanes2(Vector128<double> lanes) : ILanes<Lanes2>
{
    private readonly Vector128<double> _lanes = lanes;

    public static int Count => Vector128<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Of(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Load(ref double source) => new(Vector128.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator +(Lanes2 left, Lanes2 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator -(Lanes2 left, Lanes2 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator *(Lanes2 left, Lanes2 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 operator /(Lanes2 left, Lanes2 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 MultiplyAdd(Lanes2 left, Lanes2 right, Lanes2 addend) => new(Vector128.FusedMultiplyAdd(left._lanes, right._lanes, addend._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Log(Lanes2 value) => new(Vector128.Log(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Exp(Lanes2 value) => new(Vector128.Exp(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Abs(Lanes2 value) => new(Vector128.Abs(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Min(Lanes2 left, Lanes2 right) => new(Vector128.Min(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 AtMost(Lanes2 left, Lanes2 right) => new(Vector128.LessThanOrEqual(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Equal(Lanes2 left, Lanes2 right) => new(Vector128.Equals(left._lanes, right._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 And(Lanes2 left, Lanes2 right) => new(left._lanes & right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Or(Lanes2 left, Lanes2 right) => new(left._lanes | right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes2 Select(Lanes2 condition, Lanes2 then, Lanes2 otherwise) => new(Vector128.ConditionalSelect(condition._lanes, then._lanes, otherwise._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool All(Lanes2 condition) => Vector128.EqualsAll(condition._lanes.AsInt64(), Vector128<long>.AllBitsSet);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination) => _lanes.StoreUnsafe(ref destination);
}
#endif
