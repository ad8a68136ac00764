using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerLifecycle.Stages;
using NodaTime.Text;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary><c>lifecycle-semantics/1</c>: stage models, events in any order, and where the customer was at an instant.</summary>
internal sealed class LifecycleFormat : IFormat
{
    private static readonly CustomerId Customer = new("case");
    private static readonly ConcurrentDictionary<CaseStore, IJournal<StageLife, StageRecord>> Journals = new();
    private static int Streams;

    public string Name => "lifecycle-semantics/1";

    public IReadOnlyList<string> Notes => CaseStore.Notes;

    public IEnumerable<FoundCase> Cases(CaseFile file)
    {
        var members = file.Members;
        var definitions = members.Optional("definitions") is { } named ? new Members(named, "definitions") : null; // each is read where a case names it
        var cases = members.Has("cases") ? members.Objects("cases") : [];
        var invalid = members.Has("invalidDefinitions") ? members.Objects("invalidDefinitions") : [];
        return
        [
            .. cases.Select(entry => new FoundCase(entry.Text("id"), entry, () => PrepareHistory(entry, definitions))),
            .. invalid.Select(entry => new FoundCase(entry.Text("id"), entry, () => PrepareFindings(entry, definitions))),
        ];
    }

    private static Case PrepareFindings(Members entry, Members? definitions)
    {
        entry.Skip("tags");
        var versions = VersionsOf(entry, definitions);
        var expected = entry.Optional("findings") is { } findings ? new JsonObject { ["findings"] = Answers.Tree(findings) } : null;
        return new(expected, Tolerance.Exact, new CasePath("validate", () => new JsonObject { ["findings"] = FindingsOf(StageModel.Validate(versions)) }));
    }

    private static JsonArray FindingsOf(IReadOnlyList<Finding> findings) =>
    [
        .. findings
            .Select(finding => (Code: CamelCase(finding.Code["stages.".Length..]), finding.Severity, finding.Place))
            .OrderBy(finding => finding.Code, CodePointComparer.Instance).ThenBy(finding => finding.Place, CodePointComparer.Instance)
            .Select(finding => new JsonObject
            {
                ["code"] = finding.Code,
                ["severity"] = finding.Severity == FindingSeverity.Error ? "error" : "warning",
                ["at"] = finding.Place,
            }),
    ];

