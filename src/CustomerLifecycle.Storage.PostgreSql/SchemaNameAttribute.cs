using System.ComponentModel.DataAnnotations;

namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>Takes names that mean the same within quotes, within texts and within function bodies of SQL.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SchemaNameAttribute() : ValidationAttribute("{0} must be " + Form)
{
    public const string Form = "1 to 63 of A to Z, a to z, 0 to 9, _ and -.";

    // Longer names PostgreSQL cuts off.
    private const int MaxLength = 63;

    public static bool Takes(string? name) => name is { Length: >= 1 and <= MaxLength } && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <inheritdoc/>
    public override bool IsValid(object? value) => Takes(value as string);
}
