using CustomerLifecycle.Loyalty.Tests.Simulation;

namespace CustomerLifecycle.Loyalty.Tests;

public class PackedInstantTests
{
    [Fact]
    public void PackedInstant_OfAnyInstant_GivesItBack_AndKeepsTheOrder()
    {
        var random = new SplitMix(1);
        List<Instant> instants = [Instant.MinValue, Instant.MaxValue, NodaConstants.UnixEpoch, NodaConstants.UnixEpoch - Duration.Epsilon, NodaConstants.UnixEpoch + Duration.Epsilon];
        for (var i = 0; i < 300; i++)
        {
            var days = random.Next(6_900_000) - 4_000_000;
            var hours = Duration.FromNanoseconds(random.Next(3) - 1 + (random.Next(24) * NodaConstants.NanosecondsPerHour));
            instants.Add(NodaConstants.UnixEpoch + Duration.FromDays(days) + hours);
        }

        foreach (var instant in instants)
        {
            PackedInstant packed = instant;
            Assert.Equal(instant, (Instant)packed);
            foreach (var other in instants) Assert.Equal(Math.Sign(instant.CompareTo(other)), Math.Sign(packed.CompareTo(other)));
        }
    }
}
