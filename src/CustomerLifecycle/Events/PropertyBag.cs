using System.Collections;

namespace CustomerLifecycle;

/// <summary>Named small typed values: what an event says, an order's line, an outbox record. Immutable, ordered by name.</summary>
public sealed class PropertyBag : IReadOnlyList<KeyValuePair<string, PropertyValue>>, IEquatable<PropertyBag>
{
    /// <summary>Values in one bag.</summary>
    public const int MaxCount = 64;

    /// <summary>The longest name, in UTF-16 code units.</summary>
    public const int MaxNameLength = 64;

    private readonly KeyValuePair<string, PropertyValue>[] _items;

    /// <summary>Puts values into a bag. Missing values are left out: absent and missing are the same.</summary>
    /// <param name="properties">At most <see cref="MaxCount"/>; each name once, 1 to <see cref="MaxNameLength"/> code units, not blank.</param>
    /// <exception cref="ArgumentException">There are too many, a name stands twice, or it is blank or too long.</exception>
    public PropertyBag(IEnumerable<KeyValuePair<string, PropertyValue>> properties)
        : this([.. properties ?? throw new ArgumentNullException(nameof(properties))])
    {
    }

    private PropertyBag(KeyValuePair<string, PropertyValue>[] owned) => _items = Sorted(WithoutMissing(owned));

    /// <summary>A bag without values.</summary>
    public static PropertyBag Empty { get; } = new([]);

    /// <summary>How many values it has.</summary>
    public int Count => _items.Length;

    /// <summary>A name and its value, in order of names.</summary>
    /// <param name="index">0 to <see cref="Count"/> less one.</param>
    public KeyValuePair<string, PropertyValue> this[int index] => _items[index];

    /// <summary>The value of a name; a missing one when there is none.</summary>
    /// <param name="name">The name, compared exactly.</param>
    public PropertyValue this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (string.Equals(item.Key, name, StringComparison.Ordinal)) return item.Value;
            }

            return default;
        }
    }

    /// <summary>A bag of one value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    public static PropertyBag Of(string name, PropertyValue value) => new([new KeyValuePair<string, PropertyValue>(name, value)]);

    /// <summary>A bag of values.</summary>
    /// <param name="properties">Names and values.</param>
    public static PropertyBag Of(params (string Name, PropertyValue Value)[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return Of((ReadOnlySpan<(string, PropertyValue)>)properties);
    }

    /// <summary>A bag of values.</summary>
    /// <param name="properties">Names and values.</param>
    public static PropertyBag Of(params ReadOnlySpan<(string Name, PropertyValue Value)> properties)
    {
        var items = new KeyValuePair<string, PropertyValue>[properties.Length];
        for (var i = 0; i < items.Length; i++) items[i] = new(properties[i].Name, properties[i].Value);
        return new(items);
    }

    /// <summary>A bag with one value more, or another one under that name. A missing value takes it out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    public PropertyBag With(string name, PropertyValue value) =>
        new([.. _items.Where(item => !string.Equals(item.Key, name, StringComparison.Ordinal)), new(name, value)]);

    /// <inheritdoc/>
    public bool Equals(PropertyBag? other)
    {
        if (other is null || other._items.Length != _items.Length) return false;
        for (var i = 0; i < _items.Length; i++)
        {
            if (!string.Equals(_items[i].Key, other._items[i].Key, StringComparison.Ordinal) || _items[i].Value != other._items[i].Value) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PropertyBag);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = _items.Length;
        foreach (var item in _items) hash = unchecked((hash * 31) + StringComparer.Ordinal.GetHashCode(item.Key) + item.Value.GetHashCode());
        return hash;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, PropertyValue>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, PropertyValue>>)_items).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The names, never the values.</summary>
    public override string ToString() => _items.Length == 0 ? "no properties" : string.Join(", ", _items.Select(static item => item.Key));

    /// <summary>Adds names and values to a request's hash.</summary>
    internal void AddTo(ref RequestHasher hasher)
    {
        hasher.AddCount(_items.Length);
        foreach (var item in _items)
        {
            hasher.Add(item.Key);
            item.Value.AddTo(ref hasher);
        }
    }

    private static KeyValuePair<string, PropertyValue>[] WithoutMissing(KeyValuePair<string, PropertyValue>[] properties)
    {
        foreach (var property in properties)
        {
            if (!property.Value.IsSet) return [.. properties.Where(static candidate => candidate.Value.IsSet)];
        }

        return properties;
    }

    // By insertion: bags are small, and mostly written in order.
    private static KeyValuePair<string, PropertyValue>[] Sorted(KeyValuePair<string, PropertyValue>[] properties)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(properties.Length, MaxCount, nameof(properties));
        for (var i = 0; i < properties.Length; i++)
        {
            var moving = properties[i];
            KeyText.Check(moving.Key, MaxNameLength, nameof(properties));
            var hole = i;
            for (; hole > 0; hole--)
            {
                var order = CodePointComparer.CompareText(properties[hole - 1].Key, moving.Key);
                if (order == 0) throw new ArgumentException($"The property '{moving.Key}' stands twice. Give each name once.", nameof(properties));
                if (order < 0) break;
                properties[hole] = properties[hole - 1];
            }

            properties[hole] = moving;
        }

        return properties;
    }
}
