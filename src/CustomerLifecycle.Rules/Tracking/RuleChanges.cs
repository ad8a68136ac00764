namespace CustomerLifecycle.Rules;

/// <summary>Every part of a rule that passing time can change, gathered from the bound tree.</summary>
internal sealed class RuleChanges<T>
{
    // The longest stretch without each kind of year: after it, anniversaries have shown every manner of falling that they have (1896 to 1904).
    private static readonly Duration Horizon = Duration.FromDays(9 * 366);

    private readonly List<ChangeSource<T>> _sources = [];

    public RuleChanges(BoundRule rule, RuleProfile<T> profile) => Gather(rule.Root, profile);

    private RuleChanges(BoundCondition where, RuleProfile<T> profile) => Gather(where, profile);

    /// <summary>The earliest instant after a moment at which the predicate gives another answer.</summary>
    public Instant? NextFlip(T item, RuleMoment moment, bool verdict, Func<T, RuleMoment, bool> holds)
    {
        if (_sources.Count == 0) return null;
        var calendar = moment.Calendar;
        Instant? end = null;
        for (var at = moment.Now; Next(item, at, calendar) is { } candidate; at = candidate)
        {
            // Where only anniversaries are left, they are watched until they must have shown all that they can do.
            if (end is null && RecurringSince(item, calendar) is { } since) end = UnitArithmetic.Add(Instant.Max(Last(item, calendar, moment.Now), since), Horizon);
            if (end is { } horizon && candidate > horizon) return null;
            if (holds(item, new RuleMoment(candidate, calendar)) != verdict) return candidate;
        }

        return null;
    }

    private Instant? Next(T item, Instant after, LocalCalendar calendar)
    {
        var next = new NextInstant(after);
        foreach (var source in _sources) source.Offer(item, calendar, ref next);
        return next.Earliest;
    }

    private Instant? RecurringSince(T item, LocalCalendar calendar)
    {
        Instant? since = null;
        foreach (var source in _sources)
            if (source.RecursSince(item, calendar) is { } instant && (since is null || instant > since)) since = instant;
        return since;
    }

    // The last change of the parts that come to rest.
    private Instant Last(T item, LocalCalendar calendar, Instant now)
    {
        var last = now;
        foreach (var source in _sources)
        {
            if (source.RecursSince(item, calendar) is not null) continue;
            while (true)
            {
                var next = new NextInstant(last);
                source.Offer(item, calendar, ref next);
                if (next.Earliest is not { } later) break;
                last = later;
            }
        }

        return last;
    }

    private void Gather(BoundCondition condition, RuleProfile<T> profile)
    {
        switch (condition)
        {
            case BoundAll all:
                foreach (var part in all.Parts) Gather(part, profile);
                break;
            case BoundAny any:
                foreach (var part in any.Parts) Gather(part, profile);
                break;
            case BoundNot not:
                Gather(not.Part, profile);
                break;
            case BoundSegment segment:
                Gather(segment.Rule.Root, profile);
                break;
            case BoundTest { Operand: BoundAge age } test:
                _sources.Add(new AgeChange<T>(profile.Attribute(age.Of.Name), Greatest(test.Values)));
                break;
            case BoundTest { Operand: BoundAggregate aggregate }:
                _sources.Add(Events(aggregate, null, profile));
                break;
            case BoundDateTest { Operand: BoundAttribute attribute } test:
                Add(profile.Attribute(attribute.Name), test.Test);
                break;
            case BoundDateTest { Operand: BoundEventField field } test:
                Add(profile.EventField(field.Name), test.Test);
                break;
            case BoundDateTest { Operand: BoundAggregate aggregate } test:
                _sources.Add(Events(aggregate, TimeTest.Of(test.Test), profile));
                if (Days(test.Test) is { } days) _sources.Add(new EventAnniversaryChange<T>(profile.Log!, aggregate.Events.EventType, new(EventTime(aggregate), days)));
                break;
            case BoundDwell dwell:
                _sources.Add(new DwellChange<T>(profile.StageEntered!, new(dwell.Test.Amount, dwell.Test.Unit)));
                break;
            case BoundSequence sequence:
                var window = sequence.Window is null ? TimeTest.Ever : TimeTest.Of(sequence.Window);
                foreach (var step in sequence.Steps) _sources.Add(new EventChange<T>(profile.Log!, step.Events.EventType, window, null, null, Where(step.Events)));
                break;
        }
    }

    private void Add(Accessor<T> accessor, DateCondition test)
    {
        if (TimeTest.Of(test) is { } time) _sources.Add(new TimeChange<T>(accessor, time));
        else if (Days(test) is { } days) _sources.Add(new AnniversaryChange<T>(accessor, days));
    }

    private static int? Days(DateCondition test) => test.Test switch
    {
        DateTestKind.AnniversaryToday => 1,
        DateTestKind.AnniversaryInNext => test.Amount,
        _ => null,
    };

    private static ValueAccessor<RuleEvent> EventTime(BoundAggregate aggregate) =>
        aggregate.Aggregation is Aggregation.First or Aggregation.Last || aggregate.Property is not { } property
            ? new(static happened => RuleValue.Of(happened.At))
            : new(happened => happened[property]);

    private static EventChange<T> Events(BoundAggregate aggregate, TimeTest? test, RuleProfile<T> profile) =>
        new(profile.Log!, aggregate.Events.EventType, aggregate.Window is null ? TimeTest.Ever : TimeTest.Of(aggregate.Window), test, aggregate.Property, Where(aggregate.Events));

    private static ChangeSource<RuleEvent>[] Where(BoundSelector selector) =>
        selector.Where is null ? [] : [.. new RuleChanges<RuleEvent>(selector.Where, RuleCompiler<RuleEvent>.EventProfile)._sources];

    private static int Greatest(RuleValue[] values)
    {
        var greatest = 0;
        foreach (var value in values)
            if (value.Kind == RuleValueKind.Number) greatest = (int)Math.Max(greatest, Math.Min(Math.Ceiling(value.AsDouble), 10_000));
        return greatest;
    }
}
