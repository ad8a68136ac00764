using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CustomerLifecycle.Benchmarks.Guard;

/// <summary>What makes two measurements comparable. Names of machines are no part of it.</summary>
internal static class Machine
{
    /// <summary>Cores, instruction sets and runtime, as one key.</summary>
    public static string Kind { get; } = $"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, {Features}, .NET {Environment.Version.Major}";

    private static string Features
    {
        get
        {
            List<string> features = [];
            if (Avx2.IsSupported) features.Add("AVX2");
            if (Fma.IsSupported) features.Add("FMA");
            if (Avx512F.IsSupported) features.Add("AVX-512");
            if (System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported) features.Add("AdvSIMD");
            features.Add($"vectors of {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits");
            return string.Join(' ', features);
        }
    }
}
