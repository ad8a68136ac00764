namespace CustomerLifecycle.Loyalty.Tests.Simulation;

/// <summary>What one step of a simulation does. Drawn before anything runs, so that steps can be left out and the rest stays what it was.</summary>
internal sealed record SimulationStep(int Number, SimulationAction Action, Instant At, int Member, int Other, int Reference, long Points, double Chance, double OtherChance, SimulationFault Fault, int Host)
{
    public override string ToString() => $"{Number}: {Action} {Points} of m{Member} (other m{Other}, reference {Reference}, {Chance:0.00}/{OtherChance:0.00}) at {At} on host {Host}{(Fault == SimulationFault.None ? "" : $", {Fault}")}";
}

internal enum SimulationAction
{
    Earn,
    EarnPending,
    EarnBackdated,
    EarnOrder,
    Redeem,
    Reserve,
    Capture,
    Release,
    Confirm,
    Cancel,
    RefundEarn,
    RefundOrder,
    RefundRedemption,
    AdjustUp,
    AdjustDown,
    Transfer,
    Merge,
    Close,
    Sweep,
    Repeat,
    ReuseKey,
    AskThePast,
    Join,
    Leave,
    RedeemPooled,
    ReservePooled,
}

internal enum SimulationFault
{
    None,
    FailBeforeAppend,
    FailAfterAppend,
    DuplicateDelivery,
    StaleRead,
    VersionRace,
    Crash,
    SweeperDies,
    ClockAhead,

    // What the clocks do by themselves; drawn with the instants of the steps.
    MidnightPassed,
    ClockChanged,
    LeapDay,
    StepBack,
}

/// <summary>Everything about a run that its seed decides.</summary>
internal sealed record SimulationPlan(ulong Seed, LedgerPolicy Policy, IReadOnlyList<SimulationStep> Steps)
{
    public const int MemberCount = 6;

    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Shanghai", "Pacific/Apia", "Africa/Cairo", "Australia/Lord_Howe"];

    /// <summary>Instants at which calendars are hard: leap days, ends of years, clock changes, a day that never was.</summary>
    private static readonly (int Year, int Month, int Day)[] HardDays = [(2008, 2, 29), (2011, 12, 30), (2012, 2, 29), (2015, 3, 29), (2016, 2, 29), (2017, 10, 15), (2018, 11, 4), (2019, 12, 31), (2024, 2, 29), (2023, 10, 29)];

    public static SimulationPlan FromSeed(ulong seed, int length)
    {
        var random = new SplitMix(seed);
        var zone = DateTimeZoneProviders.Tzdb[Zones[random.Next(Zones.Length)]];
        var policy = PolicyOf(ref random, zone);
        var calendar = policy.Calendar;
        var (year, month, day) = HardDays[random.Next(HardDays.Length)];
        var now = calendar.StartOf(new LocalDate(year, month, day).PlusDays(-random.Next(60)));
        var steps = new List<SimulationStep>(length);
        for (var i = 0; i < length; i++)
        {
            var at = now;
            switch (random.Next(16))
            {
                case 0: now = calendar.StartOf(calendar.DayOf(now).PlusDays(1)); break;
                case 1: now = calendar.StartOf(calendar.DayOf(now).PlusDays(1)) - Duration.FromNanoseconds(1); break;
                case 2: now += Duration.FromDays(random.Next(40)); break;
                case 3: now = zone.GetZoneInterval(now) is { HasEnd: true } interval && interval.End - now < Duration.FromDays(200) ? interval.End - Duration.FromSeconds(random.Next(2)) : now; break;
                case 4: at = now - Duration.FromMinutes(random.Next(3000)); break;
                case < 10: now += Duration.FromSeconds(random.Next(90_000)); break;
            }

            if (at < now && random.Next(16) > 0) at = now;
            var action = ActionOf(random.Next(112));
            var fault = random.Next(8) == 0 ? (SimulationFault)(1 + random.Next(8)) : SimulationFault.None;
            steps.Add(new(i, action, at, random.Next(MemberCount), random.Next(MemberCount), random.Next(Math.Max(1, i)), 1 + random.Next(120), random.NextDouble(), random.NextDouble(), fault, random.Next(3)));
        }

        return new(seed, policy, steps);
    }

