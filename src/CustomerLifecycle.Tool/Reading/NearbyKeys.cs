namespace CustomerLifecycle.Tool;

/// <summary>What to say of a customer who is not there: the key that was probably meant.</summary>
internal static class NearbyKeys
{
    private const int Shown = 3;

    public static InputException HasNotBought(LocalDate asOf) => new($"The customer has no purchase up to {asOf:uuuu-MM-dd}. Give a later --as-of, or none for the last day.");

    /// <param name="key">What was asked for; not repeated.</param>
    /// <param name="keys">The keys that there are.</param>
    /// <param name="where">Where they are: <c>file</c>, <c>database</c>.</param>
    public static InputException Unknown(string key, IEnumerable<string> keys, string where)
    {
        var near = keys.Select(other => (Key: other, Distance: Distance(key, other))).Where(other => other.Distance < int.MaxValue)
            .OrderBy(other => other.Distance).ThenBy(other => other.Key, StringComparer.Ordinal).Take(Shown).Select(other => $"'{other.Key}'").ToArray();
        return new(near.Length == 0
            ? $"No customer of the {where} has this key. Write it as it stands in the file."
            : $"No customer of the {where} has this key. Did you mean {string.Join(" or ", near)}?");
    }

    /// <summary>0 for keys that differ in case, blanks, punctuation or leading zeros only, then 1 or 2 for so many wrong characters; else without end.</summary>
    private static int Distance(string left, string right)
    {
        string a = Normal(left), b = Normal(right);
        if (string.Equals(a, b, StringComparison.Ordinal)) return 0;
        var most = a.Length < 4 ? 1 : 2;
        if (Math.Abs(a.Length - b.Length) > most) return int.MaxValue;

        var last = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++) current[j] = Math.Min(Math.Min(last[j], current[j - 1]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            if (current.Min() > most) return int.MaxValue;
            (last, current) = (current, last);
        }

        return last[b.Length] <= most ? last[b.Length] : int.MaxValue;
    }

    private static string Normal(string key)
    {
        var letters = string.Concat(key.Where(char.IsLetterOrDigit)).ToLowerInvariant().TrimStart('0');
        return letters.Length > 0 ? letters : key;
    }
}
