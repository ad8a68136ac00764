namespace CustomerLifecycle.Rules;

/// <summary>"Did you mean": the nearest name by edits of one character, transpositions included.</summary>
internal static class Spelling
{
    private const int Candidates = 1000;

    /// <summary>The nearest of <paramref name="names"/>, when at most a third of it (and at most three characters) differs; of equals the first by code point.</summary>
    public static string? Nearest(string name, IEnumerable<string> names)
    {
        string? nearest = null;
        var best = Math.Min(3, Math.Max(1, name.Length / 3)) + 1;
        foreach (var candidate in names.Take(Candidates))
        {
            if (Math.Abs(candidate.Length - name.Length) >= best + 1) continue;
            var distance = Distance(name, candidate, best);
            if (distance > best || (distance == best && (nearest is null || CodePointComparer.CompareText(candidate, nearest) >= 0))) continue;
            best = distance;
            nearest = candidate;
        }

        return nearest;
    }

    private static int Distance(string a, string b, int limit)
    {
        if (string.Equals(a, b, StringComparison.OrdinalIgnoreCase)) return 0;
        var beforeLast = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            var smallest = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                smallest = Math.Min(smallest, current[j]);
            }

            if (smallest > limit) return limit + 1;
            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[b.Length];
    }
}
