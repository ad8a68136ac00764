namespace CustomerLifecycle.Rules;

/// <summary>The sizes that a rule may have. No rule beyond them can be made, by text, JSON or code, so that no walker of a tree can run out of stack.</summary>
public static class RuleLimits
{
    /// <summary>The deepest nesting of conditions, those inside <c>[…]</c> included.</summary>
    public const int Depth = 64;

    /// <summary>The most conditions, operands and steps in one rule.</summary>
    public const int Nodes = 4096;

    /// <summary>The most nodes of one rule together with those of the segments that it refers to, each as often as it is referred to.</summary>
    public const int NodesWithSegments = 65_536;

    /// <summary>The most literals in one list.</summary>
    public const int ListLength = 10_000;

    /// <summary>The longest text literal, in UTF-16 code units.</summary>
    public const int TextLength = 4096;

    /// <summary>The longest name, in UTF-16 code units.</summary>
    public const int NameLength = 128;

    /// <summary>The longest source of one rule, as text or JSON, in UTF-16 code units.</summary>
    public const int SourceLength = 262_144;

    /// <summary>The largest amount of units in a window, a distance or a gap.</summary>
    public const int Amount = 100_000;

    /// <summary>The longest chain of segments that refer to one another.</summary>
    public const int SegmentChain = 32;

    /// <summary>The most problems reported for one rule.</summary>
    public const int Problems = 100;
}
