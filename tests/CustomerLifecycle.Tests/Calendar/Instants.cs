namespace CustomerLifecycle.Tests;

/// <summary>Instants that hurt: near changes of clocks, ends of months, and anywhere.</summary>
internal static class Instants
{
    public static IEnumerable<Instant> Around(DateTimeZone zone, int seed, int count = 400)
    {
        var random = new Random(seed);
        var from = Instant.FromUtc(2006, 1, 1, 0, 0);
        var changes = zone.GetZoneIntervals(from, Instant.FromUtc(2026, 1, 1, 0, 0)).Where(interval => interval.HasStart && interval.Start > from).Select(interval => interval.Start).ToList();
        for (var i = 0; i < count; i++)
        {
            var near = i % 3 == 0 && changes.Count > 0
                ? changes[random.Next(changes.Count)]
                : i % 3 == 1 ? zone.MapLocal(new LocalDate(2006 + random.Next(20), 1 + random.Next(12), 1).AtMidnight()).LateInterval is { HasStart: true } late ? late.Start : from
                : from + Duration.FromDays(random.Next(7_300));
            yield return near + Duration.FromMinutes(random.Next(-150, 150)) + Duration.FromNanoseconds(random.Next(-1, 2));
        }
    }
}
