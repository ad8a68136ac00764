namespace CustomerLifecycle.Rules;

internal enum RuleTokenKind
{
    End = 0,
    Name,
    QuotedName,
    Text,
    Integer,
    Decimal,
    Double,
    Date,
    Instant,
    Symbol,

    /// <summary>What is no part of the language and was reported as such.</summary>
    Unknown,
}

/// <summary>One token: what it is, where it starts, its text without quotes, and the canonical word when it is one of the language's.</summary>
internal sealed class RuleToken(RuleTokenKind kind, int start, string text, string? word = null)
{
    public RuleTokenKind Kind { get; } = kind;

    public int Start { get; } = start;

    public string Text { get; } = text;

    public string? Word { get; } = word;
}

/// <summary>What breaks off reading a part of a text; never leaves the front end.</summary>
internal sealed class RuleSyntaxException(string code, string message, int position, string? suggestion = null, bool isFinal = false) : Exception(message)
{
    public string Code { get; } = code;

    public int Position { get; } = position;

    public string? Suggestion { get; } = suggestion;

    /// <summary>Whether nothing sensible can be read after it.</summary>
    public bool IsFinal { get; } = isFinal;
}

/// <summary>What is wrong with a text, by position: one problem at a place, and no more than can be reported.</summary>
internal sealed class RuleSyntaxProblems(string source)
{
    private readonly List<RuleProblem> _problems = [];
    private int _end = int.MaxValue;

    public IReadOnlyList<RuleProblem> Found => _problems.Count == 0 ? _problems : [.. _problems.OrderBy(static problem => problem.Position)];

    /// <summary>Adds a problem. What comes first at a place stands; what follows there is its consequence.</summary>
    /// <exception cref="RuleSyntaxException">There are enough.</exception>
    public void Add(RuleSyntaxException problem)
    {
        if (problem.Position > _end || _problems.Exists(known => known.Position == problem.Position)) return;
        _problems.Add(new(problem.Code, problem.Message, problem.Position, RulePlaces.LineAndColumn(source, problem.Position), problem.Suggestion));
        if (_problems.Count == RuleLimits.Problems) throw new RuleSyntaxException(problem.Code, problem.Message, problem.Position, isFinal: true);
    }

    /// <summary>Adds a problem after which nothing can be told from its consequences.</summary>
    public void AddLast(RuleSyntaxException problem)
    {
        Add(problem);
        _end = problem.Position;
    }
}
