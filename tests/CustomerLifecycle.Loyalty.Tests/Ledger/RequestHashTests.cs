using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>A key stands for one request: whatever makes it mean something else makes it another request.</summary>
public class RequestHashTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    public static TheoryData<string> Differences => ["currency of an earn", "currency of a redemption", "reference of a refund", "reference of a capture", "reference of a confirmation", "member", "amount", "kind"];

    [Theory, MemberData(nameof(Differences))]
    public async Task PostAsync_OfAnotherRequestUnderTheKey_IsAConflict(string difference)
    {
        var clock = new SettableClock(Noon);
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new(), clock);
        foreach (var name in (string[])["1", "2"])
        {
            await ledger.PostAsync(new EarnPoints($"e{name}", Ann, 100));
            await ledger.PostAsync(new EarnPoints($"m{name}", Ann, 100, currency: "MILES"));
            await ledger.PostAsync(new EarnPoints($"p{name}", Ann, 100, pending: true));
            await ledger.PostAsync(new ReservePoints($"h{name}", Ann, 10));
        }

        (LedgerCommand, LedgerCommand) requests = difference switch
        {
            "currency of an earn" => (new EarnPoints("k", Ann, 5), new EarnPoints("k", Ann, 5, currency: "MILES")),
            "currency of a redemption" => (new RedeemPoints("k", Ann, 5), new RedeemPoints("k", Ann, 5, currency: "MILES")),
            "reference of a refund" => (new RefundEarn("k", "e1", 5), new RefundEarn("k", "e2", 5)),
            "reference of a capture" => (new CaptureHold("k", "h1"), new CaptureHold("k", "h2")),
            "reference of a confirmation" => (new ConfirmEarn("k", "p1"), new ConfirmEarn("k", "p2")),
            "member" => (new EarnPoints("k", Ann, 5), new EarnPoints("k", new("bob"), 5)),
            "amount" => (new EarnPoints("k", Ann, 5), new EarnPoints("k", Ann, 6)),
            _ => (new EarnPoints("k", Ann, 5), new AdjustPoints("k", Ann, 5)),
        };

        var (first, second) = requests;
        Assert.True((await ledger.PostAsync(first)).IsAccepted);

        Assert.True((await ledger.PostAsync(first)).Value.IsDuplicate);
        Assert.Equal(LedgerRefusals.IdempotencyConflict, (await ledger.PostAsync(second)).Refusal?.Code);
    }
}
