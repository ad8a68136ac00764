using System.Globalization;
using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Loyalty.Tests.Simulation;

/// <summary>An interpolated text in the invariant culture, which is not even put together when the rule that it complains of holds.</summary>
[InterpolatedStringHandler]
internal ref struct Invariant
{
    private DefaultInterpolatedStringHandler _text;

    public Invariant(int literalLength, int formattedCount) => _text = new(literalLength, formattedCount, CultureInfo.InvariantCulture);

    public Invariant(int literalLength, int formattedCount, bool holds, out bool isWanted)
    {
        isWanted = !holds;
        if (isWanted) _text = new(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string ToStringAndClear() => _text.ToStringAndClear();
}
