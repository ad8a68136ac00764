using System.Globalization;

namespace CustomerLifecycle.DueHost;

/// <summary>Due work that says on standard output how many streams it has done.</summary>
internal sealed class SpokenWork(IDueWork work) : IDueWork
{
    private int _done;

    public string Name => work.Name;

    public NamedJournal Journal => work.Journal;

    public bool Owns(StreamId stream) => work.Owns(stream);

    public async ValueTask<int> WorkAsync(IReadOnlyList<DueClaim> claims, Instant asOf, CancellationToken cancellationToken = default)
    {
        var done = await work.WorkAsync(claims, asOf, cancellationToken);
        _done += done;
        await Console.Out.WriteLineAsync(_done.ToString(CultureInfo.InvariantCulture));
        return done;
    }
}
