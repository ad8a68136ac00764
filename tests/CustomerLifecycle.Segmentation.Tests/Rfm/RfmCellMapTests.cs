namespace CustomerLifecycle.Segmentation.Tests.Rfm;

public class RfmCellMapTests
{
    private static readonly RfmGroup Good = new("good", "Good", "好"), Rest = new("rest", "Rest", "其余");

    [Fact]
    public void ShippedMaps_PutEveryCellIntoExactlyOneNamedGroup()
    {
        foreach (var map in new[] { RfmCellMap.Standard, RfmCellMap.ValueClasses })
        {
            var used = new HashSet<RfmGroup>();
            for (var r = 1; r <= 5; r++)
                for (var f = 1; f <= 5; f++)
                    for (var m = 1; m <= 5; m++)
                        used.Add(map.GroupOf(new(r, f, m)));

            Assert.Equal(map.Groups.ToHashSet(), used);
            Assert.All(map.Groups, group => Assert.False(string.IsNullOrWhiteSpace(group.English) || string.IsNullOrWhiteSpace(group.Chinese)));
            Assert.Equal(map.Groups.Count, map.Groups.Select(group => group.Code).Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Theory]
    [InlineData(5, 5, 1, "champions")]
    [InlineData(1, 5, 5, "cannot-lose")]
    [InlineData(5, 1, 1, "new")]
    [InlineData(1, 1, 5, "hibernating")]
    public void Standard_OfACell_IsItsGroup(int r, int f, int m, string code) => Assert.Equal(code, RfmCellMap.Standard.GroupOf(new(r, f, m)).Code);

    [Fact]
    public void Map_WithHolesAndOverlaps_NamesEveryCell()
    {
        var message = Assert.Throws<ArgumentException>(() => new RfmCellMap(2,
        [
            new(Good, (2, 2), (1, 2), (1, 2)),
            new(Rest, (1, 1), (1, 2), (1, 1)),
            new(Rest, (2, 2), (2, 2), (2, 2)),
        ])).Message;

        Assert.Contains("112 is in no block; 122 is in no block; 222 is in good and rest", message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupOf_AScoreOutsideTheMap_SaysWhichClassesItHas() =>
        Assert.Contains("5 classes", Assert.Throws<ArgumentOutOfRangeException>(() => RfmCellMap.Standard.GroupOf(new(6, 1, 1))).Message, StringComparison.Ordinal);
}
