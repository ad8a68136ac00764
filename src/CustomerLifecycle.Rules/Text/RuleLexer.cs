using System.Text;

namespace CustomerLifecycle.Rules;

/// <summary>Splits a rule's text into tokens.</summary>
internal static class RuleLexer
{
    /// <summary>Splits a text. What is no part of the language is reported, and stands for what was probably meant where that is known.</summary>
    public static List<RuleToken> Read(string source, RuleKeywords keywords, RuleSyntaxProblems problems)
    {
        if (source.Length > RuleLimits.SourceLength)
            throw new RuleSyntaxException("rules.too-long", $"The text has {source.Length} characters; {RuleLimits.SourceLength} is the most. Move a part into a segment of its own.", RuleLimits.SourceLength, isFinal: true);

        var tokens = new List<RuleToken>();
        var at = 0;
        while (at < source.Length)
        {
            var unit = source[at];
            if (char.IsWhiteSpace(unit))
            {
                at++;
            }
            else if (IsNameStart(unit))
            {
                var start = at;
                while (at < source.Length && IsNamePart(source[at])) at++;
                AddName(tokens, source, start, at, keywords, problems);
            }
            else if (unit is >= '0' and <= '9')
            {
                at = IsDate(source, at) ? AddTime(tokens, source, at) : AddNumber(tokens, source, at, problems);
            }
            else if (unit is '\'' or '"')
            {
                at = AddQuoted(tokens, source, at, problems);
            }
            else
            {
                at = AddSymbol(tokens, source, at, problems);
            }
        }

        tokens.Add(new(RuleTokenKind.End, source.Length, ""));
        return tokens;
    }

    internal static bool IsNameStart(char unit) => unit == '_' || char.IsLetter(unit);

    internal static bool IsNamePart(char unit) => IsNameStart(unit) || unit is >= '0' and <= '9';

    private static void AddName(List<RuleToken> tokens, string source, int start, int end, RuleKeywords keywords, RuleSyntaxProblems problems)
    {
        var name = source.Substring(start, end - start);
        var words = keywords.Read(name);
        if (words is null && name.Length > RuleLimits.NameLength) problems.Add(NameTooLong(start));
        if (words is null) tokens.Add(new(RuleTokenKind.Name, start, name));
        else
            foreach (var word in words) tokens.Add(new(RuleTokenKind.Name, start, name, word));
    }

    private static RuleSyntaxException NameTooLong(int at) => new("rules.name-too-long", $"A name has at most {RuleLimits.NameLength} characters.", at);

    private static int AddQuoted(List<RuleToken> tokens, string source, int start, RuleSyntaxProblems problems)
    {
        var quote = source[start];
        var text = new StringBuilder();
        for (var at = start + 1; at < source.Length; at++)
        {
            if (source[at] != quote)
            {
                text.Append(source[at]);
            }
            else if (at + 1 < source.Length && source[at + 1] == quote)
            {
                text.Append(quote);
                at++;
            }
            else
            {
                tokens.Add(Quoted(quote, start, text.ToString(), problems));
                return at + 1;
            }
        }

        // What the quote swallowed cannot be told from what it should hold.
        problems.AddLast(new("rules.syntax", $"The quote that opens here is never closed: add {quote} at its end; {quote}{quote} inside stands for one.", start));
        tokens.Add(new(quote == '"' ? RuleTokenKind.Unknown : RuleTokenKind.Text, start, ""));
        return source.Length;
    }

    private static RuleToken Quoted(char quote, int start, string value, RuleSyntaxProblems problems)
    {
        var problem =
            !TreeGuard.IsWellFormed(value) ? new RuleSyntaxException("rules.syntax", "The text holds half of a surrogate pair.", start)
            : quote == '"' && value.Length == 0 ? new("rules.syntax", "A name in double quotes is not empty; a text stands in single quotes.", start)
            : quote == '"' && value.Length > RuleLimits.NameLength ? NameTooLong(start)
            : value.Length > RuleLimits.TextLength ? new("rules.text-too-long", $"A text literal has at most {RuleLimits.TextLength} characters, this one has {value.Length}.", start)
            : null;
        if (problem is null) return new(quote == '"' ? RuleTokenKind.QuotedName : RuleTokenKind.Text, start, value);
        problems.Add(problem);
        return new(quote == '"' ? RuleTokenKind.Unknown : RuleTokenKind.Text, start, "");
    }

    private static bool IsDate(string source, int at) =>
        at + 10 <= source.Length && source[at + 4] == '-' && source[at + 7] == '-' && AreDigits(source, at, 4) && AreDigits(source, at + 5, 2) && AreDigits(source, at + 8, 2) &&
        (at + 10 == source.Length || !IsDigit(source[at + 10]));

    private static bool AreDigits(string source, int at, int count)
    {
        for (var i = 0; i < count; i++)
            if (!IsDigit(source[at + i])) return false;
        return true;
    }

    private static bool IsDigit(char unit) => unit is >= '0' and <= '9';

    private static int AddTime(List<RuleToken> tokens, string source, int start)
    {
        var at = start + 10;
        if (at >= source.Length || source[at] is not ('T' or 't') || at + 1 >= source.Length || !IsDigit(source[at + 1]))
        {
            tokens.Add(new(RuleTokenKind.Date, start, source.Substring(start, 10)));
            return at;
        }

        at++;
        while (at < source.Length && (IsDigit(source[at]) || source[at] is ':' or '.')) at++;
        if (at < source.Length && source[at] is 'Z' or 'z') at++;
        else if (at < source.Length && source[at] is '+' or '-')
        {
            at++;
            while (at < source.Length && (IsDigit(source[at]) || source[at] == ':')) at++;
        }

        tokens.Add(new(RuleTokenKind.Instant, start, source.Substring(start, at - start)));
        return at;
    }

