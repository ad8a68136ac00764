namespace CustomerLifecycle.Tests;

public class BlockListTests
{
    [Fact]
    public void Items_OfAnyNumber_StandInTheOrderOfTheirAdding()
    {
        var list = new BlockList<int>();
        for (var i = 0; i < 5_000; i++)
        {
            Assert.Equal(i, list.Add(i));
            list[i / 2]++;
            list[i / 2]--;
        }

        Assert.Equal(5_000, list.Count);
        Assert.All(Enumerable.Range(0, list.Count), i => Assert.Equal(i, list[i]));
    }

    [Fact]
    public void Items_ReadAsAQueue_AreForgottenAndTheOthersStay()
    {
        var list = new BlockList<string>();
        var read = 0;
        for (var i = 0; i < 5_000; i++)
        {
            list.Add($"{i}");
            if (i % 3 == 2) continue;
            Assert.Equal($"{read}", list[read]);
            list.Clear(read++);
        }

        for (; read < list.Count; read++)
        {
            Assert.Equal($"{read}", list[read]);
            list.Clear(read);
        }
    }
}
