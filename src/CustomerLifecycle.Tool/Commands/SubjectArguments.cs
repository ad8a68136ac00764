using System.CommandLine;

namespace CustomerLifecycle.Tool;

/// <summary>What a question is about, and where the purchases are: <c>FILE SUBJECT</c>, or <c>SUBJECT --db DATABASE</c>.</summary>
internal sealed class SubjectArguments
{
    private readonly Argument<string[]> _words;
    private readonly Option<string?> _database = OptionValues.Database("A database that clm import has filled, in place of FILE.");

    /// <param name="subject">What the second word is: <c>CUSTOMER</c>, <c>RULE</c>.</param>
    /// <param name="description">What to write there.</param>
    public SubjectArguments(string subject, string description)
    {
        _words = new($"[FILE] {subject}") { Description = $"FILE: purchases as CSV in UTF-8, one line each, with customer, date and perhaps amount. {subject}: {description}", Arity = new(1, 2) };
        _words.Validators.Add(result =>
        {
            var hasDatabase = result.GetResult(_database) is not null;
            if (!hasDatabase && result.Tokens.Count == 1) result.AddError($"Name the file of purchases and the {subject}, or the {subject} and a database: --db DATABASE.");
            if (hasDatabase && result.Tokens.Count == 2) result.AddError($"With --db, give the {subject} only: the purchases are in the database. To add those of a file: clm import FILE --db DATABASE.");
        });
    }

    public void AddTo(Command command)
    {
        command.Add(_words);
        command.Add(_database);
    }

    /// <returns>The subject, and either a file or a database.</returns>
    public (string Subject, string? File, string? Database) Of(ParseResult parse)
    {
        var words = parse.GetValue(_words)!;
        return (words[^1], words.Length == 2 ? words[0] : null, parse.GetValue(_database));
    }
}
