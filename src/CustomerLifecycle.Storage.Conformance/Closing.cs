namespace CustomerLifecycle.Storage.Conformance;

internal static class Closing
{
    public static async ValueTask CloseAsync(IJournal<Note, NoteAdded> journal)
    {
        switch (journal)
        {
            case IAsyncDisposable asynchronous:
                await asynchronous.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable synchronous:
                synchronous.Dispose();
                break;
        }
    }
}
