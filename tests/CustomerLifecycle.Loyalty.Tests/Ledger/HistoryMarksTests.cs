using CustomerLifecycle.Loyalty.Tests.Simulation;
using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests;

public class HistoryMarksTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly Instant Start = Instant.FromUtc(2024, 1, 1, 12, 0);
    private static readonly string[] Currencies = [LedgerCommand.DefaultCurrency, "STATUS"];

    public static TheoryData<ulong> Seeds => [1, 2, 3, 4, 5];

    [Theory, MemberData(nameof(Seeds))]
    public async Task HistoryAsync_OfManyPostings_IsTheSumOfThemAll(ulong seed)
    {
        var random = new SplitMix(seed);
        var clock = new SettableClock(Start);
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(20)), pendingDays: seed % 2 == 0 ? 1 : null);
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy }, clock);
        await ledger.PostAsync(new EarnPoints("bob", Bob, 500), Start);
        for (var i = 0; i < 2_800; i++)
        {
            var now = Start + Duration.FromMinutes(40 * i);
            clock.Set(now);
            await PostAsync(ledger, random, now, i, backdatedDays: seed < 4 ? 5 : 60);
            if (i % 97 == 0) await ledger.SweepAsync();
            if (i == 2_000) await ledger.PostAsync(new MergeMembers("merge", Bob, Ann));
            if (i % 400 == 399) await CompareAsync(ledger, random, now);
        }
    }

    [Fact]
    public async Task HistoryAsync_AskedAgain_ReadsOnlyAPartOfThePostings()
    {
        const int Postings = 20_000;
        var clock = new SettableClock(Start + Duration.FromMinutes(Postings));
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new(), clock);
        for (var i = 0; i < Postings; i++) await ledger.PostAsync(new EarnPoints($"e{i}", Ann, 1), Start + Duration.FromMinutes(i));
        await ledger.HistoryAsync(Ann, Start);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var history = ledger.HistoryAsync(Ann, Start + Duration.FromMinutes(Postings / 2)).AsTask();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((Postings / 2) + 1, (await history).Balance.Available);
        Assert.InRange(allocated, 0, Postings * 8);
    }

    private static async Task PostAsync(LedgerService ledger, SplitMix random, Instant now, int i, int backdatedDays)
    {
        var currency = Currencies[random.Next(2)];
        await ledger.PostAsync(random.Next(6) switch
        {
            0 => new EarnPoints($"k{i}", Ann, 1 + random.Next(50), now - Duration.FromHours(random.Next(24 * backdatedDays)), currency: currency),
            1 => new RedeemPoints($"k{i}", Ann, 1 + random.Next(60), currency: currency),
            2 => new ReservePoints($"k{i}", Ann, 1 + random.Next(30), Duration.FromMinutes(1 + random.Next(300)), currency: currency),
            3 => new RefundEarn($"k{i}", $"k{random.Next(i + 1)}"),
            _ => new EarnPoints($"k{i}", Ann, 1 + random.Next(50), currency: currency),
        });
    }

    private static async Task CompareAsync(LedgerService ledger, SplitMix random, Instant now)
    {
        var state = await ledger.LoadAsync(Ann);
        var postings = await ledger.PostingsAsync(Ann);
        var minutes = (int)(now - Start).TotalMinutes + 100_000;
        for (var i = 0; i < 60; i++)
        {
            var asOf = Start + Duration.FromMinutes(random.Next(minutes) - 50_000);
            Instant? knownAt = random.Next(3) switch { 0 => asOf, 1 => Start + Duration.FromMinutes(random.Next(minutes) - 50_000), _ => null };
            var currency = Currencies[random.Next(2)];
            var sum = new LedgerHistory(Ann, asOf, knownAt, currency);
            foreach (var posting in postings) sum.Add(posting);
            sum.Add(state);

            var history = await ledger.HistoryAsync(Ann, asOf, knownAt, currency);

            Assert.Equal(sum.Balance, history.Balance);
            Assert.Equal(sum.Totals, history.Totals);
        }
    }
}
