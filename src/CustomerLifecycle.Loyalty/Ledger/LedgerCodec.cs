using System.Buffers;
using System.Text.Json;

namespace CustomerLifecycle.Loyalty;

/// <summary>Members and postings as JSON, for stores: the journal named <c>loyalty</c>.</summary>
/// <remarks>The form is stored and never changes; a later one gets a version of its own. Times are ISO 8601 in UTC, <c>never</c> where there is none; what is 0 or absent is left out.</remarks>
public sealed class LedgerCodec : JournalCodec<MemberState, Posting>
{
    internal const string JournalName = "loyalty";

    private const string Never = "never";

    /// <summary>Makes the codec.</summary>
    public LedgerCodec()
        : base(JournalName, 1)
    {
    }

    /// <summary>The views <c>loyalty_lots</c> and <c>loyalty_movements</c>.</summary>
    public override JournalViews Views => JournalViews.FromResources(1, typeof(LedgerCodec), "loyalty");

    /// <inheritdoc/>
    public override void WriteState(MemberState state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("member", state.Member.Value);
        writer.WriteNumber("version", state.Version);
        if (state.LastRecorded != Instant.MinValue) Write(writer, "recorded", state.LastRecorded);
        if (state.Status != MemberStatus.Open) writer.WriteNumber("status", (int)state.Status);
        if (state.MergedInto is { } into) writer.WriteString("into", into.Value);
        Write(writer, state.Ties);
        writer.WriteStartArray("books");
        foreach (var book in state.Books) Write(writer, book);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteRecord(Posting record, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteNumber("kind", (int)record.Kind);
        writer.WriteString("key", record.Key);
        writer.WriteString("member", record.Member.Value);
        writer.WriteString("currency", record.Currency);
        Write(writer, "recorded", record.Recorded);
        if (record.Effective != record.Recorded) Write(writer, "effective", record.Effective);
        writer.WriteNumber("version", record.Version);
        if (record.Spending != SpendingOrder.EarliestExpiryFirst) writer.WriteNumber("spending", (int)record.Spending);
        if (record.Reference is not null) writer.WriteString("reference", record.Reference);
        writer.WriteStartArray("movements");
        foreach (var movement in record.Entries) Write(writer, movement, record.Effective);
        writer.WriteEndArray();
        if (record.Opened is { Length: > 0 } opened)
        {
            writer.WriteStartArray("opened");
            foreach (var lot in opened)
            {
                writer.WriteStartObject();
                Write(writer, lot);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (record.Detail is { } detail) Write(writer, detail);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override MemberState DecodeState(ReadOnlySpan<byte> stored, int version)
    {
        using var document = JsonDocument.Parse(stored.ToArray());
        var root = document.RootElement;
        return new(
            new(Text(root, "member")),
            root.GetProperty("version").GetInt64(),
            Time(root, "recorded") ?? Instant.MinValue,
            (MemberStatus)Number(root, "status"),
            root.TryGetProperty("into", out var into) ? new CustomerId(into.GetString()!) : null,
            List(root, "books", ReadBook),
            ReadTies(root));
    }

    /// <inheritdoc/>
    protected override Posting DecodeRecord(ReadOnlySpan<byte> stored, int version)
    {
        using var document = JsonDocument.Parse(stored.ToArray());
        var root = document.RootElement;
        var recorded = Time(root, "recorded")!.Value;
        var effective = Time(root, "effective") ?? recorded;
        return new(
            (PostingKind)Number(root, "kind"),
            Text(root, "key"),
            new(Text(root, "member")),
            Text(root, "currency"),
            effective,
            recorded,
            root.GetProperty("version").GetInt64(),
            (SpendingOrder)Number(root, "spending"),
            MovementStore.Of(List(root, "movements", movement => ReadMovement(movement, effective)), effective),
            List(root, "opened", ReadLot),
            OptionalText(root, "reference"),
            root.TryGetProperty("detail", out var detail) ? ReadDetail(detail) : null);
    }

    private static void Write(Utf8JsonWriter writer, string name, Instant instant) =>
        writer.WriteString(name, instant == Instant.MaxValue ? Never : InstantText.Format(instant));

    private static void Write(Utf8JsonWriter writer, string name, long number)
    {
        if (number != 0) writer.WriteNumber(name, number);
    }

    private static void Write(Utf8JsonWriter writer, string name, decimal number)
    {
        if (number != 0) writer.WriteNumber(name, number);
    }

    private static void Write(Utf8JsonWriter writer, in Movement movement, Instant effective)
    {
        writer.WriteStartObject();
        if (movement.Lot is not null) writer.WriteString("lot", movement.Lot);
        writer.WriteNumber("from", (int)movement.From);
        writer.WriteNumber("to", (int)movement.To);
        writer.WriteNumber("points", movement.Points);
        if (movement.Effective != effective) Write(writer, "effective", movement.Effective);
        if (movement.IsElapsed) writer.WriteBoolean("elapsed", true);
        writer.WriteEndObject();
    }

    private static Movement ReadMovement(JsonElement movement, Instant effective) => new(
        OptionalText(movement, "lot"),
        (LedgerAccount)Number(movement, "from"),
        (LedgerAccount)Number(movement, "to"),
        movement.GetProperty("points").GetInt64(),
        Time(movement, "effective") ?? effective,
        movement.TryGetProperty("elapsed", out _));

    private static void Write(Utf8JsonWriter writer, in Lot lot)
    {
        writer.WriteString("key", lot.Key);
        Write(writer, "kind", (long)lot.Kind);
        writer.WriteNumber("original", lot.Original);
        Write(writer, "earned", lot.Earned);
        Write(writer, "recorded", lot.Recorded);
        Write(writer, "opens", lot.Opens);
        Write(writer, "expires", lot.Expires);
        if (lot.HasOwnExpiry) writer.WriteBoolean("own", true);
        Write(writer, "sequence", (long)lot.Sequence);
    }

    private static Lot ReadLot(JsonElement lot) => new(
        Text(lot, "key"),
        (LotKind)Number(lot, "kind"),
        Number(lot, "original"),
        Time(lot, "earned")!.Value,
        Time(lot, "recorded")!.Value,
        Time(lot, "opens")!.Value,
        Time(lot, "expires")!.Value,
        lot.TryGetProperty("own", out _),
        (int)Number(lot, "sequence"));

    private static void Write(Utf8JsonWriter writer, in Book book)
    {
        writer.WriteStartObject();
        writer.WriteString("currency", book.Currency);
        Write(writer, "spending", (long)book.Spending);
        Write(writer, "debt", book.Debt);
        Write(writer, "due", book.Due);
        Write(writer, "lifetimeExpired", book.LifetimeExpired);
        Write(writer, "lifetimeEarned", book.LifetimeEarned);
        Write(writer, "lifetimeRedeemed", book.LifetimeRedeemed);
        if (book.LastActivity != Instant.MinValue) Write(writer, "lastActivity", book.LastActivity);
        Write(writer, "nextSequence", (long)book.NextSequence);
        WriteAll(writer, "lots", Array.ConvertAll(book.Lots.ToArray(), static lot => (IReference)new ArchivedLot(lot)));
        WriteAll(writer, "holds", book.Holds);
        WriteAll(writer, "archive", [.. book.LotsOver().Reverse().Select(static lot => (IReference)new ArchivedLot(lot)), .. book.Archive.References().Reverse().Select(static entry => Redemption.Of(entry) ?? entry)]);
        writer.WriteEndObject();
    }

    private static Book ReadBook(JsonElement book)
    {
        Lot[] lots = [.. List(book, "lots", ReadReference).Cast<ArchivedLot>().Select(static lot => lot.Lot)];
        var archive = List(book, "archive", ReadReference);
        var read = new Book(Text(book, "currency"))
        {
            Lots = LotList.Of(lots),
            Spending = (SpendingOrder)Number(book, "spending"),
            Archive = Archive.Of(archive),
            Available = lots.Sum(static lot => lot.Open),
            Margin = new(
                [.. List(book, "holds", ReadReference).Cast<PointHold>()],
                lots.Sum(static lot => lot.Pending),
                lots.Sum(static lot => lot.Held),
                Amount(book, "debt"),
                Amount(book, "due"),
                Amount(book, "lifetimeExpired"),
                NextSweep: null,
                HasReceived: lots.Any(static lot => lot.Kind == LotKind.Transfer) || archive.Any(static entry => entry is ArchivedLot { Lot.Kind: LotKind.Transfer })),
            LifetimeEarned = Amount(book, "lifetimeEarned"),
            LifetimeRedeemed = Amount(book, "lifetimeRedeemed"),
            LastActivity = Time(book, "lastActivity") ?? Instant.MinValue,
            NextSequence = (int)Number(book, "nextSequence"),
        };
        return BookDraft.Timed(read);
    }

    private static void WriteAll(Utf8JsonWriter writer, string name, IReadOnlyList<IReference> references)
    {
        if (references.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var reference in references)
        {
            writer.WriteStartObject();
            switch (reference)
            {
                case ArchivedLot { Lot: var lot }:
                    writer.WriteString("is", "lot");
                    Write(writer, lot);
                    Write(writer, "open", lot.Open);
                    Write(writer, "pending", lot.Pending);
                    Write(writer, "held", lot.Held);
                    Write(writer, "due", lot.Due);
                    Write(writer, "lapsed", lot.Lapsed);
                    Write(writer, "refunded", lot.Refunded);
                    Write(writer, "lapsedRefunded", lot.LapsedRefunded);
                    break;
                case PointHold hold:
                    writer.WriteString("is", "hold");
                    writer.WriteString("key", hold.Key);
                    Write(writer, "recorded", hold.Recorded);
                    Write(writer, "ends", hold.Ends);
                    Write(writer, "status", (long)hold.Status);
                    Write(writer, hold.Parts);
                    break;
                case Redemption redemption:
                    writer.WriteString("is", "redemption");
                    writer.WriteString("key", redemption.Key);
                    Write(writer, "recorded", redemption.Recorded);
                    if (redemption.IsCapture) writer.WriteBoolean("capture", true);
                    Write(writer, "restored", redemption.Restored);
                    Write(writer, redemption.Parts);
                    break;
                case PooledPoints pooled:
                    writer.WriteString("is", "pooled");
                    Write(writer, pooled);
                    break;
                case PointOrder order:
                    writer.WriteString("is", "order");
                    Write(writer, order);
                    break;
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static IReference ReadReference(JsonElement reference) => Text(reference, "is") switch
    {
        "lot" => new ArchivedLot(ReadLot(reference).With(
            Number(reference, "open"),
            Number(reference, "pending"),
            Number(reference, "held"),
            Number(reference, "due"),
            Number(reference, "lapsed"),
            Number(reference, "refunded"),
            Number(reference, "lapsedRefunded"))),
        "hold" => new PointHold(Text(reference, "key"), Time(reference, "recorded")!.Value, Time(reference, "ends")!.Value, List(reference, "parts", ReadPart), (HoldStatus)Number(reference, "status")),
        "redemption" => new Redemption(Text(reference, "key"), Time(reference, "recorded")!.Value, reference.TryGetProperty("capture", out _), List(reference, "parts", ReadPart), Number(reference, "restored")),
        "order" => ReadOrder(reference),
        "pooled" => ReadPooled(reference),
        _ => throw new FormatException("No lot, hold, redemption, order or pooled points."),
    };

    private static void Write(Utf8JsonWriter writer, LotPoints[] parts)
    {
        writer.WriteStartArray("parts");
        foreach (var part in parts)
        {
            writer.WriteStartObject();
            writer.WriteString("lot", part.Lot);
            writer.WriteNumber("points", part.Points);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static LotPoints ReadPart(JsonElement part) => new(Text(part, "lot"), Number(part, "points"));

    private static void Write(Utf8JsonWriter writer, PointOrder order)
    {
        writer.WriteString("key", order.Key);
        Write(writer, "effective", order.Effective);
        if (order.Rule is { } rule) Write(writer, rule);
        writer.WriteStartArray("lines");
        for (var i = 0; i < order.Lines.Length; i++)
        {
            writer.WriteStartObject();
            writer.WriteNumber("net", order.Lines[i].Net);
            if (order.Lines[i].Category is { } category) writer.WriteString("category", category);
            Write(writer, "returned", order.Returned[i]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static PointOrder ReadOrder(JsonElement order) => new(
        Text(order, "key"),
        Time(order, "effective")!.Value,
        order.TryGetProperty("rule", out var rule) ? ReadRule(rule) : null,
        List(order, "lines", static line => new EarnLine(line.GetProperty("net").GetDecimal(), OptionalText(line, "category"))),
        List(order, "lines", static line => Amount(line, "returned")));

    private static void Write(Utf8JsonWriter writer, OrderEarnRule rule)
    {
        writer.WriteStartObject("rule");
        writer.WriteNumber("rate", rule.Rate);
        Write(writer, "rounding", (long)rule.Rounding);
        Write(writer, "scope", (long)rule.Scope);
        if (rule.Multipliers.Count > 0)
        {
            writer.WriteStartObject("multipliers");
            foreach (var multiplier in rule.Multipliers) writer.WriteNumber(multiplier.Key, multiplier.Value);
            writer.WriteEndObject();
        }

        if (rule.Excluded.Count > 0)
        {
            writer.WriteStartArray("excluded");
            foreach (var category in rule.Excluded) writer.WriteStringValue(category);
            writer.WriteEndArray();
        }

        if (rule.Campaign is { } campaign)
        {
            writer.WriteStartObject("campaign");
            Write(writer, "from", campaign.From);
            Write(writer, "to", campaign.To);
            writer.WriteNumber("factor", campaign.Factor);
            writer.WriteEndObject();
        }

        if (rule.MinOrder is { } least) writer.WriteNumber("minOrder", least);
        if (rule.MaxPerOrder is { } most) writer.WriteNumber("maxPerOrder", most);
        writer.WriteEndObject();
    }

    private static OrderEarnRule ReadRule(JsonElement rule) => new(
        rule.GetProperty("rate").GetDecimal(),
        (PointRounding)Number(rule, "rounding"),
        (RoundingScope)Number(rule, "scope"),
        rule.TryGetProperty("multipliers", out var multipliers) ? multipliers.EnumerateObject().ToDictionary(static m => m.Name, static m => m.Value.GetDecimal(), StringComparer.Ordinal) : null,
        List(rule, "excluded", static category => category.GetString()!),
        rule.TryGetProperty("campaign", out var campaign) ? new EarnCampaign(Time(campaign, "from")!.Value, Time(campaign, "to")!.Value, campaign.GetProperty("factor").GetDecimal()) : null,
        rule.TryGetProperty("minOrder", out var least) ? least.GetDecimal() : null,
        rule.TryGetProperty("maxPerOrder", out var most) ? most.GetInt64() : null);

    private static void Write(Utf8JsonWriter writer, PostingDetail detail)
    {
        writer.WriteStartObject("detail");
        if (detail.Counterparty is { } counterparty) writer.WriteString("counterparty", counterparty.Value);
        if (detail.HoldEnds is { } ends) Write(writer, "holdEnds", ends);
        if (detail.Expires is { } expires) Write(writer, "expires", expires);
        if (detail.Order is { } order)
        {
            writer.WriteStartObject("order");
            Write(writer, order);
            writer.WriteEndObject();
        }

        if (detail.Ties is { } ties)
        {
            writer.WriteStartObject("ties");
            Write(writer, ties);
            writer.WriteEndObject();
        }

        if (detail.Pool is { } pooled)
        {
            writer.WriteStartObject("pooled");
            Write(writer, pooled);
            writer.WriteEndObject();
        }

        if (detail.Sweep is { } sweep)
        {
            writer.WriteStartObject("sweep");
            writer.WriteNumber("lots", sweep.Lots);
            writer.WriteNumber("points", sweep.Points);
            writer.WriteEndObject();
        }

        if (detail.Moved is { } moved)
        {
            writer.WritePropertyName("moved");
            Write(writer, moved);
        }

        writer.WriteEndObject();
    }

    private static PostingDetail ReadDetail(JsonElement detail) => new()
    {
        Counterparty = OptionalText(detail, "counterparty") is { } counterparty ? new CustomerId(counterparty) : null,
        HoldEnds = Time(detail, "holdEnds"),
        Expires = Time(detail, "expires"),
        Order = detail.TryGetProperty("order", out var order) ? ReadOrder(order) : null,
        Sweep = detail.TryGetProperty("sweep", out var sweep) ? new SweepResult(Number(sweep, "lots"), Amount(sweep, "points"), isDuplicate: false) : null,
        Ties = detail.TryGetProperty("ties", out var ties) ? ReadTies(ties) : null,
        Pool = detail.TryGetProperty("pooled", out var pooled) ? ReadPooled(pooled) : null,
        Moved = detail.TryGetProperty("moved", out var moved) ? ReadBook(moved) : null,
    };

    private static void Write(Utf8JsonWriter writer, HouseholdTies ties)
    {
        if (ties.Household is { } household) writer.WriteString("household", household.Value);
        if (ties.MayRedeem) writer.WriteBoolean("mayRedeem", true);
        if (ties.Members.Length == 0) return;
        writer.WriteStartArray("members");
        foreach (var member in ties.Members) writer.WriteStringValue(member.Value);
        writer.WriteEndArray();
    }

    private static HouseholdTies ReadTies(JsonElement ties)
    {
        var members = List(ties, "members", static member => new CustomerId(member.GetString()!));
        var household = OptionalText(ties, "household");
        return household is null && members.Length == 0 ? HouseholdTies.None : new(household is null ? null : new CustomerId(household), ties.TryGetProperty("mayRedeem", out _), members);
    }

    private static void Write(Utf8JsonWriter writer, PooledPoints pooled)
    {
        writer.WriteString("key", pooled.Key);
        writer.WriteString("owner", pooled.Owner.Value);
        Write(writer, "restored", pooled.Restored);
        writer.WriteStartArray("shares");
        foreach (var share in pooled.Shares)
        {
            writer.WriteStartObject();
            writer.WriteString("member", share.Member.Value);
            writer.WriteNumber("points", share.Points);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static PooledPoints ReadPooled(JsonElement pooled) => new(
        Text(pooled, "key"),
        new(Text(pooled, "owner")),
        List(pooled, "shares", static share => new PooledShare(new(Text(share, "member")), Number(share, "points"))),
        Amount(pooled, "restored"));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string? OptionalText(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    private static decimal Amount(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetDecimal() : 0;

    private static Instant? Time(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value)) return null;
        var text = value.GetString()!;
        return string.Equals(text, Never, StringComparison.Ordinal) ? Instant.MaxValue : InstantText.Parse(text);
    }

    private static T[] List<T>(JsonElement element, string name, Func<JsonElement, T> read) =>
        element.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(read)] : [];
}
