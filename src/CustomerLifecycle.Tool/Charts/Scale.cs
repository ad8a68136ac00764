namespace CustomerLifecycle.Tool;

/// <summary>Maps a range of values to a range of positions.</summary>
/// <param name="From">Value at <paramref name="Start"/>.</param>
/// <param name="To">Value at <paramref name="End"/>.</param>
/// <param name="Start">Position of the first value.</param>
/// <param name="End">Position of the last value.</param>
internal readonly record struct Scale(double From, double To, double Start, double End)
{
    public double this[double value] => To > From ? Start + ((value - From) / (To - From) * (End - Start)) : Start;

    /// <summary>A scale from zero to the first round number at or above the largest value.</summary>
    public static Scale FromZero(double largest, double start, double end, int ticks = 5)
    {
        var step = Step(largest, ticks);
        return new(0, Math.Max(step, Math.Ceiling((largest / step) - 1e-9) * step), start, end);
    }

    /// <summary>Round values (1, 2 or 5 times a power of ten apart) from end to end.</summary>
    public double[] Ticks(int about = 5)
    {
        var step = Step(To - From, about);
        var first = (long)Math.Ceiling((From / step) - 1e-9);
        var last = (long)Math.Floor((To / step) + 1e-9);
        var ticks = new double[Math.Max(0, last - first + 1)];
        for (var i = 0; i < ticks.Length; i++) ticks[i] = (first + i) * step;
        return ticks;
    }

    private static double Step(double span, int about)
    {
        if (!(span > 0)) return 1;
        var raw = span / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch { <= 1.0000001 => 1, <= 2.0000001 => 2, <= 5.0000001 => 5, _ => 10 } * power;
    }
}

/// <summary>A tick of a time axis.</summary>
/// <param name="Day">Days since 1970-01-01.</param>
/// <param name="Label">What stands below it.</param>
internal readonly record struct DayTick(int Day, string Label)
{
    /// <summary>First days of months, quarters or years, so that about as many fit as are asked for.</summary>
    public static IReadOnlyList<DayTick> Between(int from, int to, Language language, int about = 7)
    {
        var first = DayReader.DateOf(from);
        var last = DayReader.DateOf(to);
        var months = Math.Max(1, ((last.Year - first.Year) * 12) + last.Month - first.Month);
        if (to - from < 45)
        {
            var every = Math.Max(1, (int)Math.Ceiling((to - from) / (double)about / 7) * 7);
            return [.. Enumerable.Range(0, ((to - from) / every) + 1).Select(i => from + (i * every)).Select(day => new DayTick(day, language.DayAndMonth(DayReader.DateOf(day))))];
        }

        int[] steps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600];
        var step = steps.FirstOrDefault(candidate => months / candidate <= about, steps[^1]);
        var ticks = new List<DayTick>();
        var index = (((first.Year * 12) + first.Month - 1 + step - 1) / step) * step;
        var lastYear = 0;
        for (; ; index += step)
        {
            var date = new LocalDate(index / 12, (index % 12) + 1, 1);
            if (date > last) break;
            if (date < first) continue;
            ticks.Add(new(DayReader.DayOf(date), step >= 12 ? language.Year(date) : date.Year == lastYear ? language.Month(date) : language.MonthAndYear(date)));
            lastYear = date.Year;
        }

        return ticks;
    }
}
