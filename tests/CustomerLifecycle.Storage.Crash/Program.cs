// Loads a store until it is killed: sqlite FILE RUN, or postgresql CONNECTION RUN. Each acknowledged key is a line on standard output.
using CustomerLifecycle;
using CustomerLifecycle.Storage.Conformance;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Storage.Sqlite;
using Npgsql;

IJournal<Note, NoteAdded> journal = args[0] switch
{
    "sqlite" => new SqliteJournal<Note, NoteAdded>(args[1], new NoteCodec()),
    "postgresql" => new PostgreSqlJournal<Note, NoteAdded>(NpgsqlDataSource.Create(args[1]), new NoteCodec()),
    var other => throw new ArgumentException($"There is no store '{other}'.", nameof(args)),
};
await CrashConformance.LoadAsync(journal, run: args[2], writers: 8, Console.Out);
