namespace CustomerLifecycle.Storage.Conformance;

/// <summary>One promise: its words, and what a store must do to keep it.</summary>
internal sealed class Promise(string words, Func<IJournal<Note, NoteAdded>, CancellationToken, Task> keep)
{
    public string Words { get; } = words;

    public Func<IJournal<Note, NoteAdded>, CancellationToken, Task> Keep { get; } = keep;
}