    private static string CamelCase(string kebab) =>
        string.Concat(kebab.Split('-').Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private static Case PrepareHistory(Members entry, Members? definitions)
    {
        entry.Skip("tags", "anyArrivalOrder");
        var machine = StageMachine.Compile(VersionsOf(entry, definitions), allowUnmapped: true);
        Instant? start = entry.OptionalText("start") is { } text ? InstantOf(text) : null;
        var deliveries = entry.Objects("events").Select(EventOf).ToArray();
        var queries = entry.Objects("queries").Select(query => (Query: QueryOf(query, start), Expected: query.Optional("expect"))).ToArray();
        var expected = queries.All(query => query.Expected is null)
            ? null
            : new JsonObject { ["queries"] = new JsonArray([.. queries.Select(query => Strict(Answers.Tree(query.Expected)))]) };
        return new(
            expected,
            Tolerance.Exact,
            [
                Path("replay", query => machine.Replay(deliveries, query)),
                Path("steps", query => StepByStep(machine, deliveries, query)),
                Path("shuffled", query => Shuffled(machine, deliveries, query)),
                .. CaseStore.All.Select(store => Path(store.Name, query => StepByStepAsync(Journals.GetOrAdd(store, static store => store.Open(new StageJournalCodec(), SystemClock.Instance)), machine, deliveries, query).GetAwaiter().GetResult())),
            ]);

        CasePath Path(string name, Func<StageQuery, StageAnswer> answer) =>
            new(name, () => new JsonObject { ["queries"] = new JsonArray([.. queries.Select(query => AnswerOf(answer(query.Query)))]) });
    }

    /// <summary>What the file leaves out because it is empty must be empty in the answer too.</summary>
    private static JsonNode? Strict(JsonNode? expected)
    {
        if (expected is not JsonObject members || members.ContainsKey("error")) return expected;
        foreach (var name in (string[])["blocked", "ambiguous", "duplicates", "conflicts", "beforeStart"]) members.TryAdd(name, new JsonArray());
        return members;
    }

    private static StageAnswer StepByStep(StageMachine machine, CustomerEvent[] deliveries, StageQuery query)
    {
        List<CustomerEvent> taken = [];
        StageSnapshot? saved = null;
        Instant? passed = null;
        foreach (var delivery in Steps(deliveries, query))
        {
            var timeline = StageTimeline.Restore(machine, saved, taken, passed, query.Start, query.Partition);
            timeline.Record(delivery);
            taken.Add(delivery);
            (saved, passed) = (StageCodec.Read(StageCodec.Write(timeline.Save())), timeline.AsOf);
        }

        return StageTimeline.Restore(machine, saved, taken, passed, query.Start, query.Partition).At(query.AsOf);
    }

    /// <summary>The same over a database: between two steps nothing is kept but what the journal gives back.</summary>
    private static async Task<StageAnswer> StepByStepAsync(IJournal<StageLife, StageRecord> journal, StageMachine machine, CustomerEvent[] deliveries, StageQuery query)
    {
        var stream = new StreamId(string.Create(CultureInfo.InvariantCulture, $"case/{Interlocked.Increment(ref Streams)}"));
        foreach (var delivery in Steps(deliveries, query))
        {
            var (version, timeline) = await RestoreAsync();
            var changes = timeline.Record(delivery);
            var life = new StageLife(timeline.Save(), delivery.Position, timeline.AsOf);
            var record = new StageRecord(delivery.Occurred, delivery.Received, delivery, changes.Retracted.Count, changes.Added);
            await journal.AppendAsync(new(new($"{stream.Value}/{version}"), delivery.ToRequestHash(), new StreamAppend<StageLife, StageRecord>(stream, version, life, life.Snapshot.NextDue, record)));
        }

        return (await RestoreAsync()).Timeline.At(query.AsOf);

        async Task<(long Version, StageTimeline Timeline)> RestoreAsync()
        {
            var loaded = await journal.LoadAsync(stream);
            var records = await journal.ReadAsync(stream, 0, JournalLimits.MaxPage);
            return (loaded.Version, StageTimeline.Restore(machine, loaded.State?.Snapshot, [.. records.Select(recorded => recorded.Record.Event!)], loaded.State?.AsOf, query.Start, query.Partition));
        }
    }

    /// <summary>The deliveries that a question knows of, one by one. What happens later is not looked at yet, unless it says again what has been taken.</summary>
    private static IEnumerable<CustomerEvent> Steps(CustomerEvent[] deliveries, StageQuery query)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (var delivery in Arrivals.InOrder(deliveries))
        {
            if (query.KnownAt < delivery.Received || (delivery.Occurred > query.AsOf && !taken.Contains(delivery.Id))) continue;
            taken.Add(delivery.Id);
            yield return delivery;
        }
    }

    /// <summary>Every order of arrival of a short history, several of a long one; all must give one answer, and the first that does not is given.</summary>
    private static StageAnswer Shuffled(StageMachine machine, CustomerEvent[] deliveries, StageQuery query)
    {
        StageAnswer? first = null;
        var firstText = "";
        foreach (var order in Arrivals.Of(deliveries))
        {
            var timeline = new StageTimeline(machine, query.Start, query.Partition);
            foreach (var delivery in order) timeline.Record(delivery);
            var answer = timeline.At(query.AsOf, query.KnownAt);
            var text = AnswerOf(answer).ToJsonString();
            if (first is null) (first, firstText) = (answer, text);
            else if (!string.Equals(text, firstText, StringComparison.Ordinal)) return answer;
        }

        return first!;
    }

