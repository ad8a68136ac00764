namespace CustomerLifecycle.Stages;

/// <summary>Lifecycles that the field's handbooks describe, ready to run, with names and descriptions in English and Chinese. See docs/stage-templates.md.</summary>
/// <remarks>They speak of the events <c>order</c> (with <c>total</c>), <c>visit</c> and those named at each template. What differs from shop to shop is an argument;
/// for more, write the template as JSON (<see cref="StageModelJson.Write"/>), change it, and read it back.</remarks>
public static class StageTemplates
{
    private static readonly string[] Order = [Purchase.EventType];

    /// <summary>潜在客户 → 第一次购买 → 重复购买 → 忠实客户 → 流失客户: where a shop's customers are by their purchases, exactly five stages.</summary>
    /// <param name="loyalOrders">Orders from which on a customer is loyal.</param>
    /// <param name="churnDays">Days without an order after which a customer is lost. An order brings a lost one back.</param>
    public static StageModel PurchaseLifecycle(int loyalOrders = 5, int churnDays = 365) =>
        Purchases("purchase-lifecycle", loyalOrders)
            .Name("Purchase lifecycle", "购买生命周期")
            .Description("Five stages from prospect to churned, by the number of orders and the time since the last one.", "按购买次数和最近一次购买以来的时间,分为从潜在客户到流失客户的五个阶段。")
            .Stage("prospect", Prospect)
            .Stage("first-purchase", stage => FirstPurchase(stage).Timer("churn", StageSpan.OfDays(churnDays), "churned", Order, reason: "inactive"))
            .Stage("repeat-purchase", stage => RepeatPurchase(stage).Timer("churn", StageSpan.OfDays(churnDays), "churned", Order, reason: "inactive"))
            .Stage("loyal", stage => Loyal(stage).Timer("churn", StageSpan.OfDays(churnDays), "churned", Order, reason: "inactive"))
            .Stage("churned", Churned)
            .Transition("return-loyal", "churned", Purchase.EventType, "loyal", $"orders >= {loyalOrders}")
            .Transition("return", "churned", Purchase.EventType, "repeat-purchase")
            .Build();

