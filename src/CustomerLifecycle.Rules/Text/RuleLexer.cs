using System.Text;

namespace CustomerLifecycle.Rules;

/// <summary>Splits a rule's text into tokens.</summary>
internal static class RuleLexer
{
    public static List<RuleToken> Read(string source, RuleKeywords keywords)
    {
        if (source.Length > RuleLimits.SourceLength)
            throw new RuleSyntaxException("rules.too-long", $"The text has {source.Length} characters; {RuleLimits.SourceLength} is the most. Move a part into a segment of its own.", RuleLimits.SourceLength);

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
                AddName(tokens, source, start, at, keywords);
            }
            else if (unit is >= '0' and <= '9')
            {
                at = IsDate(source, at) ? AddTime(tokens, source, at) : AddNumber(tokens, source, at);
            }
            else if (unit is '\'' or '"')
            {
                at = AddQuoted(tokens, source, at);
            }
            else
            {
                var symbol = Symbol(source, at) ?? throw new RuleSyntaxException("rules.syntax", $"'{Printable(source, at)}' is no part of the language.{Advice(source[at])}", at);
                tokens.Add(new(RuleTokenKind.Symbol, at, symbol));
                at += symbol.Length;
            }
        }

        tokens.Add(new(RuleTokenKind.End, source.Length, ""));
        return tokens;
    }

    internal static bool IsNameStart(char unit) => unit == '_' || char.IsLetter(unit);

    internal static bool IsNamePart(char unit) => IsNameStart(unit) || unit is >= '0' and <= '9';

    private static void AddName(List<RuleToken> tokens, string source, int start, int end, RuleKeywords keywords)
    {
        var name = source.Substring(start, end - start);
        var words = keywords.Read(name);
        if (words is null && name.Length > RuleLimits.NameLength) throw NameTooLong(start);
        if (words is null) tokens.Add(new(RuleTokenKind.Name, start, name));
        else
            foreach (var word in words) tokens.Add(new(RuleTokenKind.Name, start, name, word));
    }

    private static RuleSyntaxException NameTooLong(int at) => new("rules.name-too-long", $"A name has at most {RuleLimits.NameLength} characters.", at);

    private static int AddQuoted(List<RuleToken> tokens, string source, int start)
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
                var value = text.ToString();
                if (!TreeGuard.IsWellFormed(value)) throw new RuleSyntaxException("rules.syntax", "The text holds half of a surrogate pair.", start);
                if (quote == '"' && value.Length == 0) throw new RuleSyntaxException("rules.syntax", "A name in double quotes is not empty; a text stands in single quotes.", start);
                if (quote == '"' && value.Length > RuleLimits.NameLength) throw NameTooLong(start);
                if (quote == '\'' && value.Length > RuleLimits.TextLength)
                    throw new RuleSyntaxException("rules.text-too-long", $"A text literal has at most {RuleLimits.TextLength} characters, this one has {value.Length}.", start);
                tokens.Add(new(quote == '"' ? RuleTokenKind.QuotedName : RuleTokenKind.Text, start, value));
                return at + 1;
            }
        }

        throw new RuleSyntaxException("rules.syntax", $"The quote that opens here is never closed: add {quote} at its end; {quote}{quote} inside stands for one.", start);
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

    private static int AddNumber(List<RuleToken> tokens, string source, int start)
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
        if (at < source.Length && source[at] < 0x80 && IsNameStart(source[at])) throw new RuleSyntaxException("rules.syntax", "A number ends here and a name begins: put a space between them.", at);
        tokens.Add(new(kind, start, source.Substring(start, at - start)));
        return at;
    }

    private static string? Symbol(string source, int at)
    {
        var next = at + 1 < source.Length ? source[at + 1] : '\0';
        return source[at] switch
        {
            '<' => next == '=' ? "<=" : next == '>' ? "<>" : "<",
            '>' => next == '=' ? ">=" : ">",
            '!' => next == '=' ? "!=" : null,
            '=' => next == '=' ? throw new RuleSyntaxException("rules.syntax", "'==' is no part of the language. Did you mean '='?", at) : "=",
            '(' or '（' => "(",
            ')' or '）' => ")",
            '[' => "[",
            ']' => "]",
            ',' or '，' => ",",
            '.' => ".",
            '-' => "-",
            _ => null,
        };
    }

    // What other languages write.
    private static string Advice(char unit) => unit switch
    {
        '&' => " Did you mean 'and'?",
        '|' => " Did you mean 'or'?",
        '!' => " Did you mean 'not' or '!='?",
        '≥' => " Did you mean '>='?",
        '≤' => " Did you mean '<='?",
        '≠' => " Did you mean '!='?",
        '＞' or '＜' or '＝' => " Write it half as wide: >, < or =.",
        '‘' or '’' or '“' or '”' or '`' => " Texts stand between single quotes: 'CN'.",
        _ => "",
    };

    private static string Printable(string source, int at) =>
        char.IsHighSurrogate(source[at]) && at + 1 < source.Length && char.IsLowSurrogate(source[at + 1]) ? source.Substring(at, 2) : char.IsControl(source[at]) || char.IsSurrogate(source[at]) ? $"U+{(int)source[at]:X4}" : source.Substring(at, 1);
}