    private static SimulationAction ActionOf(int draw) => draw switch
    {
        < 20 => SimulationAction.Earn,
        < 24 => SimulationAction.EarnPending,
        < 28 => SimulationAction.EarnBackdated,
        < 33 => SimulationAction.EarnOrder,
        < 48 => SimulationAction.Redeem,
        < 54 => SimulationAction.Reserve,
        < 58 => SimulationAction.Capture,
        < 60 => SimulationAction.Release,
        < 63 => SimulationAction.Confirm,
        < 64 => SimulationAction.Cancel,
        < 70 => SimulationAction.RefundEarn,
        < 74 => SimulationAction.RefundOrder,
        < 79 => SimulationAction.RefundRedemption,
        < 81 => SimulationAction.AdjustUp,
        < 83 => SimulationAction.AdjustDown,
        < 88 => SimulationAction.Transfer,
        < 89 => SimulationAction.Merge,
        < 90 => SimulationAction.Close,
        < 93 => SimulationAction.Sweep,
        < 96 => SimulationAction.Repeat,
        < 97 => SimulationAction.ReuseKey,
        < 100 => SimulationAction.AskThePast,
        < 103 => SimulationAction.Join,
        < 104 => SimulationAction.Leave,
        < 109 => SimulationAction.RedeemPooled,
        _ => SimulationAction.ReservePooled,
    };

    private static LedgerPolicy PolicyOf(ref SplitMix random, DateTimeZone zone) => new(
        (SpendingOrder)random.Next(2),
        ExpiryOf(ref random),
        zone,
        (ExpiryStart)random.Next(2),
        random.Next(3) == 0 ? random.Next(20) : null,
        (Clawback)random.Next(2),
        (Shortfall)random.Next(3),
        (Reinstatement)random.Next(3),
        random.Next(20),
        (TransferTerms)random.Next(2),
        (MergedMember)random.Next(2),
        (BackdatedLapsed)random.Next(2),
        random.Next(3) == 0 ? random.Next(60) : null,
        random.Next(4) == 0 ? new(200 + random.Next(600), (BalanceLimitMode)random.Next(2)) : null,
        random.Next(4) == 0 ? 100 + random.Next(200) : null,
        random.Next(4) == 0 ? 1 + random.Next(4) : null,
        random.Next(4) == 0 ? 1 + random.Next(20) : null,
        random.Next(4) == 0 ? 1 + random.Next(5) : null,
        RuleOf(ref random));

    private static ExpiryPolicy ExpiryOf(ref SplitMix random)
    {
        var rounding = (ExpiryRounding)random.Next(4);
        var grace = random.Next(3) == 0 ? random.Next(10) : 0;
        return random.Next(7) switch
        {
            0 => ExpiryPolicy.Never,
            1 => ExpiryPolicy.EndOfYear(random.Next(2), grace),
            2 => ExpiryPolicy.AfterInactivity(Period.FromMonths(1 + random.Next(3)), rounding, grace),
            3 => ExpiryPolicy.AfterInactivity(Period.FromDays(5 + random.Next(60)), ExpiryRounding.Instant, grace),
            4 => ExpiryPolicy.After(Period.FromDays(1 + random.Next(60)), (ExpiryRounding)random.Next(5), grace),
            5 => ExpiryPolicy.After(Period.FromMonths(1 + random.Next(6)), rounding, grace),
            _ => ExpiryPolicy.After(Period.FromYears(1), rounding, grace),
        };
    }

    private static OrderEarnRule RuleOf(ref SplitMix random) => new(
        (1 + random.Next(30)) / 10m,
        (PointRounding)random.Next(4),
        (RoundingScope)random.Next(2),
        new Dictionary<string, decimal>(StringComparer.Ordinal) { ["double"] = 2m, ["half"] = 0.5m },
        ["gift"],
        null,
        random.Next(2) == 0 ? random.Next(20) : null,
        random.Next(3) == 0 ? 20 + random.Next(100) : null);
}

/// <summary>Seeded random numbers, the same on every machine. Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".</summary>
internal struct SplitMix(ulong seed)
{
    private ulong _state = seed;

    public int Next(int below) => (int)(NextBits() % (ulong)below);

    public double NextDouble() => (NextBits() >> 11) / (double)(1UL << 53);

    private ulong NextBits()
    {
        var bits = _state += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
