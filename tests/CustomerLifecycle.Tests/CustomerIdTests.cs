namespace CustomerLifecycle.Tests;

public class CustomerIdTests
{
    [Fact]
    public void ToString_OfAPhoneNumber_DoesNotShowIt()
    {
        var id = new CustomerId("+86 138 0013 8000");

        Assert.Matches("^customer#[0-9a-f]{8}$", id.ToString());
        Assert.Equal(id.ToString(), new CustomerId("+86 138 0013 8000").ToString());
    }

    [Fact]
    public void Value_OfDefault_SaysThatItWasNeverAssigned() =>
        Assert.Contains("never assigned", Assert.Throws<InvalidOperationException>(() => default(CustomerId).Value).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void Constructor_OfBlank_Throws(string value) => Assert.Throws<ArgumentException>(() => new CustomerId(value));

    [Fact]
    public void Constructor_OfTooLong_Throws()
    {
        Assert.Equal(128, new CustomerId(new string('x', 128)).Value.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CustomerId(new string('x', 129)));
    }
}
