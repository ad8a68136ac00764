using System.Collections.Concurrent;
using System.Globalization;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Storage.Sqlite;
using CustomerLifecycle.Tests.Shared;
using Npgsql;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary>A kind of database in which cases keep their journals; everything in it is gone with the process.</summary>
internal abstract class CaseStore(string name)
{
    private static readonly ConcurrentStack<IDisposable> Opened = new();
    private static int Made;

    static CaseStore() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        while (Opened.TryPop(out var opened)) opened.Dispose();
    };

    /// <summary>Every kind that this machine has.</summary>
    public static IReadOnlyList<CaseStore> All { get; } = [new SqliteCaseStore(), .. PostgreSqlServer.Missing is null ? [new PostgreSqlCaseStore()] : Array.Empty<CaseStore>()];

    /// <summary>What to say of the kinds that it has not.</summary>
    public static IReadOnlyList<string> Notes { get; } = PostgreSqlServer.Missing is { } missing ? [$"The path postgresql is left out. {missing}"] : [];

    /// <summary>The one PostgreSQL server of all cases.</summary>
    public static Lazy<PostgreSqlServer> PostgreSql { get; } = new(static () => UntilTheEnd(new PostgreSqlServer()));

    public string Name => name;

    /// <summary>Opens a journal with nothing in it.</summary>
    public abstract IJournal<TState, TRecord> Open<TState, TRecord>(JournalCodec<TState, TRecord> codec, IClock clock)
        where TState : class
        where TRecord : class, IJournalRecord;

    private static T UntilTheEnd<T>(T opened)
        where T : IDisposable
    {
        Opened.Push(opened);
        return opened;
    }

    private static string NewName() => string.Create(CultureInfo.InvariantCulture, $"case{Interlocked.Increment(ref Made)}");

    private sealed class SqliteCaseStore() : CaseStore("sqlite")
    {
        private readonly Lazy<Folder> _folder = new(static () => UntilTheEnd(new Folder()));

        public override IJournal<TState, TRecord> Open<TState, TRecord>(JournalCodec<TState, TRecord> codec, IClock clock) =>
            UntilTheEnd(new SqliteJournal<TState, TRecord>(new SqliteStore(_folder.Value.File(NewName()), new() { FullSynchronous = false }), codec, clock));
    }

    private sealed class PostgreSqlCaseStore() : CaseStore("postgresql")
    {
        private readonly Lazy<NpgsqlDataSource> _source = new(static () => UntilTheEnd(NpgsqlDataSource.Create(PostgreSql.Value.ConnectionString)));

        public override IJournal<TState, TRecord> Open<TState, TRecord>(JournalCodec<TState, TRecord> codec, IClock clock) =>
            UntilTheEnd(new PostgreSqlJournal<TState, TRecord>(_source.Value, codec, new() { Schema = NewName() }));
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cases-");

        public string File(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
