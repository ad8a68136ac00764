namespace CustomerLifecycle;

/// <summary>The reporting views over one journal, as SQL for each database: shipped by the package that owns the codec, since only that knows what the bytes say.</summary>
/// <remarks>A text drops its views where they are, and makes them. <c>{schema}</c> stands for the quoted schema, in PostgreSQL only, and <c>{journal}</c> for the journal's name.</remarks>
public sealed class JournalViews
{
    /// <summary>Describes views.</summary>
    /// <param name="version">1, and more with each change of a text: a store applies what is newer than what it has.</param>
    /// <param name="postgreSql">The text for PostgreSQL.</param>
    /// <param name="sqlite">The text for SQLite.</param>
    public JournalViews(int version, string postgreSql, string sqlite)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(version);
        ArgumentException.ThrowIfNullOrWhiteSpace(postgreSql);
        ArgumentException.ThrowIfNullOrWhiteSpace(sqlite);
        Version = version;
        PostgreSql = postgreSql;
        Sqlite = sqlite;
    }

    /// <summary>The version of the texts.</summary>
    public int Version { get; }

    /// <summary>The text for PostgreSQL.</summary>
    public string PostgreSql { get; }

    /// <summary>The text for SQLite.</summary>
    public string Sqlite { get; }

    /// <summary>Reads the texts that a type's assembly brings along as <c>NAME.postgresql.sql</c> and <c>NAME.sqlite.sql</c>.</summary>
    /// <param name="version">The version of the texts.</param>
    /// <param name="owner">A type of the assembly.</param>
    /// <param name="name">The name of the resources without their endings.</param>
    /// <exception cref="ArgumentException">The assembly has no such resource.</exception>
    public static JournalViews FromResources(int version, Type owner, string name)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new(version, Read(".postgresql.sql"), Read(".sqlite.sql"));

        string Read(string ending)
        {
            using var stream = owner.Assembly.GetManifestResourceStream(name + ending) ?? throw new ArgumentException($"The assembly has no resource '{name}{ending}'. Embed it under this name.", nameof(name));
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
