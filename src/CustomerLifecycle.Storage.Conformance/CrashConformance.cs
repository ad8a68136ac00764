using System.Globalization;
using static CustomerLifecycle.Storage.Conformance.Notes;

namespace CustomerLifecycle.Storage.Conformance;

/// <summary>What must hold after a process was killed while it wrote. One process loads and is killed; the next verifies.</summary>
/// <remarks>
/// The load books amounts from one stream to another, a double entry each time, so that a half-written append shows as books that do not balance. What was acknowledged is named
/// on a writer line by line, which the surviving parent process keeps.
/// </remarks>
public static class CrashConformance
{
    private const int Accounts = 20;

    /// <summary>Writes until it is cancelled, or the process is killed.</summary>
    /// <param name="journal">The store.</param>
    /// <param name="run">Names this run: keys of different runs differ.</param>
    /// <param name="writers">Concurrent writers.</param>
    /// <param name="acknowledged">Gets each key on a line of its own, after the store has acknowledged it.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    public static Task LoadAsync(IJournal<Note, NoteAdded> journal, string run, int writers, TextWriter acknowledged, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(acknowledged);
        return Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(journal, $"{run}/{writer}", writer, acknowledged, cancellationToken), cancellationToken)));
    }

    /// <summary>Checks a store that was loaded, once or many times.</summary>
    /// <param name="journal">The store, opened anew.</param>
    /// <param name="acknowledged">Every key that was acknowledged in any run.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many appends the store holds: those acknowledged, and those whose acknowledgement did not come through.</returns>
    /// <exception cref="ConformanceException">An acknowledged append is missing, an append is there twice or by half, or the books do not balance.</exception>
    public static async Task<int> VerifyAsync(IJournal<Note, NoteAdded> journal, IReadOnlyCollection<string> acknowledged, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(acknowledged);
        var entries = new Dictionary<string, List<decimal>>(StringComparer.Ordinal);
        foreach (var loaded in await journal.ListAsync(null, JournalLimits.MaxPage, cancellationToken).ConfigureAwait(false))
        {
            var records = await journal.AllAsync(loaded.Stream, cancellationToken, page: JournalLimits.MaxPage).ConfigureAwait(false);
            Expect.Equal(loaded.Version, records.Count, $"records of '{loaded.Stream.Value}'");
            Expect.Equal(loaded.Version, Expect.NotNull(loaded.State, "state").Count, $"count in the state of '{loaded.Stream.Value}'");
            for (var i = 0; i < records.Count; i++)
            {
                Expect.Equal(i + 1, records[i].Version, $"version of a record of '{loaded.Stream.Value}'");
                if (!entries.TryGetValue(records[i].Key.Value, out var amounts)) entries.Add(records[i].Key.Value, amounts = []);
                amounts.Add(records[i].Record.Amount.GetValueOrDefault());
            }
        }

        foreach (var entry in entries)
        {
            Expect.Equal(2, entry.Value.Count, $"entries under '{entry.Key}'");
            Expect.Equal(0m, entry.Value[0] + entry.Value[1], $"balance of the entries under '{entry.Key}'");
        }

        foreach (var key in acknowledged) Expect.True(entries.ContainsKey(key), $"'{key}', which was acknowledged, is there");
        return entries.Count;
    }

    private static async Task WriteAsync(IJournal<Note, NoteAdded> journal, string run, int writer, TextWriter acknowledged, CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n++)
        {
            var key = string.Format(CultureInfo.InvariantCulture, "{0}/{1}", run, n);
            var (from, to) = (Stream($"account{(writer + n) % Accounts}"), Stream($"account{((writer * 7) + (n * 3) + 1 + ((writer + n) % Accounts)) % Accounts}"));
            if (from == to) continue;
            while (true)
            {
                var loaded = await journal.LoadManyAsync([from, to], cancellationToken).ConfigureAwait(false);
                var outcome = await journal.AppendAsync(Many(key, Entry(loaded[0], key, -1 - n), Entry(loaded[1], key, 1 + n)), cancellationToken).ConfigureAwait(false);
                if (outcome.IsStored) break;
            }

            // One line, one write: the parent must not see half a key.
            lock (acknowledged)
            {
                acknowledged.Write(key + "\n");
                acknowledged.Flush();
            }
        }
    }

    private static StreamAppend<Note, NoteAdded> Entry(Loaded<Note> loaded, string key, decimal amount) =>
        new(loaded.Stream, loaded.Version, new(loaded.Version + 1, key), null, new NoteAdded(key, Noon, Noon, "entry", amount));
}
