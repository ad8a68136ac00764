using CustomerLifecycle.Storage.Conformance;

namespace CustomerLifecycle.Storage.Tests;

public class InMemoryJournalTests
{
    public static TheoryData<string> Promises => [.. JournalConformance.Names];

    [Theory]
    [MemberData(nameof(Promises))]
    public Task Keeps(string promise) => JournalConformance.RunAsync(promise, static () => new(new InMemoryJournal<Note, NoteAdded>(SystemClock.Instance)));
}
