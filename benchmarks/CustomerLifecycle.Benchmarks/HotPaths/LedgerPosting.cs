using System.Diagnostics.CodeAnalysis;
using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Twenty thousand commands, 70 % earns and 30 % redemptions, of a thousand members with fifteen lots each: with keys, request hashes, journal and outbox.</summary>
public class LedgerPosting : HotPath
{
    private const int Members = 1_000, Lots = 15, Commands = 20_000;
    private static readonly Instant Start = Instant.FromUtc(2024, 1, 1, 0, 0);
    private static readonly LedgerPolicy Policy = new(expiry: ExpiryPolicy.After(Period.FromMonths(24)));
    private readonly LedgerCommand[] _earlier = new LedgerCommand[Members * Lots];
    private readonly LedgerCommand[] _commands = new LedgerCommand[Commands];

    public override string Name => "ledger posting";

    public override string Unit => "command";

    public override int Units => Commands + (Members * Lots);

    public override void Setup()
    {
        var members = Enumerable.Range(0, Members).Select(static i => new CustomerId($"member-{i}")).ToArray();
        for (var i = 0; i < _earlier.Length; i++) _earlier[i] = new EarnPoints($"earlier-{i}", members[i % Members], 200);
        var random = new Random(1);
        for (var i = 0; i < Commands; i++)
        {
            var member = members[random.Next(Members)];
            _commands[i] = i % 10 < 7 ? new EarnPoints($"key-{i}", member, 40 + (i % 20)) : new RedeemPoints($"key-{i}", member, 60 + (i % 40));
        }
    }

    /// <summary>By hand: lots in a list in order of expiry and a set of keys, and nothing that a posting could be asked about later.</summary>
    public override double Yardstick()
    {
        var books = new Dictionary<string, List<(long Points, Instant Expires)>>(StringComparer.Ordinal);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var calendar = Policy.Calendar;
        var index = 0;
        foreach (var command in _earlier.Concat(_commands))
        {
            var at = Start + Duration.FromMinutes(index++);
            if (!keys.Add(command.Key)) continue;
            var member = ((MemberCommand)command).Member.Value;
            if (!books.TryGetValue(member, out var lots)) books.Add(member, lots = []);
            if (command is EarnPoints earn)
            {
                lots.Add((earn.Amount.Count, calendar.StartOf(calendar.DayOf(at).PlusMonths(24).PlusDays(1))));
                continue;
            }

            var left = ((RedeemPoints)command).Amount.Count;
            var spent = 0;
            while (left > 0)
            {
                var taken = Math.Min(left, lots[spent].Points);
                lots[spent] = (lots[spent].Points - taken, lots[spent].Expires);
                left -= taken;
                if (lots[spent].Points == 0) spent++;
            }

            lots.RemoveRange(0, spent);
        }

        return books.Values.Sum(static lots => lots.Sum(static lot => lot.Points));
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "In memory the answer is there at once.")]
    public override double Library()
    {
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(SystemClock.Instance), new() { Policy = Policy }, SystemClock.Instance);
        double points = 0;
        var index = 0;
        foreach (var command in _earlier.Concat(_commands))
        {
            var result = ledger.PostAsync(command, Start + Duration.FromMinutes(index++)).GetAwaiter().GetResult().Value;
            points += result.Awarded - result.Redeemed;
        }

        return points;
    }
}

/// <summary>One redemption that spends a thousand open lots.</summary>
public class LedgerRedemption : HotPath
{
    private const int Lots = 1_000;
    private static readonly Instant Start = Instant.FromUtc(2024, 1, 1, 0, 0);
    private static readonly CustomerId Member = new("member");
    private MemberState _state = MemberState.Empty(Member);
    private (string Key, long Points)[] _lots = [];

    public override string Name => "redemption of 1,000 lots";

    public override string Unit => "lot";

    public override int Units => Lots;

    public override void Setup()
    {
        _state = MemberState.Empty(Member);
        for (var i = 0; i < Lots; i++) _state = Ledger.Decide(_state, new EarnPoints($"lot-{i}", Member, 10), LedgerPolicy.Default, Start + Duration.FromMinutes(i)).Value.Primary;
        _lots = [.. Enumerable.Range(0, Lots).Select(static i => ($"lot-{i}", 10L))];
    }

    /// <summary>By hand: what was taken of each lot, and what is left, as new arrays.</summary>
    public override double Yardstick()
    {
        long left = Lots * 10;
        var taken = new (string Key, long Points)[Lots];
        var after = new (string Key, long Points)[Lots];
        for (var i = 0; i < Lots; i++)
        {
            var part = Math.Min(left, _lots[i].Points);
            taken[i] = (_lots[i].Key, part);
            after[i] = (_lots[i].Key, _lots[i].Points - part);
            left -= part;
        }

        return taken.Sum(static part => part.Points) + after[Lots - 1].Points;
    }

    public override double Library() =>
        Ledger.Decide(_state, new RedeemPoints("redeem", Member, Lots * 10), LedgerPolicy.Default, Start + Duration.FromDays(30)).Value.Result.Redeemed;
}

/// <summary>A balance as of the middle of a history of a hundred thousand postings.</summary>
public class LedgerAsOf : HotPath
{
    private const int Postings = 100_000;
    private static readonly Instant Start = Instant.FromUtc(2024, 1, 1, 0, 0);
    private static readonly Instant Middle = Start + Duration.FromMinutes(Postings / 2);
    private static readonly CustomerId Member = new("member");
    private LedgerService _ledger = null!;
    private (Instant Effective, long Points)[] _changes = [];

    public override string Name => "ledger as of then";

    public override string Unit => "posting";

    public override int Units => Postings;

    [SuppressMessage("Reliability", "CA2012", Justification = "In memory the answer is there at once.")]
    public override void Setup()
    {
        _ledger = new(new InMemoryJournal<MemberState, Posting>(SystemClock.Instance), new(), SystemClock.Instance);
        _changes = new (Instant, long)[Postings];
        for (var i = 0; i < Postings; i++)
        {
            var at = Start + Duration.FromMinutes(i);
            LedgerCommand command = i % 10 < 7 ? new EarnPoints($"key-{i}", Member, 30) : new RedeemPoints($"key-{i}", Member, 60);
            if (!_ledger.PostAsync(command, at).GetAwaiter().GetResult().IsAccepted) throw new InvalidOperationException("Refused.");
            _changes[i] = (at, i % 10 < 7 ? 30 : -60);
        }
    }

    /// <summary>By hand: an instant and a number for each posting, side by side.</summary>
    public override double Yardstick()
    {
        long points = 0;
        foreach (var (effective, change) in _changes)
        {
            if (effective <= Middle) points += change;
        }

        return points;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "In memory the answer is there at once.")]
    public override double Library() => _ledger.HistoryAsync(Member, Middle).GetAwaiter().GetResult().Balance.Available;
}
