namespace CustomerLifecycle.Value;

/// <summary>What is known of each customer besides the purchases: sex, channel, region, as numbers that do not change.</summary>
/// <remarks>One row per customer, one column per covariate; a category is a column of 0 and 1 for each of its values but one. Immutable.</remarks>
public sealed class CovariateColumns
{
    private readonly double[] _values;
    private readonly string[] _names;

    /// <summary>Copies the covariates of a cohort.</summary>
    /// <param name="names">The covariates' names, each once.</param>
    /// <param name="values">Row by row: the covariates of the first customer, then those of the second.</param>
    /// <exception cref="ArgumentException">A name is blank or there twice, the values do not fill whole rows, or one is not finite.</exception>
    public CovariateColumns(IReadOnlyList<string> names, ReadOnlySpan<double> values)
    {
        ArgumentNullException.ThrowIfNull(names);
        _names = [.. names];
        foreach (var name in _names) ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(names));
        if (_names.Distinct(StringComparer.Ordinal).Count() != _names.Length) throw new ArgumentException("A covariate is named twice.", nameof(names));
        if (_names.Length == 0 ? !values.IsEmpty : values.Length % _names.Length != 0) throw new ArgumentException($"There are {_names.Length} covariates and {values.Length} values, which do not fill whole rows.", nameof(values));
        foreach (var value in values)
        {
            if (!double.IsFinite(value)) throw new ArgumentException("A covariate is a finite number. Leave out customers of whom it is not known, or give them a column of their own.", nameof(values));
        }

        _values = values.ToArray();
    }

    /// <summary>No covariates.</summary>
    public static CovariateColumns None { get; } = new([], []);

    /// <summary>The covariates' names.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Customers; 0 where there are no covariates.</summary>
    public int Rows => _names.Length == 0 ? 0 : _values.Length / _names.Length;

    /// <summary>One customer's covariates.</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1; any where there are no covariates.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<double> Row(int row)
    {
        if (_names.Length == 0) return default;
        if (row < 0 || row >= Rows) throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Rows} rows.");
        return _values.AsSpan(row * _names.Length, _names.Length);
    }

    internal void RequireRows(int customers, string name)
    {
        if (_names.Length > 0 && Rows != customers) throw new ArgumentException($"There are {customers} customers and {Rows} rows of covariates.", name);
    }
}
