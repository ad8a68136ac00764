using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>How journals are kept in a PostgreSQL database.</summary>
public sealed class PostgreSqlStoreOptions
{
    /// <summary>The schema that holds the tables. Default <c>customerlifecycle</c>; 1 to 63 of A to Z, a to z, 0 to 9, _ and -, capital and small letters being different.</summary>
    [SchemaName]
    public string Schema { get; set; } = "customerlifecycle";

    /// <summary>Whether missing tables are made when a journal is first used. Default true. With false, for hosts that may not change the database, they must be there: apply the package's schema/*.sql by hand.</summary>
    public bool ApplySchema { get; set; } = true;

    /// <summary>Whether statements are prepared, once on each connection, which makes an append about twice as fast. Default true; set false behind a pooler that shares connections between transactions.</summary>
    public bool PrepareStatements { get; set; } = true;

    /// <summary>How often a call is made again that the server gave up, for a deadlock between batches or because another used its key at the same moment, before it is reported. Default 5; 0 means not at all.</summary>
    [Range(0, 100)]
    public int MaxRetries { get; set; } = 5;
}

/// <summary>Checks the ranges of <see cref="PostgreSqlStoreOptions"/>, by generated code.</summary>
[OptionsValidator]
internal sealed partial class PostgreSqlStoreOptionsValidator : IValidateOptions<PostgreSqlStoreOptions>;
