using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Hosting;

/// <summary>Passes of one part of the background, one after another, until the host stops. A pass that fails is made again, later and later.</summary>
internal abstract class BackgroundPasses(string part, HostingOptions options, TimeSpan pause, ILogger logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host starts while this works.
        await Task.Yield();
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var delay = pause;
            try
            {
                await RunAsync(stoppingToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // An exception that got out would stop the host, or this part of it for good.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                var longer = options.DelayAfter(++failures);
                delay = longer.ToTimeSpan();
                HostingTelemetry.LogPaused(logger, part, HostingTelemetry.NameOf(fault), longer);
            }

            await Task.Delay(delay, stoppingToken).ConfigureAwait(false);
        }
    }

    protected abstract Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>Does due work for as long as the host runs.</summary>
internal sealed class DueBackground(DueWorker worker, IOptions<HostingOptions> options, ILogger<DueBackground> logger)
    : BackgroundPasses("due work", options.Value, TimeSpan.FromSeconds(options.Value.DuePollSeconds), logger)
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.RunDueWork ? base.ExecuteAsync(stoppingToken) : Task.CompletedTask;

    protected override Task RunAsync(CancellationToken cancellationToken) => worker.RunOnceAsync(null, cancellationToken).AsTask();
}

/// <summary>Tells the outbox for as long as the host runs.</summary>
internal sealed class OutboxBackground(OutboxDispatcher dispatcher, IOptions<HostingOptions> options, ILogger<OutboxBackground> logger)
    : BackgroundPasses("outbox", options.Value, TimeSpan.FromSeconds(options.Value.OutboxPollSeconds), logger)
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.RunOutbox ? base.ExecuteAsync(stoppingToken) : Task.CompletedTask;

    protected override Task RunAsync(CancellationToken cancellationToken) => dispatcher.RunOnceAsync(cancellationToken).AsTask();
}
