using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Tests;

public class RequestHasherTests
{
    /// <summary>From the authors' table vectors_sip128: input 00 01 02 … of so many bytes, key 00 01 … 0f.</summary>
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(8, "3b62a9ba6258f5610f83e264f31497b4")]
    [InlineData(16, "6ee2a4ca67b054bbfd3315bf85230577")]
    [InlineData(24, "2db479ae78bd50d8882a8a178a6132ad")]
    [InlineData(56, "1938f2cf72d54ee97e94166fa91d2a36")]
    public void SipHash_OfTheAuthorsInput_IsTheAuthorsOutput(int length, string expected)
    {
        var hash = SipHash128.Start();
        for (var i = 0; i < length; i += 8) hash.Add(BitConverter.ToUInt64([.. Enumerable.Range(i, 8).Select(b => (byte)b)]));

        var actual = Convert.ToHexString([.. BitConverter.GetBytes(hash.Finish().High), .. BitConverter.GetBytes(hash.Finish().Low)]);

        Assert.Equal(expected, actual, ignoreCase: true);
    }

    [Fact]
    public void Add_OfText_IsItsCodeUnitsFourABlockFilledUpWithZeros()
    {
        const string Text = "字a\uFFFF\0😀bcdefghij";
        for (var length = 0; length <= Text.Length; length++)
        {
            var text = Text[..length];
            var expected = SipHash128.Start();
            for (var start = 0; start < length; start += 4)
            {
                var block = 0UL;
                for (var i = start; i < Math.Min(start + 4, length); i++) block |= (ulong)text[i] << (16 * (i - start));
                expected.Add(block);
            }

            var actual = SipHash128.Start();
            actual.Add(text.AsSpan());

            Assert.Equal(expected.Finish(), actual.Finish());
        }
    }

    [Fact]
    public void Add_OfDecimals_IsTheSameWhateverZerosTheyEndWith()
    {
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++)
        {
            var value = new decimal(random.Next(), random.Next(2) * random.Next(), random.Next(2) * random.Next(), random.Next(2) == 0, (byte)random.Next(12)) / (random.Next(2) == 0 ? 1m : 1.0m);
            var normal = value / 1.0000000000000000000000000000m;
            var longer = decimal.Round(value, 4);

            Assert.Equal(Hash((ref RequestHasher h) => h.Add(normal)), Hash((ref RequestHasher h) => h.Add(value)));
            Assert.Equal(Hash((ref RequestHasher h) => h.Add(longer)), Hash((ref RequestHasher h) => h.Add(longer + 0.0000m)));
        }
    }

    [Fact]
    public void Add_OfOneValueInTwoSpellings_IsTheSame()
    {
        Assert.Equal(Hash((ref RequestHasher h) => h.Add(1.5m)), Hash((ref RequestHasher h) => h.Add(1.50m)));
        Assert.Equal(Hash((ref RequestHasher h) => h.Add(0m)), Hash((ref RequestHasher h) => h.Add(-0.00m)));
        Assert.Equal(Hash((ref RequestHasher h) => h.Add(new LocalDate(2026, 3, 1))), Hash((ref RequestHasher h) => h.Add(new LocalDate(2026, 3, 1).WithCalendar(CalendarSystem.Julian))));
    }

    [Fact]
    public void Add_OfValuesThatDiffer_Differs()
    {
        RequestHash[] hashes =
        [
            Hash((ref RequestHasher _) => { }),
            Hash((ref RequestHasher h) => h.AddMissing()),
            Hash((ref RequestHasher h) => h.Add("")),
            Hash((ref RequestHasher h) => h.Add("a")),
            Hash((ref RequestHasher h) => h.Add("a\0")),
            Hash((ref RequestHasher h) => h.Add("abcd")),
            Hash((ref RequestHasher h) => h.Add("abcde")),
            Hash((ref RequestHasher h) => h.Add("abcdef")),
            Hash((ref RequestHasher h) => h.Add("abcdefg")),
            Hash((ref RequestHasher h) => { h.Add("ab"); h.Add("c"); }),
            Hash((ref RequestHasher h) => { h.Add("a"); h.Add("bc"); }),
            Hash((ref RequestHasher h) => h.Add(1L)),
            Hash((ref RequestHasher h) => h.Add(-1L)),
            Hash((ref RequestHasher h) => h.Add(1m)),
            Hash((ref RequestHasher h) => h.Add(-1m)),
            Hash((ref RequestHasher h) => h.Add(0.1m)),
            Hash((ref RequestHasher h) => h.Add(79_228_162_514_264_337_593_543_950_335m)),
            Hash((ref RequestHasher h) => h.Add(7.9228162514264337593543950335m)),
            Hash((ref RequestHasher h) => h.Add(true)),
            Hash((ref RequestHasher h) => h.Add(false)),
            Hash((ref RequestHasher h) => h.Add(NodaConstants.UnixEpoch)),
            Hash((ref RequestHasher h) => h.Add(NodaConstants.UnixEpoch + Duration.Epsilon)),
            Hash((ref RequestHasher h) => h.Add(NodaConstants.UnixEpoch - Duration.Epsilon)),
            Hash((ref RequestHasher h) => h.Add(new LocalDate(1970, 1, 1))),
            Hash((ref RequestHasher h) => h.AddCount(1)),
            RequestHasher.Start("other").ToHash(),
        ];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    /// <summary>Hashes are stored: this snapshot never changes.</summary>
    [Fact]
    public Task ToHash_OfAllKinds_NeverChanges()
    {
        var hasher = RequestHasher.Start("redeem");
        hasher.Add(new CustomerId("顧客-1"));
        hasher.Add(30L);
        hasher.Add(-12.50m);
        hasher.Add(true);
        hasher.Add(Instant.FromUtc(2026, 3, 1, 12, 0) + Duration.Epsilon);
        hasher.Add(new LocalDate(2000, 2, 29));
        hasher.AddCount(2);
        hasher.AddMissing();

        return Verifier.Verify(hasher.ToHash().ToString());
    }

    private delegate void Adding(ref RequestHasher hasher);

    private static RequestHash Hash(Adding adding)
    {
        var hasher = RequestHasher.Start("test");
        adding(ref hasher);
        return hasher.ToHash();
    }
}
