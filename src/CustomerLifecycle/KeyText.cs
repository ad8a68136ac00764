namespace CustomerLifecycle;

/// <summary>What every text must be that a store keeps or compares: bounded, and the same text after a trip through UTF-8.</summary>
internal static class KeyText
{
    /// <summary>Checks a key: not blank, not too long, storable.</summary>
    public static string Check(string value, int maxLength, string paramName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, paramName);
        return CheckStorable(value, maxLength, paramName);
    }

    /// <summary>Checks any text: not too long, without U+0000 (which PostgreSQL cannot hold) and lone surrogates (which UTF-8 cannot).</summary>
    public static string CheckStorable(string value, int maxLength, string paramName)
    {
        ArgumentNullException.ThrowIfNull(value, paramName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, maxLength, paramName);
#if NET8_0_OR_GREATER
        // Above the surrogates there is little that keys are made of.
        if (!value.AsSpan().ContainsAnyExceptInRange('\u0001', '\uD7FF')) return value;
#endif
        for (var i = 0; i < value.Length; i++)
        {
            var unit = value[i];
            if (unit == '\0') throw new ArgumentException($"The text has U+0000 at position {i}, which not every store can hold. Remove it.", paramName);
            if (!char.IsSurrogate(unit)) continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(unit, value[i + 1]))
                throw new ArgumentException($"The text has half a surrogate pair at position {i}, which UTF-8 cannot hold. Cut text between characters, not inside one.", paramName);
            i++;
        }

        return value;
    }
}
