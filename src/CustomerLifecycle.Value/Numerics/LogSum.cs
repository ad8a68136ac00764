namespace CustomerLifecycle.Value;

/// <summary>The logarithm of a sum of positive terms given by their logarithms, with its gradient and Hessian.</summary>
/// <remarks>
/// If F = ln(sum of exp f_k) and w_k are the terms' shares of the sum, then the gradient of F is the mean of the f_k' under w, and its
/// Hessian the mean of f_k'' + f_k' f_k'ᵀ less the product of the means. Matrices are packed by rows of the lower triangle.
/// </remarks>
internal ref struct LogSum
{
    private readonly Span<double> _gradient;
    private readonly Span<double> _hessian;
    private double _largest;
    private double _sum;

    public LogSum(Span<double> gradient, Span<double> hessian)
    {
        _gradient = gradient;
        _hessian = hessian;
        gradient.Clear();
        hessian.Clear();
        _largest = double.NegativeInfinity;
        _sum = 0;
    }

    /// <summary>Adds a term.</summary>
    public void Add(double log, scoped ReadOnlySpan<double> gradient, scoped ReadOnlySpan<double> hessian)
    {
        if (double.IsNegativeInfinity(log)) return;
        double weight;
        if (log > _largest)
        {
            Scale(Math.Exp(_largest - log));
            _largest = log;
            weight = 1;
        }
        else
        {
            weight = Math.Exp(log - _largest);
            if (weight == 0) return;
        }

        _sum += weight;
        for (int i = 0, k = 0; i < _gradient.Length; i++)
        {
            var g = gradient[i];
            var wg = weight * g;
            _gradient[i] += wg;
            for (var j = 0; j <= i; j++, k++) _hessian[k] += weight * hessian[k] + wg * gradient[j];
        }
    }

    /// <summary>Turns the accumulated moments into the gradient and the Hessian, in place, and returns the logarithm of the sum.</summary>
    public double Complete()
    {
        if (_sum == 0) return double.NegativeInfinity;
        var scale = 1 / _sum;
        for (var i = 0; i < _gradient.Length; i++) _gradient[i] *= scale;
        for (int i = 0, k = 0; i < _gradient.Length; i++)
        {
            for (var j = 0; j <= i; j++, k++) _hessian[k] = _hessian[k] * scale - _gradient[i] * _gradient[j];
        }

        return _largest + Math.Log(_sum);
    }

    private void Scale(double factor)
    {
        _sum *= factor;
        for (var i = 0; i < _gradient.Length; i++) _gradient[i] *= factor;
        for (var k = 0; k < _hessian.Length; k++) _hessian[k] *= factor;
    }
}
