using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Tests;

public class AddCustomerLifecycleTests
{
    [Fact]
    public async Task Add_WithoutAnything_GivesAClockACalendarAndADoor()
    {
        var services = new ServiceCollection();
        services.AddCustomerLifecycle().AddEventHandler<Counter>();
        using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<CustomerEvents>().RecordAsync(new CustomerEvent("1", new("a"), "visit", Instant.FromUtc(2026, 1, 1, 0, 0)));

        Assert.Equal(1, provider.GetServices<ICustomerEventHandler>().OfType<Counter>().Single().Count);
        Assert.Equal(LocalCalendar.Utc.ToString(), provider.GetRequiredService<LocalCalendar>().ToString());
        Assert.Same(SystemClock.Instance, provider.GetRequiredService<IClock>());
    }

    [Fact]
    public void Add_AfterTheHostsOwnClock_LeavesIt()
    {
        var clock = new TestClock(Instant.FromUtc(2026, 1, 1, 0, 0));
        var services = new ServiceCollection().AddSingleton<IClock>(clock);
        services.AddCustomerLifecycle();
        services.AddCustomerLifecycle();
        using var provider = services.BuildServiceProvider();

        Assert.Same(clock, Assert.Single(provider.GetServices<IClock>()));
        Assert.Single(provider.GetServices<CustomerEvents>());
    }

    [Fact]
    public void Add_WithConfiguration_BindsEveryOption()
    {
        var options = Bound(new()
        {
            ["ZoneId"] = "Asia/Shanghai",
            ["WeekStart"] = "Sunday",
            ["LeapDay"] = "March1",
            ["HostCurrency"] = "CNY",
            ["MaxClockSkewSeconds"] = "10",
            ["MaxEventsPerCall"] = "20",
        });

        Assert.Equal(
            ("Asia/Shanghai, weeks from Sunday, 29 February on 1 March", "CNY", 10, 20),
            (options.ToCalendar().ToString(), options.HostCurrency, options.MaxClockSkewSeconds, options.MaxEventsPerCall));
    }

    [Fact]
    public void Add_WithADelegateAfterConfiguration_TheLaterWins()
    {
        var services = new ServiceCollection();
        services.AddCustomerLifecycle(Configuration(new() { ["ZoneId"] = "Asia/Shanghai" }));
        services.AddCustomerLifecycle(options => options.ZoneId = "Europe/Berlin");
        using var provider = services.BuildServiceProvider();

        Assert.Equal("Europe/Berlin", provider.GetRequiredService<LocalCalendar>().Zone.Id);
    }

    [Theory]
    [InlineData("ZoneId", "Middle/Earth", "Use a name like Europe/Berlin")]
    [InlineData("ZoneId", "", "ZoneId")]
    [InlineData("WeekStart", "0", "WeekStart")]
    [InlineData("LeapDay", "2", "LeapDay")]
    [InlineData("HostCurrency", "euro", "ISO 4217")]
    [InlineData("MaxClockSkewSeconds", "-1", "MaxClockSkewSeconds")]
    [InlineData("MaxEventsPerCall", "0", "MaxEventsPerCall")]
    public void Start_WithAWrongOption_FailsAndNamesIt(string key, string value, string expected)
    {
        var services = new ServiceCollection();
        services.AddCustomerLifecycle(Configuration(new() { [key] = value }));
        using var provider = services.BuildServiceProvider();

        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Door_WithoutAContainer_ChecksItsOptionsToo()
    {
        Assert.Throws<ArgumentException>(() => new CustomerEvents([], SystemClock.Instance, new CustomerLifecycleOptions { MaxEventsPerCall = 0 }));
        Assert.Throws<ArgumentException>(() => new CustomerEvents([], SystemClock.Instance, new CustomerLifecycleOptions { HostCurrency = "€" }));
    }

    private static CustomerLifecycleOptions Bound(Dictionary<string, string?> values)
    {
        var services = new ServiceCollection();
        services.AddCustomerLifecycle(Configuration(values));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<CustomerLifecycleOptions>>().Value;
    }

    private static IConfiguration Configuration(Dictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build();

    private sealed class Counter : ICustomerEventHandler
    {
        public int Count { get; private set; }

        public string Name => "counter";

        public ValueTask HandleAsync(IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default)
        {
            Count += events.Count;
            return default;
        }
    }
}
