namespace CustomerLifecycle.Rules;

/// <summary>A date or an instant that rules can test against now.</summary>
public abstract class TimeField : RuleField
{
    private protected TimeField(Operand operand)
        : base(operand)
    {
    }

    /// <summary><c>in last N units</c></summary>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public Condition InLast(int amount, RuleUnit unit) => DateCondition.In(Operand, RuleWindow.Last(amount, unit));

    /// <summary><c>in next N units</c></summary>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public Condition InNext(int amount, RuleUnit unit) => DateCondition.InNext(Operand, amount, unit);

    /// <summary><c>in</c> any window.</summary>
    /// <param name="window">The window.</param>
    public Condition In(RuleWindow window) => DateCondition.In(Operand, window);

    /// <summary><c>before N units ago</c>: at or before now less that much.</summary>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public Condition BeforeAgo(int amount, RuleUnit unit) => DateCondition.BeforeAgo(Operand, amount, unit);

    /// <summary><c>after N units ago</c>: later than now less that much.</summary>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public Condition AfterAgo(int amount, RuleUnit unit) => DateCondition.AfterAgo(Operand, amount, unit);
}

/// <summary>A date that rules can test.</summary>
public sealed class DateField : TimeField
{
    internal DateField(Operand operand, string name)
        : base(operand) => Age = new(new AgeOperand(name));

    /// <summary><c>age(…)</c>: whole years, missing for a date after today.</summary>
    public NumberField Age { get; }

    /// <summary><c>= date</c></summary>
    /// <param name="date">The literal.</param>
    public Condition Is(LocalDate date) => Test(RuleOperator.Equal, RuleValue.Of(date));

    /// <summary><c>before date</c></summary>
    /// <param name="date">The literal.</param>
    public Condition Before(LocalDate date) => Test(RuleOperator.Less, RuleValue.Of(date));

    /// <summary><c>after date</c></summary>
    /// <param name="date">The literal.</param>
    public Condition After(LocalDate date) => Test(RuleOperator.Greater, RuleValue.Of(date));

    /// <summary><c>between first and last</c>, both included.</summary>
    /// <param name="first">The first day.</param>
    /// <param name="last">The last day.</param>
    public Condition Between(LocalDate first, LocalDate last) => Test(RuleOperator.Between, RuleValue.Of(first), RuleValue.Of(last));

    /// <summary><c>anniversary today</c></summary>
    public Condition AnniversaryToday() => DateCondition.AnniversaryToday(Operand);

    /// <summary><c>anniversary in next N days</c>: today or one of the N - 1 days after it.</summary>
    /// <param name="days">1 to <see cref="RuleLimits.Amount"/>.</param>
    public Condition AnniversaryInNext(int days) => DateCondition.AnniversaryInNext(Operand, days);

    /// <summary><c>anniversary in month N</c></summary>
    /// <param name="month">1 to 12.</param>
    public Condition AnniversaryInMonth(int month) => DateCondition.MonthIs(Operand, month);
}

/// <summary>An instant that rules can test.</summary>
public sealed class InstantField : TimeField
{
    internal InstantField(Operand operand)
        : base(operand)
    {
    }

    /// <summary><c>before instant</c></summary>
    /// <param name="instant">The literal.</param>
    public Condition Before(Instant instant) => Test(RuleOperator.Less, RuleValue.Of(instant));

    /// <summary><c>after instant</c></summary>
    /// <param name="instant">The literal.</param>
    public Condition After(Instant instant) => Test(RuleOperator.Greater, RuleValue.Of(instant));
}