    private static JsonObject AnswerOf(StageAnswer answer)
    {
        if (answer.Error != StageFault.None) return new() { ["error"] = answer.Error == StageFault.Livelock ? "livelock" : "unmappedStage" };
        return new()
        {
            ["stage"] = answer.Stage,
            ["enteredAt"] = answer.EnteredAt is { } entered ? TextOf(entered) : null,
            ["history"] = new JsonArray([.. answer.History.Select(RowOf)]),
            ["nextDue"] = answer.NextDue is { } due ? new JsonObject { ["at"] = TextOf(due.At), ["timer"] = due.Timer, ["to"] = due.To } : null,
            ["facts"] = new JsonObject(answer.Facts.Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)ValueOf(fact.Value)))),
            ["effects"] = new JsonArray([.. answer.Effects.Select(effect => new JsonObject { ["at"] = TextOf(effect.At), ["effect"] = effect.Effect })]),
            ["isIn"] = TextsOf(answer.IsIn),
            ["locked"] = answer.IsLocked,
            ["blocked"] = new JsonArray([.. answer.Blocked.Select(move => new JsonObject { ["at"] = TextOf(move.At), ["cause"] = move.Cause.ToString(), ["to"] = move.To })]),
            ["ambiguous"] = new JsonArray([.. answer.Ambiguous.Select(entry => new JsonObject { ["at"] = TextOf(entry.At), ["event"] = entry.EventId })]),
            ["duplicates"] = TextsOf(answer.Duplicates),
            ["conflicts"] = TextsOf(answer.Conflicts),
            ["beforeStart"] = TextsOf(answer.BeforeStart),
        };
    }

    private static JsonObject RowOf(StageChange row)
    {
        var answer = new JsonObject { ["at"] = TextOf(row.At), ["from"] = row.From, ["to"] = row.To, ["cause"] = row.Cause.ToString() };
        if (row.Reason is not null) answer["reason"] = row.Reason;
        return answer;
    }

    private static JsonArray TextsOf(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];

    private static string TextOf(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    private static JsonValue? ValueOf(StageValue value) =>
        value.TryGetNumber(out var number) ? JsonValue.Create(number)
        : value.TryGetText(out var text) ? JsonValue.Create(text)
        : value.TryGetTruth(out var truth) ? JsonValue.Create(truth)
        : null;

    private static Instant InstantOf(string text) => OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } parsed
        ? parsed.Value.ToInstant()
        : throw new NotUnderstoodException($"'{text}' is no ISO instant.");

    private static StageQuery QueryOf(Members query, Instant? start) => new(
        InstantOf(query.Text("asOf")), start, query.OptionalText("knownAt") is { } known ? InstantOf(known) : null, query.OptionalText("partition"));

    private static CustomerEvent EventOf(Members entry)
    {
        var type = entry.Text("type");
        List<KeyValuePair<string, PropertyValue>> properties = [];
        if (entry.OptionalObject("data") is { } data)
            foreach (var name in data.Names) properties.Add(new(name, PropertyOf(data.Raw(name))));
        if (entry.OptionalText("partition") is { } partition) properties.Add(new(StageEvents.PartitionProperty, partition));
        foreach (var name in (string[])["to", "reason"])
            if (entry.OptionalText(name) is { } text) properties.Add(new(name, text));
        if (entry.Has("lock")) properties.Add(new(StageEvents.LockProperty, entry.Flag("lock")));
        if (entry.OptionalText("lockUntil") is { } until) properties.Add(new(StageEvents.LockUntilProperty, InstantOf(until)));
        return new(entry.Text("id"), Customer, type, InstantOf(entry.Text("at")), new PropertyBag(properties),
            entry.OptionalText("receivedAt") is { } received ? InstantOf(received) : null, entry.OptionalInteger("order") ?? 0);
    }

    private static PropertyValue PropertyOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => NumberOf(value),
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => default,
        _ => throw new NotUnderstoodException($"{value.GetRawText()} is no number, text or truth value."),
    };

    private static decimal NumberOf(JsonElement value) => decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new NotUnderstoodException($"{value.GetRawText()} is no exact decimal.");

    private static IReadOnlyList<StageModelVersion> VersionsOf(Members entry, Members? definitions)
    {
        var first = entry.Has("definition") ? DefinitionOf(entry, definitions) : null;
        if (!entry.Has("versions")) return [new(first!)];
        return
        [
            .. entry.Objects("versions").Select(version => new StageModelVersion(
                DefinitionOf(version, definitions),
                version.OptionalText("from") is { } from ? InstantOf(from) : null,
                version.OptionalObject("map") is { } map ? map.Names.ToDictionary(name => name, map.Text, StringComparer.Ordinal) : null)),
        ];
    }

    private static StageModel DefinitionOf(Members entry, Members? definitions)
    {
        var raw = entry.Raw("definition");
        var members = raw.ValueKind == JsonValueKind.String
            ? new Members((definitions ?? throw new NotUnderstoodException("The file has no definitions.")).Raw(raw.GetString()!), raw.GetString()!)
            : new Members(raw, entry.Place + "/definition");
        var model = ModelOf(members);
        members.NothingElse();
        return model;
    }

    private static StageModel ModelOf(Members definition)
    {
        return new(
            definition.Text("id"),
            definition.OptionalInteger("version") ?? 1,
            definition.OptionalText("initial"),
            definition.Has("stages") ? [.. definition.Objects("stages").Select(StageOf)] : [],
            definition.Has("transitions") ? [.. definition.Objects("transitions").Select(TransitionOf)] : [],
            definition.Has("facts") ? [.. definition.Objects("facts").Select(FactOf)] : [],
            definition.OptionalText("direction") switch
            {
                null or "free" => StageDirection.Free,
                "forward" => StageDirection.Forward,
                _ => throw definition.Unknown("direction"),
            },
            definition.OptionalText("selection") switch
            {
                null or "first" => StageSelection.First,
                "exclusive" => StageSelection.Exclusive,
                _ => throw definition.Unknown("selection"),
            },
            definition.Has("manualOnly") ? definition.Texts("manualOnly") : []);
    }

    private static Stage StageOf(Members stage) => new(
        stage.Text("id"), stage.OptionalInteger("rank") ?? 0, stage.OptionalText("parent"), stage.OptionalText("initial"), Flag(stage, "final"),
        Texts(stage, "entry"), Texts(stage, "exit"), stage.Has("timers") ? [.. stage.Objects("timers").Select(TimerOf)] : []);

    private static StageTimer TimerOf(Members timer) => new(
        timer.Text("id"), SpanOf(timer.Object("after")), timer.Text("to"), timer.OptionalObject("since") is { } since ? Texts(since, "events") : [],
        GuardOf(timer), Texts(timer, "effect"), Flag(timer, "allowBackward"));

    private static StageTransition TransitionOf(Members transition) => new(
        transition.Text("id"),
        transition.Raw("from").ValueKind == JsonValueKind.String ? [transition.Text("from")] : transition.Texts("from"),
        transition.Text("on"), transition.OptionalText("to"), GuardOf(transition), transition.OptionalInteger("priority") ?? 0, Flag(transition, "internal"),
        Texts(transition, "effect"), Flag(transition, "allowBackward"));

    private static StageFact FactOf(Members fact)
    {
        var aggregate = Enum.GetValues<StageAggregate>().Where(kind => fact.Has(AggregateName(kind))).ToArray();
        if (aggregate.Length != 1) throw new NotUnderstoodException($"{fact.Place} has {aggregate.Length} aggregates, not one.");
        var source = fact.Text(AggregateName(aggregate[0]));
        var point = aggregate[0] == StageAggregate.Count ? -1 : source.LastIndexOf('.');
        if (point == 0) throw new NotUnderstoodException($"{fact.Place} names no event type.");
        return new(
            fact.Text("name"), aggregate[0], point < 0 ? source : source[..point], point < 0 ? null : source[(point + 1)..],
            fact.OptionalText("scope") switch
            {
                null or "lifetime" => StageFactScope.Lifetime,
                "stage" => StageFactScope.Stage,
                _ => throw fact.Unknown("scope"),
            },
            fact.OptionalObject("window") is { } window ? SpanOf(window) : null);
    }

    private static string AggregateName(StageAggregate aggregate) => aggregate.ToString().ToLowerInvariant();

    internal static StageSpan SpanOf(Members span)
    {
        decimal Of(string name) => span.Has(name) ? span.Decimal(name) : 0;
        var seconds = (Of("days") * 86400) + (Of("hours") * 3600) + (Of("minutes") * 60) + Of("seconds");
        return StageSpan.Of(
            Duration.FromTicks((long)(seconds * 10_000_000)), checked((int)((Of("years") * 12) + Of("months"))), checked((int)Of("calendarDays")), span.OptionalText("zone"));
    }

    private static bool Flag(Members members, string name) => members.Has(name) && members.Flag(name);

    private static string[] Texts(Members members, string name) => members.Has(name) ? members.Texts(name) : [];

    private static StageGuard? GuardOf(Members owner) => owner.OptionalObject("when") is { } guard ? LifecycleGuards.Of(guard) : null;
}
