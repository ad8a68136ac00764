using CustomerLifecycle.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerLifecycle.Loyalty.Tests;

public class OrderPointsTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    [Fact]
    public async Task RecordAsync_OfAPurchaseTwice_GivesItsPointsOnce()
    {
        var provider = Host(new OrderEarnRule(1m));
        var purchase = Order("o-1", 25.40m);

        await provider.GetRequiredService<CustomerEvents>().RecordAsync(purchase);
        await provider.GetRequiredService<CustomerEvents>().RecordAsync(purchase);

        var ledger = provider.GetRequiredService<LedgerService>();
        Assert.Equal(25, (await ledger.BalanceAsync(Ann)).Available);
        Assert.True((await ledger.PostAsync(new RefundOrder("r-1", OrderPoints.KeyOf(purchase), [new(0, 10m)]))).IsAccepted);
        Assert.Equal(15, (await ledger.BalanceAsync(Ann)).Available);
    }

    [Fact]
    public async Task RecordAsync_OfARefundOrWithoutARule_GivesNothing()
    {
        var provider = Host(new OrderEarnRule(1m));
        await provider.GetRequiredService<CustomerEvents>().RecordAsync(Order("o-1", -5m));
        Assert.Equal(0, (await provider.GetRequiredService<LedgerService>().LoadAsync(Ann)).Version);

        provider = Host(null);
        await provider.GetRequiredService<CustomerEvents>().RecordAsync(Order("o-1", 5m));
        Assert.Equal(0, (await provider.GetRequiredService<LedgerService>().LoadAsync(Ann)).Version);
    }

    [Fact]
    public async Task RecordAsync_OnAHostWhoseClockIsAhead_IsNotAccepted_AndGivesThePointsWhenItIsMended()
    {
        var clock = new SettableClock(Noon);
        var services = new ServiceCollection();
        services.AddSingleton<IClock>(clock);
        services.AddSingleton<IJournal<MemberState, Posting>>(new InMemoryJournal<MemberState, Posting>(new SettableClock(Noon)));
        services.AddCustomerLifecycle(options => options.HostCurrency = "EUR").AddLoyalty(loyalty => loyalty.Policy = new LedgerPolicy(orderRule: new OrderEarnRule(1m)));
        await using var provider = services.BuildServiceProvider();
        clock.Set(Noon + Duration.FromMinutes(6));

        await Assert.ThrowsAnyAsync<StoreException>(() => provider.GetRequiredService<CustomerEvents>().RecordAsync(Order("o-1", 25m)).AsTask());
        clock.Set(Noon);
        await provider.GetRequiredService<CustomerEvents>().RecordAsync(Order("o-1", 25m));

        Assert.Equal(25, (await provider.GetRequiredService<LedgerService>().BalanceAsync(Ann)).Available);
    }

    [Fact]
    public void AddLoyalty_WithALeaseOfZero_SaysSoWhenItIsUsed()
    {
        var services = new ServiceCollection();
        services.AddCustomerLifecycle().AddLoyalty(loyalty => loyalty.SweepLease = Duration.Zero);

        var failure = Assert.ThrowsAny<Exception>(() => services.BuildServiceProvider().GetRequiredService<LedgerService>());

        Assert.Contains("SweepLease", failure.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Host(OrderEarnRule? rule)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IClock>(new SettableClock(Noon));
        services.AddCustomerLifecycle(options => options.HostCurrency = "EUR").AddLoyalty(loyalty => loyalty.Policy = new LedgerPolicy(orderRule: rule));
        return services.BuildServiceProvider();
    }

    private static CustomerEvent Order(string id, decimal total) => new(id, Ann, Purchase.EventType, Noon - Duration.FromHours(1), PropertyBag.Of("total", total));
}
