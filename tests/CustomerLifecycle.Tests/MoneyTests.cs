namespace CustomerLifecycle.Tests;

public class MoneyTests
{
    private static readonly Currency Eur = new("EUR");
    private static readonly Currency Usd = new("USD");

    [Fact]
    public void Arithmetic_OfOneCurrency_IsExact()
    {
        Assert.Equal(new Money(0.3m, Eur), new Money(0.1m, Eur) + new Money(0.2m, Eur));
        Assert.Equal(new Money(-0.1m, Eur), new Money(0.1m, Eur) - new Money(0.2m, Eur));
        Assert.Equal(new Money(-0.1m, Eur), -new Money(0.10m, Eur));
        Assert.True(new Money(0.1m, Eur) < new Money(0.2m, Eur));
        Assert.Equal("12.50 EUR", new Money(12.50m, Eur).ToString());
    }

    [Fact]
    public void Arithmetic_OfTwoCurrencies_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => new Money(1, Eur) + new Money(1, Usd));
        Assert.Throws<InvalidOperationException>(() => new Money(1, Eur) - new Money(1, Usd));
        Assert.Throws<InvalidOperationException>(() => new Money(1, Eur).CompareTo(new Money(1, Usd)));
        Assert.NotEqual(new Money(1, Eur), new Money(1, Usd));
    }

    [Theory]
    [InlineData("")]
    [InlineData("eur")]
    [InlineData("EURO")]
    [InlineData("E1R")]
    [InlineData("ÄÖÜ")]
    public void Currency_OfAnotherForm_Throws(string code) => Assert.Throws<ArgumentException>(() => new Currency(code));

    [Fact]
    public void Money_OfAnUnassignedCurrency_Throws() => Assert.Throws<InvalidOperationException>(() => new Money(1, default));
}
