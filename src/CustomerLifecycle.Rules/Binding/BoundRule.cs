namespace CustomerLifecycle.Rules;

/// <summary>A rule tied to a schema: every name is known, every kind fits, every segment is found. All back ends start here.</summary>
public sealed class BoundRule
{
    internal BoundRule(Rule rule, RuleSchema schema, BoundCondition root, RuleReads reads, int size)
    {
        Rule = rule;
        Schema = schema;
        Root = root;
        Reads = reads;
        Size = size;
    }

    /// <summary>The rule as it was written.</summary>
    public Rule Rule { get; }

    /// <summary>What it was tied to.</summary>
    public RuleSchema Schema { get; }

    /// <summary>Whether passing time alone can change the verdict.</summary>
    public bool DependsOnTime => Reads.Time;

    /// <summary>The attributes that it looks at, those of referenced segments included, in order of first appearance.</summary>
    public IReadOnlyCollection<string> Attributes => Reads.Attributes;

    /// <summary>The types of events that it looks at, those of referenced segments included, in order of first appearance.</summary>
    public IReadOnlyCollection<string> EventTypes => Reads.EventTypes;

    /// <summary>The segments that it refers to, directly or through others, in order of first appearance.</summary>
    public IReadOnlyCollection<string> Segments => Reads.Segments;

    internal BoundCondition Root { get; }

    internal RuleReads Reads { get; }

    /// <summary>The nodes, those of referenced segments as often as they are referred to.</summary>
    internal int Size { get; }

    /// <summary>The canonical text.</summary>
    public override string ToString() => Rule.ToText();
}

/// <summary>What a bound rule looks at.</summary>
internal sealed class RuleReads
{
    public bool Time { get; set; }

    public List<string> Attributes { get; } = [];

    public List<string> EventTypes { get; } = [];

    public List<string> Segments { get; } = [];

    public static void Add(List<string> names, string name)
    {
        if (!names.Contains(name)) names.Add(name);
    }

    public void Include(RuleReads other)
    {
        Time |= other.Time;
        other.Attributes.ForEach(name => Add(Attributes, name));
        other.EventTypes.ForEach(name => Add(EventTypes, name));
        other.Segments.ForEach(name => Add(Segments, name));
    }
}
