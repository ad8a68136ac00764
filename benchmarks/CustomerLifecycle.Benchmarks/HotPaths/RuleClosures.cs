using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Rules;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Twenty rules of two to eight conditions over integers and doubles of a host's own type, beside the lambdas that say the same.</summary>
public sealed class RuleClosures : HotPath
{
    private const int Customers = 50_000;

    // From a seeded generator.
    private static readonly (string Text, Func<Customer, bool> ByHand)[] Rules =
    [
        ("risk between 0.074e0 and 0.474e0 and score < 0.696e0 and visits >= 376 and age >= 21", static c => (c.Risk >= 0.074 && c.Risk <= 0.474) && c.Score < 0.696 && c.Visits >= 376 && c.Age >= 21),
        ("(age >= 84 or risk >= 0.326e0) and (visits < 1058 or age between 35 and 75) and (spend >= 0.695e0 or spend < 0.199e0)", static c => (c.Age >= 84 || c.Risk >= 0.326) && (c.Visits < 1058 || (c.Age >= 35 && c.Age <= 75)) && (c.Spend >= 0.695 || c.Spend < 0.199)),
        ("score between 0.508e0 and 0.908e0 and risk < 0.576e0 and risk < 0.406e0 and visits between 499 and 1299 and orders between 28 and 48 and points < 5988", static c => (c.Score >= 0.508 && c.Score <= 0.908) && c.Risk < 0.576 && c.Risk < 0.406 && (c.Visits >= 499 && c.Visits <= 1299) && (c.Orders >= 28 && c.Orders <= 48) && c.Points < 5988),
        ("(points >= 7202 or points < 1321)", static c => (c.Points >= 7202 || c.Points < 1321)),
        ("orders < 27 and risk >= 0.195e0 and risk between 0.066e0 and 0.466e0 and orders between 21 and 41 and ratio between 0.355e0 and 0.755e0 and points < 2376 and risk >= 0.323e0", static c => c.Orders < 27 && c.Risk >= 0.195 && (c.Risk >= 0.066 && c.Risk <= 0.466) && (c.Orders >= 21 && c.Orders <= 41) && (c.Ratio >= 0.355 && c.Ratio <= 0.755) && c.Points < 2376 && c.Risk >= 0.323),
        ("(visits < 1000 or risk >= 0.27e0) and (orders >= 32 or ratio between 0.367e0 and 0.767e0) and (risk >= 0.254e0 or visits >= 1548) and (points between 2152 and 6152 or visits < 1294)", static c => (c.Visits < 1000 || c.Risk >= 0.27) && (c.Orders >= 32 || (c.Ratio >= 0.367 && c.Ratio <= 0.767)) && (c.Risk >= 0.254 || c.Visits >= 1548) && ((c.Points >= 2152 && c.Points <= 6152) || c.Visits < 1294)),
        ("ratio >= 0.807e0 and score < 0.898e0 and risk < 0.508e0 and points between 509 and 4509", static c => c.Ratio >= 0.807 && c.Score < 0.898 && c.Risk < 0.508 && (c.Points >= 509 && c.Points <= 4509)),
        ("(visits < 532 or age >= 10) and score < 0.728e0", static c => (c.Visits < 532 || c.Age >= 10) && c.Score < 0.728),
        ("visits between 304 and 1104 and ratio between 0.485e0 and 0.885e0", static c => (c.Visits >= 304 && c.Visits <= 1104) && (c.Ratio >= 0.485 && c.Ratio <= 0.885)),
        ("(points < 4935 or age >= 23)", static c => (c.Points < 4935 || c.Age >= 23)),
        ("orders < 15 and spend between 0.15e0 and 0.55e0 and score between 0.093e0 and 0.493e0 and ratio between 0.171e0 and 0.571e0 and visits between 1029 and 1829 and visits between 399 and 1199 and risk between 0.204e0 and 0.604e0", static c => c.Orders < 15 && (c.Spend >= 0.15 && c.Spend <= 0.55) && (c.Score >= 0.093 && c.Score <= 0.493) && (c.Ratio >= 0.171 && c.Ratio <= 0.571) && (c.Visits >= 1029 && c.Visits <= 1829) && (c.Visits >= 399 && c.Visits <= 1199) && (c.Risk >= 0.204 && c.Risk <= 0.604)),
        ("(age >= 45 or visits between 705 and 1505) and (orders < 10 or visits < 602) and (points between 4999 and 8999 or risk between 0.086e0 and 0.486e0)", static c => (c.Age >= 45 || (c.Visits >= 705 && c.Visits <= 1505)) && (c.Orders < 10 || c.Visits < 602) && ((c.Points >= 4999 && c.Points <= 8999) || (c.Risk >= 0.086 && c.Risk <= 0.486))),
        ("risk between 0.204e0 and 0.604e0 and visits < 1502 and points < 4288 and score between 0.174e0 and 0.574e0 and score >= 0.704e0 and spend between 0.485e0 and 0.885e0 and ratio >= 0.661e0 and score >= 0.843e0", static c => (c.Risk >= 0.204 && c.Risk <= 0.604) && c.Visits < 1502 && c.Points < 4288 && (c.Score >= 0.174 && c.Score <= 0.574) && c.Score >= 0.704 && (c.Spend >= 0.485 && c.Spend <= 0.885) && c.Ratio >= 0.661 && c.Score >= 0.843),
        ("(visits < 598 or spend >= 0.357e0) and (visits between 531 and 1331 or spend >= 0.857e0) and (points between 4233 and 8233 or visits between 1072 and 1872) and risk >= 0.723e0", static c => (c.Visits < 598 || c.Spend >= 0.357) && ((c.Visits >= 531 && c.Visits <= 1331) || c.Spend >= 0.857) && ((c.Points >= 4233 && c.Points <= 8233) || (c.Visits >= 1072 && c.Visits <= 1872)) && c.Risk >= 0.723),
        ("spend >= 0.244e0 and age between 20 and 60", static c => c.Spend >= 0.244 && (c.Age >= 20 && c.Age <= 60)),
        ("(risk >= 0.673e0 or visits < 286) and (risk between 0.064e0 and 0.464e0 or visits between 926 and 1726) and (risk between 0.535e0 and 0.935e0 or ratio between 0.458e0 and 0.858e0) and age < 66", static c => (c.Risk >= 0.673 || c.Visits < 286) && ((c.Risk >= 0.064 && c.Risk <= 0.464) || (c.Visits >= 926 && c.Visits <= 1726)) && ((c.Risk >= 0.535 && c.Risk <= 0.935) || (c.Ratio >= 0.458 && c.Ratio <= 0.858)) && c.Age < 66),
        ("visits < 349 and orders >= 14 and ratio >= 0.359e0 and risk >= 0.864e0", static c => c.Visits < 349 && c.Orders >= 14 && c.Ratio >= 0.359 && c.Risk >= 0.864),
        ("(points >= 6470 or spend between 0.527e0 and 0.927e0)", static c => (c.Points >= 6470 || (c.Spend >= 0.527 && c.Spend <= 0.927))),
        ("visits < 852 and orders >= 26 and risk between 0.393e0 and 0.793e0 and orders between 3 and 23 and spend >= 0.186e0", static c => c.Visits < 852 && c.Orders >= 26 && (c.Risk >= 0.393 && c.Risk <= 0.793) && (c.Orders >= 3 && c.Orders <= 23) && c.Spend >= 0.186),
        ("(visits < 1747 or points between 2118 and 6118) and (points between 732 and 4732 or visits < 348)", static c => (c.Visits < 1747 || (c.Points >= 2118 && c.Points <= 6118)) && ((c.Points >= 732 && c.Points <= 4732) || c.Visits < 348)),
    ];

