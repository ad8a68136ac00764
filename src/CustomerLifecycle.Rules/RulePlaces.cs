using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Rules;

/// <summary>Where each node of a tree was read, by reference: the nodes themselves do not know, so that equal trees are equal.</summary>
internal sealed class RulePlaces
{
    private readonly string? _source;
    private readonly Dictionary<object, (int Position, string? Path)> _places = new(ByReference.Instance);

    /// <param name="source">The text, for lines and columns; null for a document or code.</param>
    public RulePlaces(string? source = null) => _source = source;

    public T Add<T>(T node, int position)
        where T : notnull
    {
        _places[node] = (position, null);
        return node;
    }

    public T Add<T>(T node, string path)
        where T : notnull
    {
        _places[node] = (-1, path);
        return node;
    }

    public (int Position, string Place) Of(object node) =>
        !_places.TryGetValue(node, out var place) ? (-1, "") : place.Path is { } path ? (-1, path) : (place.Position, LineAndColumn(_source ?? "", place.Position));

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

    private sealed class ByReference : IEqualityComparer<object>
    {
        public static readonly ByReference Instance = new();

        public new bool Equals(object? x, object? y) => ReferenceEquals(x, y);

        public int GetHashCode(object obj) => RuntimeHelpers.GetHashCode(obj);
    }
}
