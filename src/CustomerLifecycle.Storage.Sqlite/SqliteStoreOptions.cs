using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>How the journals of one SQLite file are kept.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>Whether an append is on the disk when it is acknowledged, so that it survives a power cut. Default true. With false it survives the end of the process only, and is several times faster.</summary>
    public bool FullSynchronous { get; set; } = true;

    /// <summary>Seconds to wait for another process that writes to the same file. Default 10; 0 means not at all.</summary>
    [Range(0, 600)]
    public int BusyTimeoutSeconds { get; set; } = 10;
}

/// <summary>Checks the ranges of <see cref="SqliteStoreOptions"/>, by generated code.</summary>
[OptionsValidator]
internal sealed partial class SqliteStoreOptionsValidator : IValidateOptions<SqliteStoreOptions>;
