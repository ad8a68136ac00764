using CustomerLifecycle.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>Redeemable and status points of one programme, each by rules of its own.</summary>
public class CurrencyPolicyTests
{
    private const string Status = "STATUS";
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    private static readonly LedgerPolicy Programme = new(
        expiry: ExpiryPolicy.After(Period.FromDays(30)),
        minRedeem: 10,
        orderRule: new OrderEarnRule(1m),
        currencies: new Dictionary<string, LedgerPolicy>
        {
            [Status] = new(expiry: ExpiryPolicy.EndOfYear(1), pendingDays: 14, earnCapPerDay: 100, maxBalance: new(500, BalanceLimitMode.Truncate), orderRule: new OrderEarnRule(2m), isRedeemable: false),
        });

    [Fact]
    public void Earn_InTwoCurrencies_LapsesEachByItsOwnTerm()
    {
        var state = Post(Post(MemberState.Empty(Ann), new EarnPoints("p", Ann, 50)), new EarnPoints("s", Ann, 50, currency: Status));

        Assert.Equal(Instant.FromUtc(2024, 2, 10, 0, 0), Assert.Single(state.LotsAt(Noon)).Expires);
        Assert.Equal(Instant.FromUtc(2026, 1, 1, 0, 0), Assert.Single(state.LotsAt(Noon, Status)).Expires);
        Assert.Equal((50, 0), (state.BalanceAt(Noon).Available, state.BalanceAt(Noon).Pending));
        Assert.Equal((0, 50), (state.BalanceAt(Noon, Status).Available, state.BalanceAt(Noon, Status).Pending));
    }

    [Fact]
    public void Earn_OverACap_IsCutInItsCurrencyOnly()
    {
        Assert.Equal(150, Ledger.Decide(MemberState.Empty(Ann), new EarnPoints("p", Ann, 150), Programme, Noon).Value.Result.Awarded);
        Assert.Equal(100, Ledger.Decide(MemberState.Empty(Ann), new EarnPoints("s", Ann, 150, currency: Status), Programme, Noon).Value.Result.Awarded);
    }

    [Fact]
    public void Redeem_ACurrencyThatOnlyCounts_IsRefused()
    {
        var later = Noon + Duration.FromDays(20);
        var state = Post(MemberState.Empty(Ann), new EarnPoints("s", Ann, 50, currency: Status));

        Assert.Equal(LedgerRefusals.NotRedeemable, Ledger.Decide(state, new RedeemPoints("r", Ann, 5, currency: Status), Programme, later).Refusal?.Code);
        Assert.Equal(LedgerRefusals.NotRedeemable, Ledger.Decide(state, new ReservePoints("h", Ann, 5, currency: Status), Programme, later).Refusal?.Code);
        Assert.Equal(LedgerRefusals.NotRedeemable, Ledger.Decide(state, new TransferPoints("t", Ann, Bob, 5, currency: Status), Programme, later, MemberState.Empty(Bob)).Refusal?.Code);
        Assert.Equal(LedgerRefusals.BelowMinimum, Ledger.Decide(state, new RedeemPoints("r", Ann, 5), Programme, later).Refusal?.Code);
        Assert.Equal(LedgerRefusals.InvalidAmount, Ledger.Decide(state, new RedeemPoints("r", Ann, 0, currency: Status), Programme, later).Refusal?.Code);
    }

    [Fact]
    public void Refund_OfAnEarnInAnotherCurrency_FollowsThatCurrency()
    {
        var state = Post(MemberState.Empty(Ann), new EarnPoints("s", Ann, 50, currency: Status));

        var refunded = Ledger.Decide(state, new RefundEarn("f", "s", 20), Programme, Noon).Value;

        Assert.Equal(Status, refunded.Result.Postings[0].Currency);
        Assert.Equal(30, refunded.Primary.BalanceAt(Noon, Status).Pending);
    }

    [Fact]
    public async Task RecordAsync_OfAPurchase_EarnsEachCurrencyOnce()
    {
        var services = new ServiceCollection();
        var clock = new SettableClock(Noon);
        services.AddSingleton<IClock>(clock);
        services.AddCustomerLifecycle(options => options.HostCurrency = "EUR").AddLoyalty(loyalty => loyalty.Policy = Programme);
        var provider = services.BuildServiceProvider();
        var purchase = new CustomerEvent("o-1", Ann, Purchase.EventType, Noon - Duration.FromHours(1), PropertyBag.Of("total", 25.40m));

        await provider.GetRequiredService<CustomerEvents>().RecordAsync(purchase);
        await provider.GetRequiredService<OrderPoints>().HandleAsync([purchase]);

        var ledger = provider.GetRequiredService<LedgerService>();
        Assert.Equal(25, (await ledger.BalanceAsync(Ann)).Available);
        Assert.Equal(50, (await ledger.BalanceAsync(Ann, currency: Status)).Pending);
        Assert.True((await ledger.PostAsync(new RefundOrder("r-1", OrderPoints.KeyOf(purchase, Status), [new(0, 25.40m)]))).IsAccepted);
        Assert.Equal((25, 0), ((await ledger.BalanceAsync(Ann)).Available, (await ledger.BalanceAsync(Ann, currency: Status)).Pending));
    }

    [Fact]
    public void Policy_OfCurrenciesInsideACurrency_IsRefusedAtOnce()
    {
        var inner = new Dictionary<string, LedgerPolicy> { ["MILES"] = Programme };

        Assert.Throws<ArgumentException>(() => new LedgerPolicy(currencies: inner));
        Assert.Same(Programme, Programme.For("PTS"));
        Assert.Equal([Status], Programme.Currencies);
    }

    private static MemberState Post(MemberState state, LedgerCommand command) => Ledger.Decide(state, command, Programme, Noon).Value.Primary;
}
