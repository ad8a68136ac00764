namespace CustomerLifecycle.Rules;

/// <summary>A value of each customer that follows from events: a code, computed once for each row of a block that any test asks for.</summary>
internal abstract class EventColumn
{
    /// <summary>Its place in a block's memory.</summary>
    public int Slot { get; set; }

    /// <summary>The code; <see cref="Codes.Missing"/> when the value is missing.</summary>
    public abstract long Of(int row, ColumnBlock block);
}

/// <summary><c>count</c></summary>
internal sealed class EventCount(EventSelection selection, EventWindow window) : EventColumn
{
    public override long Of(int row, ColumnBlock block) => new SelectedEvents(selection, window, row).Count();
}

/// <summary><c>sum</c> of whole multiples of one power of ten, in 128 bits.</summary>
/// <remarks>A sum that 64 bits do not hold is an end of their range: no literal that it is compared with lies there.</remarks>
internal sealed class EventSum(EventSelection selection, EventWindow window, Codes codes) : EventColumn
{
    public override long Of(int row, ColumnBlock block) => TryOf(row, out var sum, out _) ? sum : sum < 0 ? Codes.Missing + 1 : long.MaxValue;

    /// <param name="row">The customer.</param>
    /// <param name="sum">The sum; of its sign when it does not fit.</param>
    /// <param name="count">Of how many events.</param>
    /// <returns>Whether the sum fits.</returns>
    public bool TryOf(int row, out long sum, out int count)
    {
        var (low, high) = (0UL, 0L);
        count = 0;
        foreach (var slot in new SelectedEvents(selection, window, row))
        {
            var code = codes[slot];
            var before = low;
            low = unchecked(low + (ulong)code);
            high += (code >> 63) + (low < before ? 1 : 0);
            count++;
        }

        sum = unchecked((long)low);
        if (high == sum >> 63 && sum != Codes.Missing) return true;
        sum = high < 0 ? -1 : 1;
        return false;
    }
}

/// <summary><c>first</c>: when the event was.</summary>
internal sealed class EventFirst(EventSelection selection, EventWindow window, EventTable events) : EventColumn
{
    public override long Of(int row, ColumnBlock block)
    {
        var selected = new SelectedEvents(selection, window, row);
        return selected.MoveNext() ? events.At[selected.Current] : Codes.Missing;
    }
}

/// <summary><c>last</c>: when the event was.</summary>
internal sealed class EventLast(EventSelection selection, EventWindow window, EventTable events) : EventColumn
{
    public override long Of(int row, ColumnBlock block) => selection.Last(window, row) is >= 0 and var slot ? events.At[slot] : Codes.Missing;
}

/// <summary><c>latest</c>: a property's code in the last event that has it.</summary>
internal sealed class EventLatest(EventSelection selection, EventWindow window, Codes codes) : EventColumn
{
    public override long Of(int row, ColumnBlock block) => selection.Last(window, row) is >= 0 and var slot ? codes[slot] : Codes.Missing;
}

/// <summary><c>min</c> and <c>max</c> of codes that keep the order of values.</summary>
internal sealed class EventExtreme(EventSelection selection, EventWindow window, Codes codes, bool isLeast) : EventColumn
{
    public override long Of(int row, ColumnBlock block)
    {
        var found = Codes.Missing;
        foreach (var slot in new SelectedEvents(selection, window, row))
        {
            var code = codes[slot];
            if (found == Codes.Missing || (isLeast ? code < found : code > found)) found = code;
        }

        return found;
    }
}

/// <summary><c>distinct</c> of codes.</summary>
internal sealed class EventDistinct(EventSelection selection, EventWindow window, Codes codes) : EventColumn
{
    public override long Of(int row, ColumnBlock block)
    {
        var count = 0;
        foreach (var slot in new SelectedEvents(selection, window, row)) block.Note(count++, codes[slot]);
        var noted = block.Noted(count);
        var distinct = 0;
        for (var i = 0; i < noted.Length; i++)
            if (i == 0 || noted[i] != noted[i - 1]) distinct++;
        return distinct;
    }
}

/// <summary>Any aggregate of properties in any form, value by value.</summary>
internal sealed class EventValues(EventSelection selection, EventWindow window, EventTable events, Aggregation aggregation, Column? property, RuleValueKind extremeKind)
{
    public RuleValue Of(int row)
    {
        var aggregate = new EventAggregate(aggregation, property is not null, extremeKind);
        foreach (var slot in new SelectedEvents(selection, window, row)) aggregate.Add(events.InstantAt(slot), property is null ? default : property.Get(slot));
        return aggregate.Result();
    }
}
