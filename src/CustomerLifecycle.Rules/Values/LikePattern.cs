namespace CustomerLifecycle.Rules;

/// <summary>A pattern over a whole text: <c>*</c> is any run of characters, <c>?</c> exactly one code point, <c>\*</c>, <c>\?</c> and <c>\\</c> the characters themselves.</summary>
/// <remarks>Linear in the text for each star; no regular expressions, no backtracking beyond the last star.</remarks>
internal sealed class LikePattern
{
    private const char Run = '\uFFFE';
    private const char One = '\uFFFF';
    private readonly string _program;
    private readonly bool[] _wild;
    private readonly bool _ignoreCase;

    private LikePattern(string program, bool[] wild, bool ignoreCase)
    {
        _program = program;
        _wild = wild;
        _ignoreCase = ignoreCase;
    }

    public static LikePattern Of(string pattern, bool ignoreCase)
    {
        var program = new List<char>(pattern.Length);
        var wild = new List<bool>(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            var unit = pattern[i];
            if (unit == '\\' && i + 1 < pattern.Length && pattern[i + 1] is '*' or '?' or '\\')
            {
                program.Add(pattern[++i]);
                wild.Add(false);
            }
            else if (unit is '*' or '?')
            {
                program.Add(unit == '*' ? Run : One);
                wild.Add(true);
            }
            else
            {
                program.Add(unit);
                wild.Add(false);
            }
        }

        return new(new string([.. program]), [.. wild], ignoreCase);
    }

    /// <summary>The pattern in another notation.</summary>
    /// <param name="run">Any run of characters.</param>
    /// <param name="one">Exactly one code point.</param>
    /// <param name="literal">A character itself.</param>
    public string Write(string run, string one, Func<char, string> literal) =>
        string.Concat(_program.Select((unit, index) => !_wild[index] ? literal(unit) : unit == Run ? run : one));

    public bool Matches(string text)
    {
        int t = 0, p = 0, starAt = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < _program.Length && _wild[p] && _program[p] == Run)
            {
                starAt = p++;
                resume = t;
            }
            else if (p < _program.Length && _wild[p])
            {
                t += CodePointLength(text, t);
                p++;
            }
            else if (p < _program.Length && SameCodePoint(text, t, p, out var length))
            {
                t += length;
                p += length;
            }
            else if (starAt >= 0)
            {
                p = starAt + 1;
                resume += CodePointLength(text, resume);
                t = resume;
            }
            else
            {
                return false;
            }
        }

        while (p < _program.Length && _wild[p] && _program[p] == Run) p++;
        return p == _program.Length;
    }

    private static int CodePointLength(string text, int at) => char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;

    private bool SameCodePoint(string text, int t, int p, out int length)
    {
        length = 1;
        if (!_ignoreCase) return _program[p] == text[t];
        length = CodePointLength(text, t);
        return p + length <= _program.Length && string.Compare(_program, p, text, t, length, StringComparison.OrdinalIgnoreCase) == 0;
    }
}
