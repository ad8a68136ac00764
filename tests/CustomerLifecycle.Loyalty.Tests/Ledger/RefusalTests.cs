using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>What is refused, and what the refusal says: nothing that a caller can send is an exception.</summary>
public class RefusalTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly CustomerId Eve = new("eve");
    private static readonly CustomerId Home = new("home");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    public static TheoryData<string, string> Extremes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var policy in (string[])["plain", "cap", "term", "year", "instant", "pending", "activity"])
            {
                foreach (var zone in (string[])["UTC", "America/New_York", "Asia/Shanghai"]) data.Add(policy, zone);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Extremes))]
    public void Earn_EffectiveAtAnyInstant_IsRefusedWhenItIsTooEarlyOrTooLate(string kind, string zone)
    {
        var policy = new LedgerPolicy(
            zone: DateTimeZoneProviders.Tzdb[zone],
            earnCapPerDay: kind == "cap" ? 10 : null,
            pendingDays: kind == "pending" ? 3 : null,
            expiry: kind switch
            {
                "term" => ExpiryPolicy.After(Period.FromMonths(12)),
                "year" => ExpiryPolicy.EndOfYear(),
                "instant" => ExpiryPolicy.After(Period.FromDays(30), ExpiryRounding.Instant),
                "activity" => ExpiryPolicy.AfterInactivity(Period.FromDays(30)),
                _ => null,
            });

        Assert.Equal(LedgerRefusals.EffectiveInFuture, CodeAt(Instant.MaxValue));
        Assert.Equal(LedgerRefusals.EffectiveInFuture, CodeAt(Instant.MaxValue - Duration.FromDays(1)));
        Assert.Equal(LedgerRefusals.EffectiveInFuture, CodeAt(Instant.FromUtc(9999, 12, 31, 12, 0)));
        Assert.Equal(LedgerRefusals.BackdateTooOld, CodeAt(Instant.MinValue));
        Assert.Null(CodeAt(Instant.MinValue + Duration.FromDays(3)));
        Assert.Equal(LedgerRefusals.EffectiveInFuture, CodeOf(new EarnOrder("o", Ann, [new(5)], Instant.MaxValue)));

        string? CodeAt(Instant effective) => CodeOf(new EarnPoints("e", Ann, 5, effective));

        string? CodeOf(LedgerCommand command) => Ledger.Decide(MemberState.Empty(Ann), command, policy, Noon).Refusal?.Code;
    }

    [Fact]
    public async Task RefundOrder_OfMoreMoneyThanThereIsIn_IsRefused()
    {
        var ledger = NewLedger(new(orderRule: new(1m)));
        await ledger.PostAsync(new EarnOrder("o", Ann, [new(10m)]));
        var refund = new RefundOrder("r", "o", [new(0, decimal.MaxValue), new(0, decimal.MaxValue)]);

        Assert.Equal(LedgerRefusals.RefundExceedsOriginal, (await ledger.PostAsync(refund)).Refusal?.Code);
        await ledger.PostAsync(new RefundOrder("r", "o", [new(0, 3m), new(0, 2m)]));
        Assert.True((await ledger.PostAsync(new RefundOrder("r", "o", [new(0, 5m)]))).Value.IsDuplicate);
        Assert.Equal(LedgerRefusals.IdempotencyConflict, (await ledger.PostAsync(refund)).Refusal?.Code);
    }

    [Fact]
    public async Task AnyCommand_OfAMemberWhoWasMerged_SaysThatItWasMergedAndIntoWhom()
    {
        var ledger = NewLedger(new(mergedMember: MergedMember.Reject));
        await ledger.PostAsync(new EarnPoints("e", Ann, 10));
        await ledger.PostAsync(new MergeMembers("m", Ann, Bob));

        var refusal = (await ledger.PostAsync(new RedeemPoints("r", Ann, 1))).Refusal!;
        var received = (await ledger.PostAsync(new TransferPoints("t", Bob, Ann, 1))).Refusal!;

        Assert.Equal((LedgerRefusals.AccountClosed, LedgerRefusals.AccountClosed), (refusal.Code, received.Code));
        Assert.Contains(Bob.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("merged", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, received.Message);
    }

    [Fact]
    public async Task Transfer_OfALotWhoseNameTheReceiverHas_IsRefused()
    {
        var ledger = NewLedger(new());
        await ledger.PostAsync(new EarnPoints("c", Ann, 100));
        await ledger.PostAsync(new EarnPoints("b/c", Bob, 30));
        await ledger.PostAsync(new TransferPoints("a/b", Ann, Eve, 100));
        await ledger.PostAsync(new RedeemPoints("r", Eve, 100));

        var taken = await ledger.PostAsync(new TransferPoints("a", Bob, Eve, 30));

        Assert.Equal(LedgerRefusals.LotNameTaken, taken.Refusal?.Code);
        Assert.True((await ledger.PostAsync(new TransferPoints("another", Bob, Eve, 30))).IsAccepted);
        await ledger.PostAsync(new RefundRedemption("rr", "r"));
        Assert.Equal(["a/b/c 100", "another/b/c 30"], (await ledger.LoadAsync(Eve)).LotsAt(Noon).Select(static lot => $"{lot.Key} {lot.Remaining}"));
    }

    [Fact]
    public async Task Command_ThatWouldOpenALotOfANameThatATransferGave_IsRefused()
    {
        var ledger = NewLedger(new(reinstatement: Reinstatement.Fresh));
        await ledger.PostAsync(new EarnPoints("e", Ann, 100));
        await ledger.PostAsync(new TransferPoints("t", Ann, Bob, 100));
        await ledger.PostAsync(new RedeemPoints("r", Bob, 100));

        Assert.Equal(LedgerRefusals.LotNameTaken, await CodeOf(new EarnPoints("t/e", Bob, 10)));
        Assert.Equal(LedgerRefusals.LotNameTaken, await CodeOf(new AdjustPoints("t/e", Bob, 10)));
        Assert.Equal(LedgerRefusals.LotNameTaken, await CodeOf(new RefundRedemption("t/e", "r", 10)));
        Assert.Null(await CodeOf(new EarnPoints("t/e", Ann, 10)));
        Assert.Null(await CodeOf(new RefundEarn("x", "t/e")));

        async Task<string?> CodeOf(LedgerCommand command) => (await ledger.PostAsync(command)).Refusal?.Code;
    }

    [Fact]
    public async Task Merge_OfMembersWithALotOfOneName_IsRefused()
    {
        var ledger = NewLedger(new());
        await ledger.PostAsync(new EarnPoints("e", Ann, 100));
        await ledger.PostAsync(new TransferPoints("t", Ann, Bob, 100));
        await ledger.PostAsync(new EarnPoints("t/e", Eve, 10));
        await ledger.PostAsync(new RedeemPoints("r", Eve, 10));

        Assert.Equal(LedgerRefusals.LotNameTaken, (await ledger.PostAsync(new MergeMembers("m", Bob, Eve))).Refusal?.Code);
        Assert.Equal(LedgerRefusals.LotNameTaken, (await ledger.PostAsync(new MergeMembers("m", Eve, Bob))).Refusal?.Code);
        Assert.True((await ledger.PostAsync(new MergeMembers("m", Eve, Ann))).IsAccepted);
    }

    [Fact]
    public async Task RefundRedemption_OfAHouseholdWithAGiverWhoHasLeftTheProgramme_GivesTheOthersTheirs()
    {
        var ledger = await HouseholdAsync();
        await ledger.EraseAsync("erase", Bob);

        var tooMuch = (await ledger.PostAsync(new RefundRedemption("f0", "p", 61))).Refusal!;
        Assert.Equal(LedgerRefusals.AccountClosed, tooMuch.Code);
        Assert.Contains("60", tooMuch.Message, StringComparison.Ordinal);
        Assert.Equal([new("points", 1)], tooMuch.Missing);

        Assert.Equal(1, (await ledger.PostAsync(new RefundRedemption("f1", "p", 1))).Value.Restored);
        Assert.Equal((0, 1), (await Available(Ann), await Available(Eve)));
        Assert.Equal(29, (await ledger.PostAsync(new RefundRedemption("f2", "p", 29))).Value.Restored);
        Assert.Equal((20, 10), (await Available(Ann), await Available(Eve)));
        Assert.Equal(30, (await ledger.PostAsync(new RefundRedemption("f3", "p"))).Value.Restored);
        Assert.Equal((50, 10), (await Available(Ann), await Available(Eve)));
        Assert.Equal(LedgerRefusals.AccountClosed, (await ledger.PostAsync(new RefundRedemption("f4", "p"))).Refusal?.Code);

        async Task<long> Available(CustomerId member) => (await ledger.BalanceAsync(member)).Available;
    }

    [Fact]
    public async Task RefundRedemption_OfAHouseholdWhoseGiverLeftAfterAPartOfIt_GoesOnWithTheOthers()
    {
        var ledger = await HouseholdAsync();
        await ledger.PostAsync(new RefundRedemption("f1", "p", 25));
        await ledger.EraseAsync("erase", Bob);

        Assert.Equal(50, (await ledger.PostAsync(new RefundRedemption("f2", "p"))).Value.Restored);
        Assert.Equal((50, 10), ((await ledger.BalanceAsync(Ann)).Available, (await ledger.BalanceAsync(Eve)).Available));
    }

    /// <summary>50 of Ann, then 50 of Bob, then 10 of Eve were spent together, by Ann.</summary>
    private static async Task<LedgerService> HouseholdAsync()
    {
        var ledger = NewLedger(new());
        await ledger.PostAsync(new EarnPoints("ea", Ann, 50, Noon - Duration.FromDays(3)));
        await ledger.PostAsync(new EarnPoints("eb", Bob, 50, Noon - Duration.FromDays(2)));
        await ledger.PostAsync(new EarnPoints("ee", Eve, 10, Noon - Duration.FromDays(1)));
        foreach (var member in (CustomerId[])[Ann, Bob, Eve]) await ledger.PostAsync(new JoinHousehold($"j{member.Value}", member, Home));
        await ledger.PostAsync(new RedeemPooledPoints("p", Ann, 110));
        return ledger;
    }

    private static LedgerService NewLedger(LedgerPolicy policy)
    {
        var clock = new SettableClock(Noon);
        return new(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy }, clock);
    }
}
