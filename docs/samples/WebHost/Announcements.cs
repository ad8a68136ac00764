using CustomerLifecycle;
using CustomerLifecycle.Hosting;

namespace WebHost;

/// <summary>Tells the outside what happened: here the log; a host puts its queue, its mail service or a web hook in this place, with the message's id as its key.</summary>
internal sealed partial class Announcements(ILogger<Announcements> logger) : IOutboxHandler
{
    public ValueTask<Refusal?> HandleAsync(OutboxMessage message, CancellationToken cancellationToken = default)
    {
        Told(message);
        return default;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Message}")]
    private partial void Told(OutboxMessage message);
}
