using System.Runtime.InteropServices;

namespace CustomerLifecycle.Value;

/// <summary>
/// The integral over u from 0 to some length of f = (1+u/a)^-R (1+u/b)^-(s+1), and under the density f the means and covariances of ln(1+u/a), 1/(a+u),
/// ln(1+u/b) and 1/(b+u): what the Pareto/NBD likelihood and its derivatives are made of.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal partial struct DropoutMoments
{
    public double Integral, LogA, InverseA, LogB, InverseB;
    public double LogALogA, LogAInverseA, InverseAInverseA, LogALogB, InverseALogB, LogBLogB, LogAInverseB, InverseAInverseB, LogBInverseB, InverseBInverseB;

    public static DropoutMoments Of(double shape, double a, double s, double b, double length)
    {
        var moments = default(DropoutMoments);
        var start = 0.0;
        while (start < length)
        {
            var panel = Math.Min(length - start, ParetoNbdKernel.Panel(shape, a + start, s, b + start));
            var last = moments.AddPanel(shape, a, s, b, start, panel);
            start += panel;
            if (last * (length - start) <= 1e-20 * moments.Integral) break;
        }

        moments.Complete();
        return moments;
    }

#if !NET10_0_OR_GREATER
    private double AddPanel(double shape, double a, double s, double b, double start, double panel) => AddOneByOne(shape, a, s, b, start, panel);
#endif

    /// <summary>Adds a panel and returns the integrand near its end.</summary>
    private double AddOneByOne(double shape, double a, double s, double b, double start, double panel)
    {
        double last = 0, sum = 0, sumLogA = 0, sumInverseA = 0, sumLogB = 0, sumInverseB = 0, sumLogALogA = 0, sumLogAInverseA = 0, sumInverseAInverseA = 0;
        double sumLogALogB = 0, sumInverseALogB = 0, sumLogBLogB = 0, sumLogAInverseB = 0, sumInverseAInverseB = 0, sumLogBInverseB = 0, sumInverseBInverseB = 0;
        for (var i = 0; i < GaussLegendre.Points; i++)
        {
            double u = start + panel * GaussLegendre.Nodes[i], logA = Math.Log(1 + u / a), logB = Math.Log(1 + u / b), inverseA = 1 / (a + u), inverseB = 1 / (b + u);
            last = Math.Exp(-shape * logA - (s + 1) * logB);
            double w = panel * GaussLegendre.Weights[i] * last, wLogA = w * logA, wInverseA = w * inverseA, wLogB = w * logB, wInverseB = w * inverseB;
            sum += w;
            sumLogA += wLogA;
            sumInverseA += wInverseA;
            sumLogB += wLogB;
            sumInverseB += wInverseB;
            sumLogALogA += wLogA * logA;
            sumLogAInverseA += wLogA * inverseA;
            sumInverseAInverseA += wInverseA * inverseA;
            sumLogALogB += wLogA * logB;
            sumInverseALogB += wInverseA * logB;
            sumLogBLogB += wLogB * logB;
            sumLogAInverseB += wLogA * inverseB;
            sumInverseAInverseB += wInverseA * inverseB;
            sumLogBInverseB += wLogB * inverseB;
            sumInverseBInverseB += wInverseB * inverseB;
        }

        Integral += sum;
        LogA += sumLogA;
        InverseA += sumInverseA;
        LogB += sumLogB;
        InverseB += sumInverseB;
        LogALogA += sumLogALogA;
        LogAInverseA += sumLogAInverseA;
        InverseAInverseA += sumInverseAInverseA;
        LogALogB += sumLogALogB;
        InverseALogB += sumInverseALogB;
        LogBLogB += sumLogBLogB;
        LogAInverseB += sumLogAInverseB;
        InverseAInverseB += sumInverseAInverseB;
        LogBInverseB += sumLogBInverseB;
        InverseBInverseB += sumInverseBInverseB;
        return last;
    }

    /// <summary>Turns sums into means, and sums of products into covariances.</summary>
    private void Complete()
    {
        var scale = 1 / Integral;
        LogA *= scale;
        InverseA *= scale;
        LogB *= scale;
        InverseB *= scale;
        LogALogA = LogALogA * scale - LogA * LogA;
        LogAInverseA = LogAInverseA * scale - LogA * InverseA;
        InverseAInverseA = InverseAInverseA * scale - InverseA * InverseA;
        LogALogB = LogALogB * scale - LogA * LogB;
        InverseALogB = InverseALogB * scale - InverseA * LogB;
        LogBLogB = LogBLogB * scale - LogB * LogB;
        LogAInverseB = LogAInverseB * scale - LogA * InverseB;
        InverseAInverseB = InverseAInverseB * scale - InverseA * InverseB;
        LogBInverseB = LogBInverseB * scale - LogB * InverseB;
        InverseBInverseB = InverseBInverseB * scale - InverseB * InverseB;
    }
}