    private readonly Customer[] _customers = new Customer[Customers];
    private readonly CompiledRule<Customer>[] _rules = new CompiledRule<Customer>[Rules.Length];
    private readonly RuleMoment _moment = new(Instant.FromUtc(2026, 6, 1, 0, 0), new LocalCalendar(DateTimeZone.Utc));

    public override string Name => "rules by closures";

    public override string Unit => "customer-rule";

    public override int Units => Customers * Rules.Length;

    public override void Setup()
    {
        var random = new SeededRandom(5);
        for (var i = 0; i < Customers; i++)
            _customers[i] = new(random.NextInt(100), random.NextInt(2_000), random.NextInt(50), random.NextInt(10_000), random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble());
        var profile = new RuleProfile<Customer>();
        profile.Integer("age", customer => customer.Age);
        profile.Integer("visits", customer => customer.Visits);
        profile.Integer("orders", customer => customer.Orders);
        profile.Integer("points", customer => customer.Points);
        profile.Double("score", customer => customer.Score);
        profile.Double("spend", customer => customer.Spend);
        profile.Double("ratio", customer => customer.Ratio);
        profile.Double("risk", customer => customer.Risk);
        for (var i = 0; i < _rules.Length; i++) _rules[i] = profile.Load(Rules[i].Text).Value;
    }

    public override double Library()
    {
        var sum = 0L;
        foreach (var customer in _customers)
            for (var rule = 0; rule < _rules.Length; rule++)
                if (_rules[rule].Matches(customer, _moment)) sum += rule + 1L;
        return sum;
    }

    public override double Yardstick()
    {
        var sum = 0L;
        foreach (var customer in _customers)
            for (var rule = 0; rule < Rules.Length; rule++)
                if (Rules[rule].ByHand(customer)) sum += rule + 1L;
        return sum;
    }

    private sealed record Customer(long Age, long Visits, long Orders, long Points, double Score, double Spend, double Ratio, double Risk);
}
