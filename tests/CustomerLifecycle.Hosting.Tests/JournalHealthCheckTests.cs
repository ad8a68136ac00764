using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerLifecycle.Hosting.Tests;

public sealed class JournalHealthCheckTests
{
    private readonly Notes _notes = new();

    [Fact]
    public async Task Check_OfJournalsThatAreWell_IsHealthyAndHasTheirNumbers()
    {
        await _notes.AddAsync("a", Notes.Noon - Duration.FromSeconds(10), "x");

        var result = await CheckAsync(_notes.Named);

        Assert.Equal(HealthStatus.Healthy, result.Status);
        Assert.Equal((10.0, 1L, 0L), (result.Data["notes.due_lag_seconds"], result.Data["notes.outbox_records"], result.Data["notes.dead_letters"]));
    }

    [Fact]
    public async Task Check_OfDueWorkAndAnOutboxThatLagAndADeadLetter_IsDegradedAndSaysEach()
    {
        await _notes.AddAsync("a", Notes.Noon, "dead", "late");
        await _notes.Journal.SetAsideAsync((await _notes.Journal.ClaimOutboxAsync(1, Duration.FromMinutes(1)))[0], "failed");
        _notes.Clock.Advance(Duration.FromSeconds(301));

        var result = await CheckAsync(_notes.Named);

        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.Contains("due work lags by 301 s", result.Description, StringComparison.Ordinal);
        Assert.Contains("the outbox has waited for 301 s", result.Description, StringComparison.Ordinal);
        Assert.Contains("1 dead letters", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAStoreThatIsAway_IsUnhealthyAndShowsNothingOfTheConnection()
    {
        var result = await CheckAsync(new("away", new AwayJournal(_notes.Journal) { FailOnce = { "Measure" } }), _notes.Named);

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Contains("away: The store is away.", result.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", $"{result.Description} {result.Exception}", StringComparison.Ordinal);
        Assert.True(result.Data.ContainsKey("notes.due_streams"), "The other journal is looked at all the same.");
    }

    [Fact]
    public async Task AddCustomerLifecycle_ToAHostsChecks_ChecksTheJournalsOfItsPackages()
    {
        var services = new ServiceCollection().AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton(_notes.Named);
        services.AddHealthChecks().AddCustomerLifecycle(tags: ["ready"]);
        await using var host = services.BuildServiceProvider();

        var report = await host.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(HealthStatus.Healthy, report.Entries["customerlifecycle"].Status);
        Assert.Equal(["ready"], report.Entries["customerlifecycle"].Tags);
    }

    private static Task<HealthCheckResult> CheckAsync(params NamedJournal[] journals)
    {
        var check = new JournalHealthCheck(journals);
        return check.CheckHealthAsync(new() { Registration = new("customerlifecycle", check, HealthStatus.Unhealthy, null) });
    }
}