    private static int AddNumber(List<RuleToken> tokens, string source, int start, RuleSyntaxProblems problems)
    {
        var at = start;
        var kind = RuleTokenKind.Integer;
        while (at < source.Length && IsDigit(source[at])) at++;
        if (at + 1 < source.Length && source[at] == '.' && IsDigit(source[at + 1]))
        {
            kind = RuleTokenKind.Decimal;
            at++;
            while (at < source.Length && IsDigit(source[at])) at++;
        }

        if (at < source.Length && source[at] is 'e' or 'E')
        {
            var digits = at + 1 < source.Length && source[at + 1] is '+' or '-' ? at + 2 : at + 1;
            if (digits < source.Length && IsDigit(source[digits]))
            {
                kind = RuleTokenKind.Double;
                at = digits;
                while (at < source.Length && IsDigit(source[at])) at++;
            }
        }

        // 90天 needs no space; 90days is a slip.
        if (at < source.Length && source[at] < 0x80 && IsNameStart(source[at])) problems.Add(new("rules.syntax", "A number ends here and a name begins: put a space between them.", at));
        tokens.Add(new(kind, start, source.Substring(start, at - start)));
        return at;
    }

    private static int AddSymbol(List<RuleToken> tokens, string source, int at, RuleSyntaxProblems problems)
    {
        var next = at + 1 < source.Length ? source[at + 1] : '\0';
        var symbol = source[at] switch
        {
            '<' => next == '=' ? "<=" : next == '>' ? "<>" : "<",
            '>' => next == '=' ? ">=" : ">",
            '!' => next == '=' ? "!=" : null,
            '=' => next == '=' ? null : "=",
            '(' or '（' => "(",
            ')' or '）' => ")",
            '[' => "[",
            ']' => "]",
            ',' or '，' => ",",
            '.' => ".",
            '-' => "-",
            _ => null,
        };
        if (symbol is null) return AddForeign(tokens, source, at, next, problems);
        tokens.Add(new(RuleTokenKind.Symbol, at, symbol));
        return at + symbol.Length;
    }

    // What other languages write is reported, and read on as what is meant by it.
    private static int AddForeign(List<RuleToken> tokens, string source, int at, char next, RuleSyntaxProblems problems)
    {
        var unit = source[at];
        if (unit == '=')
        {
            problems.Add(new("rules.syntax", "'==' is no part of the language. Did you mean '='?", at, "="));
            tokens.Add(new(RuleTokenKind.Symbol, at, "="));
            return at + 2;
        }

        var (meant, advice) = unit switch
        {
            '&' => ("and", " Did you mean 'and'?"),
            '|' => ("or", " Did you mean 'or'?"),
            '!' => ("not", " Did you mean 'not' or '!='?"),
            '≥' => (">=", " Did you mean '>='?"),
            '≤' => ("<=", " Did you mean '<='?"),
            '≠' => ("!=", " Did you mean '!='?"),
            '＞' => (">", " Write it half as wide: >, < or =."),
            '＜' => ("<", " Write it half as wide: >, < or =."),
            '＝' => ("=", " Write it half as wide: >, < or =."),
            '、' or '；' => (",", " Did you mean ','?"),
            '【' or '［' => ("[", " Did you mean '['?"),
            '】' or '］' => ("]", " Did you mean ']'?"),
            '。' or '．' => (".", " Did you mean '.'?"),
            >= '０' and <= '９' => (null, " Write it half as wide: 0 to 9."),
            '‘' or '’' or '“' or '”' or '`' => ("", " Texts stand between single quotes: 'CN'."),
            _ => (null, ""),
        };
        var found = Printable(source, at);

        // A run of what is unknown is one problem.
        var isNews = meant is not null || at == 0 || tokens.Count == 0 || tokens[tokens.Count - 1] is not { Kind: RuleTokenKind.Unknown } last || last.Start < at - 2;
        if (isNews) problems.Add(new("rules.syntax", $"'{found}' is no part of the language.{advice}", at, string.IsNullOrEmpty(meant) ? null : meant));
        switch (meant)
        {
            case null:
                tokens.Add(new(RuleTokenKind.Unknown, at, ""));
                return at + (char.IsHighSurrogate(unit) && char.IsLowSurrogate(next) ? 2 : 1);
            case "":
                var end = source.IndexOf(unit switch { '‘' => '’', '“' => '”', _ => unit }, at + 1);
                tokens.Add(new(end < 0 ? RuleTokenKind.Unknown : RuleTokenKind.Text, at, ""));
                return end < 0 ? at + 1 : end + 1;
            case "and" or "or" or "not":
                tokens.Add(new(RuleTokenKind.Name, at, meant, meant));
                return at + (next == unit && unit != '!' ? 2 : 1);
            default:
                tokens.Add(new(RuleTokenKind.Symbol, at, meant));
                return at + 1;
        }
    }

    private static string Printable(string source, int at) =>
        char.IsHighSurrogate(source[at]) && at + 1 < source.Length && char.IsLowSurrogate(source[at + 1]) ? source.Substring(at, 2) : char.IsControl(source[at]) || char.IsSurrogate(source[at]) ? $"U+{(int)source[at]:X4}" : source.Substring(at, 1);
}
