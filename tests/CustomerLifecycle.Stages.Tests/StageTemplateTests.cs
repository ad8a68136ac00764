namespace CustomerLifecycle.Stages.Tests;

public class StageTemplateTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);
    private static readonly CustomerId Anna = new("anna");

    internal static IReadOnlyList<StageModel> Templates { get; } =
    [
        StageTemplates.PurchaseLifecycle(), StageTemplates.PurchaseLifecycleWithWinBack(), StageTemplates.EngagementLifecycle(), StageTemplates.ListLifecycle(), StageTemplates.ValueCurve(),
        StageTemplates.Journey(), StageTemplates.PersonalLoan(), StageTemplates.LoanAccount(1200), StageTemplates.BusinessLead(), StageTemplates.Subscription(),
    ];

    public static TheoryData<string> Ids => [.. Templates.Select(template => template.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Template_IsWithoutErrors_NamedInBothLanguages_AndMappedToTheCoarseScale(string id)
    {
        var template = Templates.Single(candidate => candidate.Id == id);

        Assert.DoesNotContain(template.Validate(), finding => finding.Severity == FindingSeverity.Error);
        Assert.NotNull(template.Name.Chinese);
        Assert.NotNull(template.Description?.Chinese);
        Assert.All(template.Stages, stage => Assert.NotNull(stage.Name.Chinese));
        Assert.True(StageMappings.ToCoarse(template).IsTotal);
    }

    [Fact]
    public void PurchaseLifecycle_HasExactlyFiveStages() => Assert.Equal(
        ["潜在客户", "第一次购买", "重复购买", "忠实客户", "流失客户"], StageTemplates.PurchaseLifecycle().Stages.Select(stage => stage.Name.Chinese));

    [Fact]
    public void PurchaseLifecycle_OrdersAndAYearOfSilence()
    {
        Assert.Equal("prospect", Stage(StageTemplates.PurchaseLifecycle(), 10));
        Assert.Equal("first-purchase", Stage(StageTemplates.PurchaseLifecycle(), 10, Order(5)));
        Assert.Equal("repeat-purchase", Stage(StageTemplates.PurchaseLifecycle(), 10, Order(5), Order(6)));
        Assert.Equal("loyal", Stage(StageTemplates.PurchaseLifecycle(), 10, Order(1), Order(2), Order(3), Order(4), Order(5)));
        Assert.Equal("churned", Stage(StageTemplates.PurchaseLifecycle(), 370, Order(5)));
        Assert.Equal("repeat-purchase", Stage(StageTemplates.PurchaseLifecycle(), 400, Order(5), Order(380)));
    }

    [Fact]
    public void PurchaseLifecycleWithWinBack_WarnsThenLosesThenWinsBack()
    {
        var model = StageTemplates.PurchaseLifecycleWithWinBack();

        Assert.Equal("at-risk", Stage(model, 95, Order(5)));
        Assert.Equal("repeat-purchase", Stage(model, 100, Order(5), Order(96)));
        Assert.Equal("churned", Stage(model, 370, Order(5)));
        Assert.Equal("won-back", Stage(model, 385, Order(5), Order(380)));
        Assert.Equal("repeat-purchase", Stage(model, 410, Order(5), Order(380)));
    }

    [Fact]
    public void EngagementLifecycle_WindowMakesActive_InactivityEndsIt()
    {
        var model = StageTemplates.EngagementLifecycle();

        Assert.Equal("initial", Stage(model, 100, Event("visit", 1), Event("visit", 50), Event("visit", 99)));
        Assert.Equal("active", Stage(model, 25, Event("visit", 1), Event("visit", 10), Event("visit", 20)));
        Assert.Equal("initial", Stage(model, 50, Event("visit", 1), Event("visit", 10), Event("visit", 20)));
        Assert.Equal("active", Stage(model, 3, Order(2)));
    }

    [Fact]
    public void ListLifecycle_MapsOneToOneIntoThePurchaseLifecycle()
    {
        var mapping = StageMappings.ListToPurchase(StageTemplates.ListLifecycle(), StageTemplates.PurchaseLifecycle());

        Assert.True(mapping.IsTotal);
        Assert.Equal(4, mapping.From.Stages.Select(stage => mapping.Map(stage.Id)).Distinct().Count());
        Assert.Equal("loyal", Stage(StageTemplates.ListLifecycle(), 4000, Order(1), Order(2), Order(3), Order(4), Order(5)));
    }

    [Theory]
    [InlineData("growth", new[] { 10, 10, 10, 10, 10, 10, 10, 20, 30, 40, 50, 60 })]
    [InlineData("maturity", new[] { 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20 })]
    [InlineData("decline", new[] { 60, 60, 60, 60, 60, 60, 30, 20, 10, 10, 10, 10 })]
    [InlineData("introduction", new[] { 10, 20, 30 })]
    public void ValueCurve_FollowsTheTrendOfSpend(string expected, int[] monthlySpend) =>
        Assert.Equal(expected, Stage(StageTemplates.ValueCurve(), (monthlySpend.Length * 30) + 1, [.. monthlySpend.Select((spend, month) => Order(1 + (month * 30), spend))]));

    [Fact]
    public void ValueCurve_AWholePeriodWithoutAnOrder_IsDecline() => Assert.Equal("decline", Stage(StageTemplates.ValueCurve(), 100, Order(1)));

    [Theory]
    [InlineData("awareness", "impression")]
    [InlineData("interest", "visit")]
    [InlineData("consideration", "inquiry")]
    [InlineData("purchase", "order")]
    [InlineData("usage", "order", "use")]
    [InlineData("loyalty", "order", "referral")]
    public void Journey_FromEveryStep_LeavingIsPossibleWithAReason(string stage, params string[] types)
    {
        var events = types.Select((type, day) => Event(type, day)).ToArray();
        var answer = Replay(StageTemplates.Journey(), 10, [.. events, Event("leave", 9, PropertyBag.Of(("reason", "price"), ("reason_text", "too dear")))]);

        Assert.Equal(stage, Stage(StageTemplates.Journey(), 8, events));
        Assert.Equal(("departure", "price", "too dear"), (answer.Stage, answer.History[^1].Reason, answer.History[^1].Note));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("because")]
    public void Journey_LeavingWithoutAKnownReason_IsRefusedAndSaysSo(string? reason)
    {
        var answer = Replay(StageTemplates.Journey(), 10, [Event("visit", 1), Event("leave", 9, reason is null ? PropertyBag.Empty : PropertyBag.Of("reason", reason))]);

        Assert.Equal("interest", answer.Stage);
        Assert.Equal(StageBlockReason.ReasonMissing, Assert.Single(answer.Blocked).Why);
    }

    [Fact]
    public void Journey_Silence_IsDepartureByInactivity()
    {
        var answer = Replay(StageTemplates.Journey(), 400, [Order(1)]);

        Assert.Equal(("departure", "inactive"), (answer.Stage, answer.History[^1].Reason));
    }

    [Fact]
    public void JourneyHistory_ProjectedToTheLoan_KeepsItsOrder()
    {
        var mapping = StageMappings.JourneyToPersonalLoan(StageTemplates.Journey(), StageTemplates.PersonalLoan());
        var history = Replay(StageTemplates.Journey(), 500, [Event("impression", 0), Event("visit", 1), Event("inquiry", 2), Order(3), Event("use", 4), Event("referral", 5)]).History;

        var projected = mapping.Project(history);

        Assert.True(mapping.IsTotal);
        Assert.Equal(["awareness-interest", "consideration-purchase", "usage", "loyalty", "departure"], projected.Select(row => row.To));
        Assert.Equal(projected.Select(row => row.At).Order(), projected.Select(row => row.At));
        Assert.Equal([null, .. projected.Select(row => row.To).Take(4)], projected.Select(row => row.From));
    }

    [Fact]
    public void LoanAccount_MissedMonth_IsOverdue_ThenCured_ThenSettled()
    {
        var model = StageTemplates.LoanAccount(1200);
        CustomerEvent[] life = [Event("approval", 1), Event("drawdown", 2), Event("repayment", 30, PropertyBag.Of("amount", 600)), Event("repayment", 70, PropertyBag.Of("amount", 100)), Event("repayment", 80, PropertyBag.Of("amount", 500))];

        Assert.Equal("repaying", Stage(model, 31, life));
        Assert.Equal("overdue", Stage(model, 65, life));
        Assert.Equal("repaying", Stage(model, 75, life));
        Assert.Equal("settled", Stage(model, 90, life));
        Assert.Equal("default", Stage(model, 400, life[..3]));
    }

    [Fact]
    public void BusinessLead_GoesForwardOnly_AndSaysWhatItRefused()
    {
        var answer = Replay(StageTemplates.BusinessLead(), 10, [Event("form", 1), Event("deal-won", 2), Event("deal-opened", 3)]);

        Assert.Equal("customer", answer.Stage);
        Assert.Equal(("opportunity", StageBlockReason.Backward), (Assert.Single(answer.Blocked).To, answer.Blocked[0].Why));
        Assert.Equal("recycled", Stage(StageTemplates.BusinessLead(), 10, Event("score", 1, PropertyBag.Of("points", 100))));
    }

    [Fact]
    public void Subscription_ThreeFailures_CancelAtOnce()
    {
        CustomerEvent[] life = [Event("subscribe", 1), Event("payment-failed", 30), Event("payment-failed", 31), Event("payment-failed", 32), Event("payment-failed", 33)];

        Assert.Equal("past-due", Stage(StageTemplates.Subscription(), 32, life));
        Assert.Equal("cancelled", Stage(StageTemplates.Subscription(), 34, life));
        Assert.Equal("expired", Stage(StageTemplates.Subscription(), 20));
        Assert.Equal("won-back", Stage(StageTemplates.Subscription(), 51, [.. life, Event("subscribe", 50)]));
    }

    [Fact]
    public void ManagementPhases_AreACycleOfSeven_AndNoStateOfACustomer()
    {
        Assert.Equal(["营销", "获取", "关系建立", "增值", "留存", "挽留", "数据分析与优化"], ManagementPhases.All.Select(phase => phase.Name.Chinese));
        Assert.Equal(ManagementPhase.Marketing, ManagementPhases.Next(ManagementPhase.AnalysisAndOptimisation));
        Assert.All(StageMappings.CoarseScale, stage => Assert.True(ManagementPhases.HasPlays(ManagementPhases.Of(stage.Id))));
    }

    [Fact]
    public void DepartureReport_RanksReasons()
    {
        var histories = new[] { "price", "price", "service" }.Select(reason => Replay(StageTemplates.Journey(), 10, [Event("leave", 1, PropertyBag.Of("reason", reason))]).History);

        var report = DepartureReport.Pareto(histories, "departure");

        Assert.Equal([("price", 2), ("service", 1)], report.Select(share => (share.Reason!, share.Count)));
        Assert.Equal(1, report[^1].Cumulative, 12);
    }

    private static string? Stage(StageModel model, int day, params CustomerEvent[] events) => Replay(model, day, events).Stage;

    private static StageAnswer Replay(StageModel model, int day, CustomerEvent[] events) => StageMachine.Compile(model).Replay(events, new(Start + Duration.FromDays(day), Start));

    private static CustomerEvent Order(int day, decimal total = 100) => Event("order", day, PropertyBag.Of("total", total));

    private static CustomerEvent Event(string type, int day, PropertyBag? properties = null) => new($"{type}-{day}", Anna, type, Start + Duration.FromDays(day), properties);
}
