using System.Globalization;

namespace CustomerLifecycle.Segmentation;

/// <summary>A named group of RFM cells.</summary>
/// <param name="Code">Stable, in kebab case: what files and programs use.</param>
/// <param name="English">What people read.</param>
/// <param name="Chinese">What people read in Chinese.</param>
public sealed record RfmGroup(string Code, string English, string Chinese);

/// <summary>A block of cells that belongs to one group. All bounds are inclusive.</summary>
public sealed record RfmBlock
{
    /// <summary>Names a block of cells.</summary>
    /// <param name="group">Where its cells belong.</param>
    /// <param name="recency">Lowest and highest R.</param>
    /// <param name="frequency">Lowest and highest F.</param>
    /// <param name="monetary">Lowest and highest M.</param>
    public RfmBlock(RfmGroup group, (int From, int To) recency, (int From, int To) frequency, (int From, int To) monetary)
    {
        ArgumentNullException.ThrowIfNull(group);
        Group = group;
        Recency = recency;
        Frequency = frequency;
        Monetary = monetary;
    }

    /// <summary>Where its cells belong.</summary>
    public RfmGroup Group { get; }

    /// <summary>Lowest and highest R.</summary>
    public (int From, int To) Recency { get; }

    /// <summary>Lowest and highest F.</summary>
    public (int From, int To) Frequency { get; }

    /// <summary>Lowest and highest M.</summary>
    public (int From, int To) Monetary { get; }

    internal bool Holds(RfmScore score) =>
        score.R >= Recency.From && score.R <= Recency.To && score.F >= Frequency.From && score.F <= Frequency.To && score.M >= Monetary.From && score.M <= Monetary.To;
}

/// <summary>Puts every RFM cell into exactly one named group.</summary>
/// <remarks>Made from blocks; a cell in no block or in two is refused when the map is made, so that no customer is ever without a group or in two.</remarks>
public sealed class RfmCellMap
{
    private readonly RfmGroup[] _groupOfCell;

    /// <summary>Makes a map and checks that its blocks cover every cell exactly once.</summary>
    /// <param name="classes">Classes of each score, 1 to <see cref="RfmRule.MaxClasses"/>.</param>
    /// <param name="blocks">The blocks, in any order. Groups appear in the order of their first block.</param>
    /// <exception cref="ArgumentException">Cells are in no block or in more than one: the message names them all.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is out of range.</exception>
    public RfmCellMap(int classes, IReadOnlyList<RfmBlock> blocks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, RfmRule.MaxClasses);
        ArgumentNullException.ThrowIfNull(blocks);
        Classes = classes;
        Groups = [.. blocks.Select(block => block.Group).Distinct()];
        _groupOfCell = new RfmGroup[classes * classes * classes];

        var findings = new List<string>();
        for (var cell = 0; cell < _groupOfCell.Length; cell++)
        {
            var score = new RfmScore((cell / (classes * classes)) + 1, (cell / classes % classes) + 1, (cell % classes) + 1);
            var holders = blocks.Where(block => block.Holds(score)).ToArray();
            if (holders.Length == 1) _groupOfCell[cell] = holders[0].Group;
            else if (holders.Length == 0) findings.Add($"{Name(score)} is in no block");
            else findings.Add($"{Name(score)} is in {string.Join(" and ", holders.Select(holder => holder.Group.Code))}");
        }

        if (findings.Count > 0)
            throw new ArgumentException($"Every cell belongs to exactly one group, but {string.Join("; ", findings)}.", nameof(blocks));
    }

    /// <summary>Ten groups by recency and frequency, for five classes: the map that marketing tools commonly use.</summary>
    public static RfmCellMap Standard { get; } = MakeStandard();

    /// <summary>Three classes of value, for five classes: high-value (recent, much money), potential (recent, less money) and dormant (not recent).</summary>
    public static RfmCellMap ValueClasses { get; } = MakeValueClasses();

    /// <summary>Classes of each score.</summary>
    public int Classes { get; }

    /// <summary>The groups, best first in the maps that ship.</summary>
    public IReadOnlyList<RfmGroup> Groups { get; }

    /// <summary>The group of a score.</summary>
    /// <param name="score">Each of its three between 1 and <see cref="Classes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The score is outside the map, e.g. made by a rule with more classes.</exception>
    public RfmGroup GroupOf(RfmScore score)
    {
        if (score.R < 1 || score.R > Classes || score.F < 1 || score.F > Classes || score.M < 1 || score.M > Classes)
            throw new ArgumentOutOfRangeException(nameof(score), $"The score {Name(score)} is outside this map of {Classes} classes: score with a rule of {Classes} classes.");
        return _groupOfCell[((score.R - 1) * Classes * Classes) + ((score.F - 1) * Classes) + score.M - 1];
    }

    private static string Name(RfmScore score) => score.Cell.ToString(CultureInfo.InvariantCulture);

    private static RfmCellMap MakeStandard()
    {
        (int, int) any = (1, 5);
        RfmGroup champions = new("champions", "Champions", "冠军客户"),
            loyal = new("loyal", "Loyal", "忠诚客户"),
            potentialLoyal = new("potential-loyal", "Potential loyal", "潜在忠诚客户"),
            recent = new("new", "New", "新客户"),
            promising = new("promising", "Promising", "有潜力的客户"),
            attention = new("needs-attention", "Needs attention", "需关注客户"),
            aboutToSleep = new("about-to-sleep", "About to sleep", "即将休眠客户"),
            cannotLose = new("cannot-lose", "Cannot lose", "不能流失的客户"),
            atRisk = new("at-risk", "At risk", "流失风险客户"),
            hibernating = new("hibernating", "Hibernating", "休眠客户");
        return new(5,
        [
            new(champions, (5, 5), (4, 5), any),
            new(loyal, (3, 4), (4, 5), any),
            new(potentialLoyal, (4, 5), (2, 3), any),
            new(recent, (5, 5), (1, 1), any),
            new(promising, (4, 4), (1, 1), any),
            new(attention, (3, 3), (3, 3), any),
            new(aboutToSleep, (3, 3), (1, 2), any),
            new(cannotLose, (1, 2), (5, 5), any),
            new(atRisk, (1, 2), (3, 4), any),
            new(hibernating, (1, 2), (1, 2), any),
        ]);
    }

    private static RfmCellMap MakeValueClasses() => new(5,
    [
        new(new("high-value", "High-value", "高价值客户"), (3, 5), (1, 5), (4, 5)),
        new(new("potential", "Potential", "潜在客户"), (3, 5), (1, 5), (1, 3)),
        new(new("dormant", "Dormant", "休眠客户"), (1, 2), (1, 5), (1, 5)),
    ]);
}
