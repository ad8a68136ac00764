using System.Globalization;
using CustomerLifecycle.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
    public async Task RecordAsync_OfForeignMoney_GivesNothingAndSaysSo()
    {
        var log = new ListLogger();
        var provider = Host(new OrderEarnRule(1m), logger: log);
        var yen = Order("o-1", PropertyBag.Of(("total", 10_000m), ("currency", "JPY")));

        await provider.GetRequiredService<CustomerEvents>().RecordAsync([yen, Order("o-2", PropertyBag.Of(("total", 100m), ("currency", "EUR"))), Order("o-3", 7m)]);

        Assert.Equal(107, (await provider.GetRequiredService<LedgerService>().BalanceAsync(Ann)).Available);
        Assert.Equal("The ledger gave no points for a purchase: ledger.foreign-money. See docs/errors.md.", Assert.Single(log.Lines));
    }

    [Fact]
    public async Task RecordAsync_WhereTheRuleHasACurrency_ValuesOrdersInItOnly()
    {
        var provider = Host(new OrderEarnRule(1m), hostCurrency: null, orderCurrency: "CNY");

        await provider.GetRequiredService<CustomerEvents>().RecordAsync([Order("o-1", PropertyBag.Of(("total", 30m), ("currency", "CNY"))), Order("o-2", PropertyBag.Of(("total", 100m), ("currency", "EUR")))]);

        Assert.Equal(30, (await provider.GetRequiredService<LedgerService>().BalanceAsync(Ann)).Available);
    }

    [Fact]
    public async Task RecordAsync_WhereNobodyNamedACurrency_GivesNothingAndSaysSo()
    {
        var log = new ListLogger();
        var provider = Host(new OrderEarnRule(1m), hostCurrency: null, logger: log);

        await provider.GetRequiredService<CustomerEvents>().RecordAsync(Order("o-1", PropertyBag.Of(("total", 100m), ("currency", "EUR"))));

        Assert.Equal(0, (await provider.GetRequiredService<LedgerService>().LoadAsync(Ann)).Version);
        Assert.Contains("ledger.foreign-money", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void AddLoyalty_WithACurrencyThatIsNone_SaysSo()
    {
        var failure = Assert.ThrowsAny<Exception>(() => Host(new OrderEarnRule(1m), orderCurrency: "euro").GetRequiredService<LedgerService>());

        Assert.Contains("OrderCurrency is 'euro'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecordAsync_OfLinesThatCameToLess_GivesPointsForWhatWasPaid()
    {
        var provider = Host(new OrderEarnRule(1m));
        var purchase = Order("o-1", PropertyBag.Of("total", 80m), Line(60m), Line(40m));

        await provider.GetRequiredService<CustomerEvents>().RecordAsync(purchase);

        var ledger = provider.GetRequiredService<LedgerService>();
        Assert.Equal(80, (await ledger.BalanceAsync(Ann)).Available);
        Assert.Equal(48, (await ledger.PostAsync(new RefundOrder("r-1", OrderPoints.KeyOf(purchase), [new(0, 48m)]))).Value.ClawedBack);
        Assert.Equal(32, (await ledger.PostAsync(new RefundOrder("r-2", OrderPoints.KeyOf(purchase), [new(1, 32m)]))).Value.ClawedBack);
        Assert.Equal(0, (await ledger.BalanceAsync(Ann)).Available);
    }

    [Theory]
    [InlineData("80 = 60 40", "48 32")]
    [InlineData("50 = 33.33 33.33 33.33", "16.67 16.66 16.67")]
    [InlineData("105.90 = 100gift", "100gift 5.90")]
    [InlineData("= 100gift -5", "95gift 0")]
    [InlineData("= 100gift 50shoes -15", "90gift 45shoes 0")]
    [InlineData("= 100gift -10shoes 50shoes", "100gift 0shoes 40shoes")]
    [InlineData("= 100gift:a 50gift:b -10gift:b", "100gift 40gift 0gift")]
    [InlineData("= 100gift 20shoes -40shoes", "80gift 0shoes 0shoes")]
    [InlineData("= 100 -20bags", "80 0bags")]
    [InlineData("90 = 100 -5", "90 0")]
    [InlineData("95 = 100 -5", "95 0")]
    [InlineData("100 = 100 -5", "95 0 5")]
    [InlineData("12 =", "12")]
    [InlineData("7 = 0 0", "0 0 7")]
    [InlineData("= -5 8 0", "0 3 0")]
    public void LinesOf_APurchase_AreWhatWasPaid(string order, string expected)
    {
        var parts = order.Split('=');
        var total = parts[0].Trim();
        PropertyBag[] lines = [.. parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ReadLine)];
        var purchase = Purchase.From(Order("o", total.Length == 0 ? PropertyBag.Empty : PropertyBag.Of("total", Number(total)), lines), new Currency("EUR")).Value;

        var paid = OrderPoints.LinesOf(purchase);

        Assert.Equal(expected, string.Join(' ', paid.Select(line => FormattableString.Invariant($"{line.Net:0.##}{line.Category}")).Select(text => text.Replace("5.9", "5.90", StringComparison.Ordinal))));
    }

    [Fact]
    public void LinesOf_AnyPurchase_AddUpToWhatWasPaidAndKeepTheirPlaces()
    {
        var random = new Random(20);
        string?[] names = [null, "gift", "shoes"];
        for (var round = 0; round < 2_000; round++)
        {
            PropertyBag[] lines = [.. Enumerable.Range(0, random.Next(8)).Select(_ => Line(random.Next(-40, 200) / (random.Next(2) == 0 ? 1m : 100m), names[random.Next(3)], names[random.Next(3)]))];
            var sum = lines.Sum(line => line["net"].AsNumber!.Value);
            var total = lines.Length == 0 || random.Next(2) == 0 ? Math.Max(0.01m, sum + (random.Next(-3_000, 3_000) / 100m)) : sum;
            if (total <= 0) continue;
            var purchase = Purchase.From(Order("o", PropertyBag.Of("total", total), lines), new Currency("EUR")).Value;

            var paid = OrderPoints.LinesOf(purchase);

            Assert.Equal(total, paid.Sum(line => line.Net));
            Assert.All(paid, line => Assert.True(line.Net >= 0));
            Assert.InRange(paid.Count - lines.Length, 0, 1);
            for (var i = 0; i < lines.Length; i++)
            {
                Assert.True(paid[i].Net <= Math.Max(0, purchase.Lines[i].Net));
                Assert.Equal(purchase.Lines[i].Category, paid[i].Category);
            }
        }
    }

    [Fact]
    public async Task RecordAsync_WithADiscountOnWhatIsExcluded_GivesNothing()
    {
        var provider = Host(new OrderEarnRule(1m, excluded: ["gift"]));

        await provider.GetRequiredService<CustomerEvents>().RecordAsync(Order("o-1", PropertyBag.Empty, Line(100m, "gift"), Line(-5m)));

        Assert.Equal(0, (await provider.GetRequiredService<LedgerService>().BalanceAsync(Ann)).Available);
    }

    [Fact]
    public async Task RefundOrder_ByTheShopsOwnLine_MeetsItBehindADiscount()
    {
        var provider = Host(new OrderEarnRule(1m, multipliers: new Dictionary<string, decimal> { ["shoes"] = 3m }));
        var purchase = Order("o-1", PropertyBag.Empty, Line(30m), Line(-10m, "shoes"), Line(50m, "shoes"));
        await provider.GetRequiredService<CustomerEvents>().RecordAsync(purchase);

        var ledger = provider.GetRequiredService<LedgerService>();
        Assert.Equal(30 + 120, (await ledger.BalanceAsync(Ann)).Available);
        Assert.Equal(120, (await ledger.PostAsync(new RefundOrder("r-1", OrderPoints.KeyOf(purchase), [new(2, 40m)]))).Value.ClawedBack);
    }

    [Fact]
    public void KeyOf_DifferentPurchases_NeverCollides()
    {
        string[] names = ["a", "b", "a/b", "b/a", "a/a", "1", "1/a", "3/a/b", "/", "a#", "#a", ":", "3:PTS", new('a', 128), new string('a', 126) + "/b", "a/" + new string('a', 126)];
        string?[] currencies = [null, "P", "P/1/a", "3:P", "P2", new('c', 32)];

        var keys = (from customer in names from id in names from currency in currencies select OrderPoints.KeyOf(new(id, new(customer), Purchase.EventType, Noon), currency)).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.All(keys, key => Assert.True(key.Length <= LedgerCommand.MaxKeyLength));
        Assert.Equal(OrderPoints.KeyOf(Order("o", 1m)), OrderPoints.KeyOf(Order("o", 1m), LedgerCommand.DefaultCurrency));
    }

    [Fact]
    public void AddLoyalty_WhereThePolicyNamesNoZone_TakesTheHosts()
    {
        var shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
        var berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        var policy = new LedgerPolicy(currencies: new Dictionary<string, LedgerPolicy> { ["FOLLOWS"] = new(), ["OWN"] = new(zone: berlin) });
        var named = new LedgerPolicy(zone: DateTimeZone.Utc, minRedeem: 7, currencies: new Dictionary<string, LedgerPolicy> { ["FOLLOWS"] = new() });

        Assert.Equal(shanghai, ZonedHost(LedgerPolicy.Default).Calendar.Zone);
        Assert.Equal((shanghai, shanghai, berlin), (ZonedHost(policy).Calendar.Zone, ZonedHost(policy).For("FOLLOWS").Calendar.Zone, ZonedHost(policy).For("OWN").Calendar.Zone));
        Assert.Equal((DateTimeZone.Utc, 7L, shanghai), (ZonedHost(named).Calendar.Zone, ZonedHost(named).MinRedeem, ZonedHost(named).For("FOLLOWS").Calendar.Zone));
        Assert.Equal(DateTimeZone.Utc, policy.Calendar.Zone);

        static LedgerPolicy ZonedHost(LedgerPolicy policy)
        {
            var services = new ServiceCollection();
            services.AddCustomerLifecycle(options => options.ZoneId = "Asia/Shanghai").AddLoyalty(loyalty => loyalty.Policy = policy);
            return services.BuildServiceProvider().GetRequiredService<LedgerService>().Policy;
        }
    }

    [Fact]
    public async Task AddLoyalty_InShanghai_LetsPointsLapseAtItsMidnight()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IClock>(new SettableClock(Noon));
        services.AddCustomerLifecycle(options => options.ZoneId = "Asia/Shanghai").AddLoyalty(loyalty => loyalty.Policy = new(expiry: ExpiryPolicy.After(Period.FromDays(1))));
        var ledger = services.BuildServiceProvider().GetRequiredService<LedgerService>();

        await ledger.PostAsync(new EarnPoints("e", Ann, 5));

        Assert.Equal(Instant.FromUtc(2024, 1, 11, 16, 0), Assert.Single((await ledger.LoadAsync(Ann)).UpcomingLapses(Noon)).At);
    }

    [Fact]
    public void AddLoyalty_WithALeaseOfZero_SaysSoWhenItIsUsed()
    {
        var services = new ServiceCollection();
        services.AddCustomerLifecycle().AddLoyalty(loyalty => loyalty.SweepLease = Duration.Zero);

        var failure = Assert.ThrowsAny<Exception>(() => services.BuildServiceProvider().GetRequiredService<LedgerService>());

        Assert.Contains("SweepLease", failure.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Host(OrderEarnRule? rule, string? hostCurrency = "EUR", string? orderCurrency = null, ILogger<OrderPoints>? logger = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IClock>(new SettableClock(Noon));
        if (logger is not null) services.AddSingleton(logger);
        services.AddCustomerLifecycle(options => options.HostCurrency = hostCurrency).AddLoyalty(loyalty =>
        {
            loyalty.Policy = new LedgerPolicy(orderRule: rule);
            loyalty.OrderCurrency = orderCurrency;
        });
        return services.BuildServiceProvider();
    }

    private static CustomerEvent Order(string id, decimal total) => Order(id, PropertyBag.Of("total", total));

    private static CustomerEvent Order(string id, PropertyBag properties, params PropertyBag[] lines) => new(id, Ann, Purchase.EventType, Noon - Duration.FromHours(1), properties, lines: lines);

    private static PropertyBag Line(decimal net, string? category = null, string? sku = null)
    {
        var properties = new Dictionary<string, PropertyValue> { ["net"] = net };
        if (category is not null) properties.Add("category", category);
        if (sku is not null) properties.Add("sku", sku);
        return new(properties);
    }

    /// <summary>Reads <c>-10shoes:b</c>: net, category, article.</summary>
    private static PropertyBag ReadLine(string text)
    {
        var net = new string([.. text.TakeWhile(c => !char.IsLetter(c))]);
        var names = text[net.Length..].Split(':');
        return Line(Number(net), names[0].Length == 0 ? null : names[0], names.ElementAtOrDefault(1));
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private sealed class ListLogger : ILogger<OrderPoints>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
