#if NET10_0_OR_GREATER
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CustomerLifecycle.Value;

/// <summary>The integral over the time of leaving, eight nodes at a time.</summary>
internal static partial class GGompertzNbdKernel
{
    /// <summary>ln of the part of the likelihood that belongs to having left before T, with its derivatives in the logarithms of the parameters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double LeftByEight(in RisingGamma purchases, double alpha, double b, double s, double beta, double tx, double age, Span<double> gradient, Span<double> hessian)
    {
        double r = purchases.Shape, total = purchases.Total, curvature = purchases.Curvature, power = s + 1, reducedAtRecency = ReducedK(b, beta, tx);
        double slope = purchases.Slope + r * Math.Log(alpha / (alpha + tx)), logBeta = Math.Log(beta / reducedAtRecency) - b * tx;
        Vector512<double> one = Vector512<double>.One, sum = default;
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default;
        Vector512<double> sum00 = default, sum10 = default, sum11 = default, sum20 = default, sum21 = default, sum22 = default, sum30 = default, sum31 = default, sum32 = default, sum33 = default, sum40 = default, sum41 = default, sum42 = default, sum43 = default, sum44 = default;
        var start = tx;
        while (start < age)
        {
            var panel = Math.Min(age - start, Panel(total, alpha, b, s, beta, start));
            Vector512<double> last = default;
            for (var i = 0; i < GaussLegendre.Points; i += Vector512<double>.Count)
            {
                var z = Vector512.Create<double>(GaussLegendre.Nodes, i) * panel + Vector512.Create(start);
                var end = z + Vector512.Create(alpha);
                var logA = Vector512.Log(end / Vector512.Create(alpha + tx));
                var shareA = Vector512.Create(alpha) / end;
                var time = z * b;
                var decay = Vector512.Exp(-time);
                var reduced = decay * beta + (one - decay);
                var logGrowth = (z - Vector512.Create(tx)) * b + Vector512.Log(reduced / Vector512.Create(reducedAtRecency));
                last = Vector512.Exp(-(logA * total + logGrowth * s)) / reduced;
                var w = Vector512.Create<double>(GaussLegendre.Weights, i) * panel * last;
                var c = time / reduced;
                var share = decay * beta / reduced;
                var g0 = Vector512.Create(slope) - logA * r;
                var g1 = Vector512.Create(r) - shareA * total;
                var g2 = one + time - c * power;
                var g3 = one + (Vector512.Create(logBeta) - logGrowth) * s;
                var g4 = Vector512.Create(s) - share * power;
                sum += w;
                sum0 += w * g0;
                sum1 += w * g1;
                sum2 += w * g2;
                sum3 += w * g3;
                sum4 += w * g4;
                sum00 += w * (g0 * g0 + (g0 + Vector512.Create(curvature)));
                sum10 += w * (g1 * g0 + ((one - shareA) * r));
                sum11 += w * (g1 * g1 + (-(shareA * total * (one - shareA))));
                sum20 += w * (g2 * g0);
                sum21 += w * (g2 * g1);
                sum22 += w * (g2 * g2 + (time - (c * (one + time) - c * c) * power));
                sum30 += w * (g3 * g0);
                sum31 += w * (g3 * g1);
                sum32 += w * (g3 * g2 + (-(c * s)));
                sum33 += w * (g3 * g3 + (g3 - one));
                sum40 += w * (g4 * g0);
                sum41 += w * (g4 * g1);
                sum42 += w * (g4 * g2 + (share * c * power));
                sum43 += w * (g4 * g3 + ((one - share) * s));
                sum44 += w * (g4 * g4 + (-(share * (one - share) * power)));
            }

            start += panel;
            if (last.GetElement(Vector512<double>.Count - 1) * (age - start) <= 1e-25 * Vector512.Sum(sum)) break;
        }

        var integral = Vector512.Sum(sum);
        gradient[0] = Vector512.Sum(sum0) / integral;
        gradient[1] = Vector512.Sum(sum1) / integral;
        gradient[2] = Vector512.Sum(sum2) / integral;
        gradient[3] = Vector512.Sum(sum3) / integral;
        gradient[4] = Vector512.Sum(sum4) / integral;
        hessian[0] = Vector512.Sum(sum00) / integral - gradient[0] * gradient[0];
        hessian[1] = Vector512.Sum(sum10) / integral - gradient[1] * gradient[0];
        hessian[2] = Vector512.Sum(sum11) / integral - gradient[1] * gradient[1];
        hessian[3] = Vector512.Sum(sum20) / integral - gradient[2] * gradient[0];
        hessian[4] = Vector512.Sum(sum21) / integral - gradient[2] * gradient[1];
        hessian[5] = Vector512.Sum(sum22) / integral - gradient[2] * gradient[2];
        hessian[6] = Vector512.Sum(sum30) / integral - gradient[3] * gradient[0];
        hessian[7] = Vector512.Sum(sum31) / integral - gradient[3] * gradient[1];
        hessian[8] = Vector512.Sum(sum32) / integral - gradient[3] * gradient[2];
        hessian[9] = Vector512.Sum(sum33) / integral - gradient[3] * gradient[3];
        hessian[10] = Vector512.Sum(sum40) / integral - gradient[4] * gradient[0];
        hessian[11] = Vector512.Sum(sum41) / integral - gradient[4] * gradient[1];
        hessian[12] = Vector512.Sum(sum42) / integral - gradient[4] * gradient[2];
        hessian[13] = Vector512.Sum(sum43) / integral - gradient[4] * gradient[3];
        hessian[14] = Vector512.Sum(sum44) / integral - gradient[4] * gradient[4];
        return purchases.Log + r * Math.Log(alpha / (alpha + tx)) - (total - r) * Math.Log(alpha + tx) + s * logBeta + Math.Log(b * s * integral);
    }
}
#endif
