namespace CustomerLifecycle.Tests;

public class MinHeapTests
{
    [Fact]
    public void AnySequenceOfCalls_GivesTheLeastFirst()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var heap = new MinHeap<int>(static (a, b) => a.CompareTo(b), capacity: random.Next(3));
            var expected = new List<int>();
            for (var step = 0; step < 200; step++)
            {
                switch (random.Next(8))
                {
                    case < 5:
                        var item = random.Next(50);
                        heap.Add(item);
                        expected.Add(item);
                        break;
                    case < 7 when expected.Count > 0:
                        Assert.Equal(expected.Min(), heap.Peek);
                        Assert.Equal(expected.Min(), heap.Take());
                        expected.Remove(expected.Min());
                        break;
                    default:
                        var modulus = 1 + random.Next(3);
                        heap.Keep(kept => kept % modulus == 0);
                        expected.RemoveAll(kept => kept % modulus != 0);
                        break;
                }

                Assert.Equal(expected.Count, heap.Count);
            }

            foreach (var item in expected.Order()) Assert.Equal(item, heap.Take());
        }
    }
}
