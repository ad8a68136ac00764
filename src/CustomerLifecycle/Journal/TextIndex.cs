namespace CustomerLifecycle;

/// <summary>Finds the numbers of texts that stand elsewhere: a hash table of eight bytes an entry, so that a text that is not there mostly costs one look at one place.</summary>
/// <param name="textOf">The text of a number; asked only where all 32 bits of a hash agree.</param>
/// <remarks>Open addressing with linear probing, in shards that grow one by one: none holds up its caller for long, and never is the whole table there twice.</remarks>
internal sealed class TextIndex(Func<int, string> textOf)
{
    private const int ShardBits = 6;
    private const int FirstLength = 8;

    private readonly Shard[] _shards = new Shard[1 << ShardBits];

    /// <summary>The hash by which a text is added and found.</summary>
    public static uint HashOf(string text) => unchecked((uint)StringComparer.Ordinal.GetHashCode(text) * 0x9E3779B1);

    /// <summary>The number of a text, or -1.</summary>
    public int Find(string text, uint hash)
    {
        ref readonly var shard = ref _shards[hash >> (32 - ShardBits)];
        var entries = shard.Entries;
        if (entries is null) return -1;
        for (var place = shard.PlaceOf(hash); ; place = (place + 1) & (entries.Length - 1))
        {
            var entry = entries[place];
            if (entry.Next == 0) return -1;
            if (entry.Hash == hash && string.Equals(textOf(entry.Next - 1), text, StringComparison.Ordinal)) return entry.Next - 1;
        }
    }

    /// <summary>Adds a number of a text that is not there.</summary>
    public void Add(uint hash, int number) => _shards[hash >> (32 - ShardBits)].Add(new(hash, number + 1));

    private readonly struct Entry(uint hash, int next)
    {
        public uint Hash { get; } = hash;

        /// <summary>One more than the number; 0 where the place is empty.</summary>
        public int Next { get; } = next;
    }

    private struct Shard
    {
        private int _count;
        private int _shift;

        public Entry[]? Entries { get; private set; }

        // The highest bits behind those that choose the shard: so entries are in order of their hashes, and growing writes them in a row.
        public readonly int PlaceOf(uint hash) => (int)((hash << ShardBits) >> _shift);

        public void Add(in Entry entry)
        {
            // At most two places of three are taken.
            if (Entries is null || (_count + 1) * 3L > Entries.Length * 2L) Grow();
            Put(Entries!, entry);
            _count++;
        }

        private void Grow()
        {
            var old = Entries;
            Entries = new Entry[old is null ? FirstLength : old.Length * 2];
            _shift = 32;
            for (var length = Entries.Length; length > 1; length >>= 1) _shift--;
            if (old is null) return;
            foreach (var entry in old)
            {
                if (entry.Next != 0) Put(Entries, entry);
            }
        }

        private readonly void Put(Entry[] entries, in Entry entry)
        {
            var place = PlaceOf(entry.Hash);
            while (entries[place].Next != 0) place = (place + 1) & (entries.Length - 1);
            entries[place] = entry;
        }
    }
}
