namespace CustomerLifecycle.Rules;

/// <summary>Where each node of a tree was read, by reference: the nodes themselves do not know, so that equal trees are equal.</summary>
internal sealed class RulePlaces
{
    private readonly string? _source;
    private readonly List<Read> _places = [];

    /// <param name="source">The text, for lines and columns; null for a document or code.</param>
    public RulePlaces(string? source = null) => _source = source;

    public T Add<T>(T node, int position)
        where T : notnull
    {
        _places.Add(new(node, position, null));
        return node;
    }

    public T Add<T>(T node, string path)
        where T : notnull
    {
        _places.Add(new(node, -1, path));
        return node;
    }

    /// <summary>Where a node was read last. Only problems ask.</summary>
    public (int Position, string Place) Of(object node)
    {
        for (var i = _places.Count - 1; i >= 0; i--)
        {
            if (!ReferenceEquals(_places[i].Node, node)) continue;
            return _places[i].Path is { } path ? (-1, path) : (_places[i].Position, LineAndColumn(_source ?? "", _places[i].Position));
        }

        return (-1, "");
    }

    public static string LineAndColumn(string source, int position)
    {
        int line = 1, start = 0;
        for (var i = 0; i < position && i < source.Length; i++)
        {
            if (source[i] != '\n') continue;
            line++;
            start = i + 1;
        }

        return $"line {line}, column {position - start + 1}";
    }

    private sealed record Read(object Node, int Position, string? Path);
}
