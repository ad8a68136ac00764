namespace CustomerLifecycle.Testing.Tests.Clock;

public class SettableClockTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 6, 1, 12, 0);

    [Fact]
    public void Clock_UntilItIsMoved_StandsStill()
    {
        var clock = new SettableClock(Noon);

        Assert.Equal(clock.GetCurrentInstant(), clock.GetCurrentInstant());
        clock.Advance(Duration.FromHours(3));
        Assert.Equal(Noon + Duration.FromHours(3), clock.GetCurrentInstant());
        clock.Set(Noon);
        Assert.Equal(Noon, clock.GetCurrentInstant());
    }

    [Fact]
    public void Advance_Backwards_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new SettableClock(Noon).Advance(Duration.FromSeconds(-1)));
}