    /// <summary>The purchase lifecycle with two stages more: 有流失风险 (at risk), from which plays can still keep a customer, and 已挽回 (won back).</summary>
    /// <param name="loyalOrders">Orders from which on a customer is loyal.</param>
    /// <param name="riskDays">Days without an order after which a customer is at risk.</param>
    /// <param name="churnDays">Days without an order after which a customer is lost; above <paramref name="riskDays"/>.</param>
    /// <param name="settleDays">Days after which a customer who was won back is a repeat customer again.</param>
    public static StageModel PurchaseLifecycleWithWinBack(int loyalOrders = 5, int riskDays = 90, int churnDays = 365, int settleDays = 30)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(churnDays, riskDays);
        return Purchases("purchase-lifecycle-win-back", loyalOrders)
            .Name("Purchase lifecycle with win-back", "含挽回的购买生命周期")
            .Description("The purchase lifecycle with a stage of warning before churn and one of probation after it.", "在流失之前增加预警阶段、在挽回之后增加观察阶段的购买生命周期。")
            .Stage("prospect", Prospect)
            .Stage("first-purchase", stage => FirstPurchase(stage).Timer("risk", StageSpan.OfDays(riskDays), "at-risk", Order))
            .Stage("repeat-purchase", stage => RepeatPurchase(stage).Timer("risk", StageSpan.OfDays(riskDays), "at-risk", Order))
            .Stage("loyal", stage => Loyal(stage).Timer("risk", StageSpan.OfDays(riskDays), "at-risk", Order))
            .Stage("at-risk", stage => stage.Rank(5).Name("At risk", "有流失风险").Description("Has not bought for longer than usual.", "超过通常间隔未购买。")
                .OnEntry("start-win-back").Timer("churn", StageSpan.OfDays(churnDays), "churned", Order, reason: "inactive"))
            .Stage("churned", Churned)
            .Stage("won-back", stage => stage.Rank(15).Name("Won back", "已挽回").Description("Bought again after having been lost.", "流失后再次购买。")
                .OnEntry("welcome-back").Timer("settle", StageSpan.OfDays(settleDays), "repeat-purchase"))
            .Transition("rescue-loyal", "at-risk", Purchase.EventType, "loyal", $"orders >= {loyalOrders}")
            .Transition("rescue", "at-risk", Purchase.EventType, "repeat-purchase")
            .Transition("win-back", "churned", Purchase.EventType, "won-back")
            .Transition("win-back-loyal", "won-back", Purchase.EventType, "loyal", $"orders >= {loyalOrders}")
            .Build();
    }

    /// <summary>潜在客户、初始客户、活跃客户、忠诚客户: where customers are by what they do, in a window that moves with time.</summary>
    /// <param name="activeVisits">Visits within the window from which on a customer is active. An order makes them active at once.</param>
    /// <param name="windowDays">The window in days; as long without visit and order, and an active customer is an initial one again.</param>
    /// <param name="loyalOrders">Orders from which on an active customer is loyal.</param>
    /// <param name="loyalDays">Days without visit and order after which a loyal customer is an initial one again.</param>
    public static StageModel EngagementLifecycle(int activeVisits = 3, int windowDays = 30, int loyalOrders = 5, int loyalDays = 180)
    {
        string[] activity = ["visit", Purchase.EventType];
        return new StageModelBuilder("engagement-lifecycle", "potential")
            .Name("Engagement lifecycle", "互动生命周期")
            .Description("Four stages from potential to loyal, by visits in a moving window, orders and inactivity.", "按滚动窗口内的访问、购买和不活跃时间,分为从潜在客户到忠诚客户的四个阶段。")
            .Count("recent_visits", "visit", window: StageSpan.OfDays(windowDays))
            .Count("orders", Purchase.EventType)
            .Stage("potential", stage => stage.Name("Potential", "潜在客户").Description("Known, has not come yet.", "已知但尚未到访。"))
            .Stage("initial", stage => stage.Rank(10).Name("Initial", "初始客户").Description("Has come, not often or not lately.", "曾到访,但不频繁或近期没有。"))
            .Stage("active", stage => stage.Rank(20).Name("Active", "活跃客户").Description("Comes often, or has just bought.", "经常到访,或刚刚购买。")
                .Timer("idle", StageSpan.OfDays(windowDays), "initial", activity))
            .Stage("loyal", stage => stage.Rank(30).Name("Loyal", "忠诚客户").Description("Active, and has bought often.", "活跃且多次购买。")
                .Timer("idle", StageSpan.OfDays(loyalDays), "initial", activity))
            .Transition("buy-loyal", ["potential", "initial", "active"], Purchase.EventType, "loyal", $"orders >= {loyalOrders}")
            .Transition("buy", ["potential", "initial"], Purchase.EventType, "active")
            .Transition("engage", ["potential", "initial"], "visit", "active", $"recent_visits >= {activeVisits}")
            .Transition("come", "potential", "visit", "initial")
            .Build();
    }

    /// <summary>潜在客户、首次购买客户、重复购买客户、忠诚客户: the purchase lifecycle without churn, which is reported beside it.</summary>
    /// <param name="loyalOrders">Orders from which on a customer is loyal.</param>
    public static StageModel ListLifecycle(int loyalOrders = 5) =>
        Purchases("list-lifecycle", loyalOrders)
            .Name("List lifecycle", "名单生命周期")
            .Description("Four stages by the number of orders; nobody ever goes back.", "按购买次数分为四个阶段,不会后退。")
            .Forward()
            .Stage("prospect", Prospect)
            .Stage("first-purchase", stage => FirstPurchase(stage).Name("First purchase", "首次购买客户"))
            .Stage("repeat-purchase", stage => RepeatPurchase(stage).Name("Repeat purchase", "重复购买客户"))
            .Stage("loyal", stage => Loyal(stage).Name("Loyal", "忠诚客户").Final())
            .Build();

    /// <summary>引入期、成长期、成熟期、衰退期: the value curve, from the trend of a customer's spend.</summary>
    /// <param name="periodDays">Spend of the last period is compared with that of the period before it.</param>
    /// <param name="changePercent">By how much spend must rise or fall to be growth or decline; between is maturity.</param>
    /// <remarks>Two periods of history are needed: until then it is the introduction. A whole period without an order is decline.</remarks>
    public static StageModel ValueCurve(int periodDays = 90, int changePercent = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(changePercent);
        var enough = StageGuard.Dwell(Rules.RuleOperator.GreaterOrEqual, StageSpan.OfDays(periodDays * 2));
        var rising = StageGuard.Predicate($"spend rose by more than {changePercent}%", (in StageContext context) => Trend(in context) > changePercent);
        var falling = StageGuard.Predicate($"spend fell by more than {changePercent}%", (in StageContext context) => Trend(in context) < -changePercent);
        return new StageModelBuilder("value-curve", "introduction")
            .Name("Value curve", "价值曲线")
            .Description("Introduction, growth, maturity and decline, from the trend of spend between two periods.", "根据前后两个周期消费额的趋势,分为引入期、成长期、成熟期和衰退期。")
            .Sum("spend_period", Purchase.EventType, Purchase.TotalProperty, window: StageSpan.OfDays(periodDays))
            .Sum("spend_two_periods", Purchase.EventType, Purchase.TotalProperty, window: StageSpan.OfDays(periodDays * 2))
            .Stage("introduction", stage => Idle(stage.Name("Introduction", "引入期").Description("Too little history to see a trend.", "历史太短,尚看不出趋势。")))
            .Stage("growth", stage => Idle(stage.Rank(10).Name("Growth", "成长期").Description("Spend rises.", "消费上升。")))
            .Stage("maturity", stage => Idle(stage.Rank(20).Name("Maturity", "成熟期").Description("Spend is level.", "消费平稳。")))
            .Stage("decline", stage => stage.Rank(30).Name("Decline", "衰退期").Description("Spend falls, or has stopped.", "消费下降或停止。"))
            .Transition(new("first-growth", ["introduction"], Purchase.EventType, "growth", StageGuard.All(enough, rising)))
            .Transition(new("first-decline", ["introduction"], Purchase.EventType, "decline", StageGuard.All(enough, falling)))
            .Transition(new("first-maturity", ["introduction"], Purchase.EventType, "maturity", enough))
            .Transition(new("grow", ["maturity", "decline"], Purchase.EventType, "growth", rising))
            .Transition(new("decline", ["growth", "maturity"], Purchase.EventType, "decline", falling))
            .Transition(new("mature", ["growth", "decline"], Purchase.EventType, "maturity", StageGuard.Not(StageGuard.Any(rising, falling))))
            .Build();

        StageBuilder Idle(StageBuilder stage) => stage.Timer("idle", StageSpan.OfDays(periodDays), "decline", Order);
    }

    /// <summary>认知、兴趣、考虑、购买、使用、忠诚、离开: the seven-step journey. Leaving asks for a reason and is possible from every step.</summary>
    /// <param name="loyalOrders">Orders from which on a customer is loyal; a <c>referral</c> makes loyal at once.</param>
    /// <param name="leaveDays">Days without any sign of life after which a customer has left (reason <c>inactive</c>).</param>
    /// <remarks>Events: <c>impression</c>, <c>visit</c>, <c>inquiry</c>, <c>cart</c>, <c>order</c>, <c>use</c>, <c>referral</c>, and <c>leave</c> with a <c>reason</c>.</remarks>
    public static StageModel Journey(int loyalOrders = 3, int leaveDays = 365)
    {
        string[] life = ["impression", "visit", "inquiry", "cart", Purchase.EventType, "use", "referral"];
        var builder = new StageModelBuilder("journey", "awareness")
            .Name("Customer journey", "客户旅程")
            .Description("Seven steps from awareness to departure.", "从认知到离开的七个步骤。")
            .Count("orders", Purchase.EventType)
            .Stage("awareness", stage => Idle(stage.Name("Awareness", "认知").Description("Has heard of the offer.", "知道了产品。")))
            .Stage("interest", stage => Idle(stage.Rank(10).Name("Interest", "兴趣").Description("Has come to look.", "前来了解。")))
            .Stage("consideration", stage => Idle(stage.Rank(20).Name("Consideration", "考虑").Description("Has asked, or put something in the cart.", "咨询或加入购物车。")))
            .Stage("purchase", stage => Idle(stage.Rank(30).Name("Purchase", "购买").Description("Has bought.", "完成购买。")))
            .Stage("usage", stage => Idle(stage.Rank(40).Name("Usage", "使用").Description("Uses what was bought.", "使用产品。")))
            .Stage("loyalty", stage => Idle(stage.Rank(50).Name("Loyalty", "忠诚").Description("Buys again and again, or recommends.", "反复购买或推荐他人。")))
            .Stage("departure", stage => stage.Rank(60).Name("Departure", "离开").Description("Has left, for a reason.", "因某种原因离开。").AsksReason([.. DepartureReasons.Select(reason => reason.Code)]));
        return builder
            .Transition("look", "awareness", "visit", "interest")
            .Transition("ask", ["awareness", "interest"], "inquiry", "consideration")
            .Transition("choose", ["awareness", "interest"], "cart", "consideration")
            .Transition("buy-loyal", ["awareness", "interest", "consideration", "purchase", "usage", "departure"], Purchase.EventType, "loyalty", $"orders >= {loyalOrders}")
            .Transition("buy", ["awareness", "interest", "consideration", "departure"], Purchase.EventType, "purchase")
            .Transition("use", "purchase", "use", "usage")
            .Transition("recommend", ["purchase", "usage"], "referral", "loyalty")
            .Transition("leave", ["awareness", "interest", "consideration", "purchase", "usage", "loyalty"], "leave", "departure")
            .Transition("look-again", "departure", "visit", "interest")
            .Build();

        StageBuilder Idle(StageBuilder stage) => stage.Timer("idle", StageSpan.OfDays(leaveDays), "departure", life, reason: "inactive");
    }

    /// <summary>认知与兴趣、考虑与购买、使用、忠诚、离开: the personal loan's five steps, merged from the journey's seven.</summary>
    /// <param name="coolDays">Days without any sign of life after which somebody without a loan has left (reason <c>inactive</c>).</param>
    /// <remarks>Events: <c>visit</c>, <c>application</c>, <c>drawdown</c>, <c>repayment</c>, <c>further-loan</c>, <c>referral</c>, <c>settlement</c>, and <c>leave</c> with a <c>reason</c>.</remarks>
    public static StageModel PersonalLoan(int coolDays = 180)
    {
        string[] life = ["visit", "application"];
        return new StageModelBuilder("personal-loan", "awareness-interest")
            .Name("Personal loan", "个人贷款")
            .Description("Five steps of a borrower, merged from the seven of the journey.", "由客户旅程的七个步骤合并而成的借款人五个阶段。")
            .Stage("awareness-interest", stage => stage.Name("Awareness and interest", "认知与兴趣").Description("Has heard of the loan.", "了解贷款产品。")
                .Timer("idle", StageSpan.OfDays(coolDays), "departure", life, reason: "inactive"))
            .Stage("consideration-purchase", stage => stage.Rank(10).Name("Consideration and purchase", "考虑与购买").Description("Has applied.", "提出申请。")
                .Timer("idle", StageSpan.OfDays(coolDays), "departure", life, reason: "inactive"))
            .Stage("usage", stage => stage.Rank(20).Name("Usage", "使用").Description("Has drawn the loan and repays it.", "提款并还款。"))
            .Stage("loyalty", stage => stage.Rank(30).Name("Loyalty", "忠诚").Description("Has taken a further loan, or recommended one.", "再次借款或推荐他人。"))
            .Stage("departure", stage => stage.Rank(40).Name("Departure", "离开").Description("Has settled and not come back, or has left.", "结清未再借款,或离开。").AsksReason([.. DepartureReasons.Select(reason => reason.Code)]))
            .Transition("apply", ["awareness-interest", "departure"], "application", "consideration-purchase")
            .Transition("draw", ["awareness-interest", "consideration-purchase"], "drawdown", "usage")
            .Transition("borrow-again", "usage", "further-loan", "loyalty")
            .Transition("recommend", "usage", "referral", "loyalty")
            .Transition("settle", ["usage", "loyalty"], "settlement", "departure")
            .Transition("leave", ["awareness-interest", "consideration-purchase", "usage", "loyalty"], "leave", "departure")
            .Build();
    }

    /// <summary>A loan account from enquiry to settled or default, with monthly due dates in the bank's zone.</summary>
    /// <param name="principal">What is owed with all interest and fees: settled when as much has been repaid.</param>
    /// <param name="zoneId">The TZDB zone in which months are counted.</param>
    /// <param name="defaultDays">Days overdue after which the loan is in default.</param>
    /// <remarks>Events: <c>approval</c>, <c>drawdown</c>, <c>repayment</c> with <c>amount</c>, <c>application</c>.</remarks>
    public static StageModel LoanAccount(decimal principal, string zoneId = "Asia/Shanghai", int defaultDays = 90)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(principal);
        var month = StageSpan.OfMonths(1, zoneId);
        var settled = FormattableString.Invariant($"repaid >= {principal}");
        return new StageModelBuilder("loan-account", "enquiry")
            .Name("Loan account", "贷款账户")
            .Description("One loan from enquiry to settled or default; a month without a repayment is overdue.", "一笔贷款从咨询到结清或违约;一个月未还款即为逾期。")
            .Sum("repaid", "repayment", "amount")
            .Stage("enquiry", stage => stage.Name("Enquiry", "咨询").Timer("cold", month, "withdrawn"))
            .Stage("approved", stage => stage.Rank(10).Name("Approved", "已批准").Timer("expire", month, "withdrawn"))
            .Stage("repaying", stage => stage.Rank(20).Name("Repaying", "还款中").Timer("miss", month, "overdue", ["repayment"]))
            .Stage("overdue", stage => stage.Rank(15).Name("Overdue", "逾期").OnEntry("remind").Timer("default", StageSpan.OfDays(defaultDays), "default"))
            .Stage("default", stage => stage.Rank(2).Name("Default", "违约"))
            .Stage("settled", stage => stage.Rank(30).Name("Settled", "已结清").Final())
            .Stage("withdrawn", stage => stage.Rank(1).Name("Withdrawn", "已撤回"))
            .Transition("approve", "enquiry", "approval", "approved")
            .Transition("draw", "approved", "drawdown", "repaying")
            .Transition("settle", ["repaying", "overdue", "default"], "repayment", "settled", settled)
            .Transition("cure", ["overdue", "default"], "repayment", "repaying")
            .Transition("apply-again", "withdrawn", "application", "enquiry")
            .Build();
    }

    /// <summary>From lead to advocate: business customers, forward only, with a deadline for sales to take a qualified lead.</summary>
    /// <param name="qualifyingScore">Points from which on a lead is qualified.</param>
    /// <param name="slaHours">Hours for sales to accept a qualified lead before it is recycled.</param>
    /// <remarks>Events: <c>form</c>, <c>score</c> with <c>points</c>, <c>accept</c>, <c>reject</c>, <c>deal-opened</c>, <c>deal-lost</c>, <c>deal-won</c>, <c>recommendation</c>.</remarks>
    public static StageModel BusinessLead(int qualifyingScore = 100, int slaHours = 48) =>
        new StageModelBuilder("business-lead", "subscriber")
            .Name("Business lead to advocate", "企业线索到推荐者")
            .Description("Marketing and sales stages of a business customer; only a rejection, a lost deal or a missed deadline leads back.", "企业客户的市场与销售阶段;只有拒绝、丢单或超时才会后退。")
            .Forward()
            .Sum("score", "score", "points")
            .Stage("subscriber", stage => stage.Name("Subscriber", "订阅者"))
            .Stage("recycled", stage => stage.Rank(5).Name("Recycled", "回收线索"))
            .Stage("lead", stage => stage.Rank(10).Name("Lead", "线索"))
            .Stage("marketing-qualified", stage => stage.Rank(20).Name("Marketing qualified", "市场认可线索").OnEntry("notify-sales").Timer("sla", StageSpan.OfHours(slaHours), "recycled", allowBackward: true))
            .Stage("sales-qualified", stage => stage.Rank(30).Name("Sales qualified", "销售认可线索"))
            .Stage("opportunity", stage => stage.Rank(40).Name("Opportunity", "商机"))
            .Stage("customer", stage => stage.Rank(50).Name("Customer", "客户"))
            .Stage("advocate", stage => stage.Rank(60).Name("Advocate", "推荐者").Final())
            .Transition("capture", "subscriber", "form", "lead")
            .Transition("qualify", ["subscriber", "lead", "recycled"], "score", "marketing-qualified", $"score >= {qualifyingScore}")
            .Transition("accept", "marketing-qualified", "accept", "sales-qualified")
            .Transition("reject", ["marketing-qualified", "sales-qualified"], "reject", "recycled", allowBackward: true)
            .Transition("open-deal", StageTransition.AnyStage, "deal-opened", "opportunity")
            .Transition("lose", "opportunity", "deal-lost", "lead", allowBackward: true)
            .Transition("win", StageTransition.AnyStage, "deal-won", "customer")
            .Transition("recommend", "customer", "recommendation", "advocate")
            .Build();

    /// <summary>A subscription from trial to closed, with dunning and win-back.</summary>
    /// <param name="trialDays">Days of trial.</param>
    /// <param name="graceDays">Days to pay after a failed payment.</param>
    /// <param name="failures">Further failed payments during the grace after which it is cancelled at once.</param>
    /// <param name="forgetDays">Days after cancellation until the account is closed.</param>
    /// <remarks>Events: <c>subscribe</c>, <c>payment-failed</c>, <c>payment-succeeded</c>, <c>cancel</c> (with <c>reason</c> as a free field).</remarks>
    public static StageModel Subscription(int trialDays = 14, int graceDays = 7, int failures = 3, int forgetDays = 365) =>
        new StageModelBuilder("subscription", "trial")
            .Name("Subscription", "订阅")
            .Description("Trial, active, past due, cancelled and won back.", "试用、有效、欠费、取消与挽回。")
            .Count("failures", "payment-failed", StageFactScope.Stage)
            .Stage("trial", stage => stage.Name("Trial", "试用").Timer("trial-end", StageSpan.OfDays(trialDays), "expired"))
            .Stage("active", stage => stage.Rank(20).Name("Active", "有效").OnEntry("provision").OnExit("deprovision"))
            .Stage("past-due", stage => stage.Rank(10).Name("Past due", "欠费").OnEntry("start-dunning").Timer("grace", StageSpan.OfDays(graceDays), "cancelled", reason: "unpaid"))
            .Stage("expired", stage => stage.Rank(2).Name("Trial expired", "试用到期"))
            .Stage("cancelled", stage => stage.Rank(1).Name("Cancelled", "已取消").Timer("forget", StageSpan.OfDays(forgetDays), "closed"))
            .Stage("won-back", stage => stage.Rank(15).Name("Won back", "已挽回").OnEntry("provision").Timer("settle", StageSpan.OfDays(30), "active"))
            .Stage("closed", stage => stage.Rank(-1).Name("Closed", "已关闭").Final())
            .Transition("subscribe", ["trial", "expired"], "subscribe", "active")
            .Transition("fail", ["active", "won-back"], "payment-failed", "past-due")
            .Transition("recover", "past-due", "payment-succeeded", "active")
            .Transition("give-up", "past-due", "payment-failed", "cancelled", $"failures >= {failures}")
            .Transition("cancel", ["trial", "active", "past-due", "won-back"], "cancel", "cancelled")
            .Transition("subscribe-again", "cancelled", "subscribe", "won-back")
            .Build();

    /// <summary>Why customers leave, as codes with names: what the journey's and the loan's last stage ask for. Free text goes beside it in <c>reason_text</c>.</summary>
    public static IReadOnlyList<(string Code, StageText Name)> DepartureReasons { get; } =
    [
        ("price", new("Price", "价格")),
        ("quality", new("Quality", "质量")),
        ("service", new("Service", "服务")),
        ("competitor", new("Went to a competitor", "转向竞争对手")),
        ("no-need", new("No longer needed", "不再需要")),
        ("moved", new("Moved away", "迁居")),
        ("settled", new("Settled", "已结清")),
        ("inactive", new("Inactive", "长期不活跃")),
        ("other", new("Other", "其他")),
    ];

    private static StageModelBuilder Purchases(string id, int loyalOrders)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(loyalOrders, 3);
        return new StageModelBuilder(id, "prospect")
            .Count("orders", Purchase.EventType)
            .Sum("spend", Purchase.EventType, Purchase.TotalProperty)
            .Transition("first-order", "prospect", Purchase.EventType, "first-purchase")
            .Transition("second-order", "first-purchase", Purchase.EventType, "repeat-purchase")
            .Transition("become-loyal", "repeat-purchase", Purchase.EventType, "loyal", $"orders >= {loyalOrders}");
    }

    private static void Prospect(StageBuilder stage) => stage.Name("Prospect", "潜在客户").Description("Has not bought yet.", "尚未购买。");

    private static StageBuilder FirstPurchase(StageBuilder stage) => stage.Rank(10).Name("First purchase", "第一次购买").Description("Has bought once.", "购买过一次。");

    private static StageBuilder RepeatPurchase(StageBuilder stage) => stage.Rank(20).Name("Repeat purchase", "重复购买").Description("Has bought more than once.", "购买过不止一次。");

    private static StageBuilder Loyal(StageBuilder stage) => stage.Rank(30).Name("Loyal", "忠实客户").Description("Buys again and again.", "反复购买。");

    private static void Churned(StageBuilder stage) => stage.Rank(1).Name("Churned", "流失客户").Description("Has not bought for so long that nobody expects it any more.", "长期未购买,已视为流失。");

    // The last period's spend over that of the period before, as a percentage of change; no spend before is growth without bound.
    private static decimal Trend(in StageContext context)
    {
        context.Fact("spend_period").TryGetNumber(out var last);
        context.Fact("spend_two_periods").TryGetNumber(out var both);
        var before = both - last;
        return before > 0 ? (last - before) / before * 100 : last > 0 ? decimal.MaxValue : 0;
    }
}
