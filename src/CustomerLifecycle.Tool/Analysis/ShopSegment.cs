using CustomerLifecycle.Rules;

namespace CustomerLifecycle.Tool;

/// <summary>Rules of the condition language over the customers of a shop.</summary>
internal static class ShopSegment
{
    /// <summary>Loads a rule.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="saved">Rules that were saved, by name.</param>
    /// <param name="savedAs">The name that the rule is to have, in place of the one that has it; null for none.</param>
    /// <param name="hasAmounts">Whether the shop has amounts.</param>
    /// <param name="language">The words of the rule; English is understood in any case.</param>
    /// <exception cref="InputException">It has problems; the message lists them all.</exception>
    public static CompiledRule<ShopCustomer> Load(string text, IEnumerable<KeyValuePair<string, string>> saved, string? savedAs, bool hasAmounts, Language language)
    {
        var profile = ShopCustomer.Profile(hasAmounts);
        var parsed = Rule.Parse(text, KeywordsOf(language));
        if (!parsed.IsLoaded) throw Refused(parsed.Problems, hasAmounts);

        var segments = saved.ToDictionary(segment => segment.Key, segment => Rule.Parse(segment.Value).Value, StringComparer.Ordinal);
        if (savedAs is not null) segments[savedAs] = parsed.Value;
        var bound = parsed.Value.Bind(profile.Schema, new SegmentTable(segments));
        return bound.IsLoaded ? profile.Compile(bound.Value) : throw Refused(bound.Problems, hasAmounts);
    }

    public static RuleKeywords KeywordsOf(Language language) => language.IsChinese ? RuleKeywords.Chinese : RuleKeywords.English;

    /// <summary>The keys of the customers of whom a rule holds at the end of the shop's last day, in the shop's order.</summary>
    public static IReadOnlyList<string> Find(CompiledRule<ShopCustomer> rule, Shop shop)
    {
        var facts = new ShopFacts(shop);
        var moment = new RuleMoment(ShopStages.EndOf(shop), DefaultProgramme.Policy.Calendar);
        var matches = new bool[shop.Customers.Count];
        Parallel.For(0, matches.Length, customer => matches[customer] = rule.Matches(new(facts, customer), moment));
        return [.. shop.Customers.Where((_, customer) => matches[customer])];
    }

    private static InputException Refused(IReadOnlyList<RuleProblem> problems, bool hasAmounts) => new(
        $"""
        The rule cannot be used.
        {string.Join('\n', problems.Select(problem => $"  {problem}"))}
        It may speak of {ShopCustomer.Names(hasAmounts)}.
        """);
}
