using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace CustomerLifecycle.Tool;

/// <summary>Looks at a file before it is parsed: that it can be read, holds text and is UTF-8, and otherwise what it is.</summary>
internal static class FileCheck
{
    private const int BlockSize = 1 << 20;

    public static void MustBeUtf8Text(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path)) throw new InputException($"'{path}' is a folder. Name the file of purchases in it.");
        if (!File.Exists(path)) throw new InputException($"There is no file '{path}'. Check the path; the current folder is '{Environment.CurrentDirectory}'.");

        using var file = Open(path);
        var block = new byte[BlockSize];
        int kept = 0, line = 1;
        long offset = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = file.ReadAtLeast(block.AsSpan(kept), block.Length - kept, throwOnEndOfStream: false);
            var bytes = block.AsSpan(0, kept + read);
            var isLast = kept + read < block.Length;
            if (offset == 0) MustLookLikeText(path, bytes);

            var whole = isLast ? bytes : bytes[..^CutOff(bytes)];
            if (!Utf8.IsValid(whole))
            {
                var bad = FirstInvalid(whole);
                line += whole[..bad].Count((byte)'\n');
                throw new InputException(string.Create(CultureInfo.InvariantCulture,
                    $"'{path}' is not UTF-8: line {line} holds the byte 0x{whole[bad]:X2}. It looks like {Guess(bytes[bad..])}. Save it as UTF-8, for example: iconv -f {Guess(bytes[bad..])} -t UTF-8 IN.csv > OUT.csv"));
            }

            if (isLast) return;
            line += whole.Count((byte)'\n');
            offset += whole.Length;
            kept = bytes.Length - whole.Length;
            bytes[whole.Length..].CopyTo(block);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be opened: {exception.Message}", exception);
        }
    }

    private static void MustLookLikeText(string path, ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty) throw new InputException($"'{path}' is empty. It needs a header line and one line for each purchase.");
        if (head.StartsWith("PK\x03\x04"u8)) throw new InputException($"'{path}' is a ZIP archive or an Excel workbook. Save the sheet as CSV (UTF-8), or unpack it first.");
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) throw new InputException($"'{path}' is compressed with gzip. Unpack it first: gunzip '{path}'");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new InputException($"'{path}' is UTF-16. Save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 IN.csv > OUT.csv");

        var sample = head[..Math.Min(head.Length, 4096)];
        var zeros = sample.Count((byte)0);
        if (zeros == 0) return;
        throw new InputException(zeros * 3 > sample.Length && zeros * 3 < sample.Length * 2
            ? $"'{path}' looks like UTF-16 without a byte order mark. Save it as UTF-8, for example: iconv -f UTF-16LE -t UTF-8 IN.csv > OUT.csv"
            : $"'{path}' is not a text file: it holds zero bytes. Export the purchases as CSV (UTF-8).");
    }

    /// <summary>How many bytes at the end belong to a character that the next block completes.</summary>
    private static int CutOff(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var value = bytes[^back];
            if (value < 0x80) return 0;
            if (value >= 0xC0) return back < (value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2) ? back : 0;
        }

        return 0;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return Math.Min(at, bytes.Length - 1);
    }

    /// <summary>Chinese text in GB18030 has its high bytes in pairs; Western text in Windows-1252 has single ones.</summary>
    private static string Guess(ReadOnlySpan<byte> from)
    {
        int pairs = 0, singles = 0;
        for (var i = 0; i < Math.Min(from.Length, 4096); i++)
        {
            if (from[i] < 0x80) continue;
            if (i + 1 < from.Length && from[i] is >= 0x81 and <= 0xFE && from[i + 1] >= 0x80)
            {
                pairs++;
                i++;
            }
            else
            {
                singles++;
            }
        }

        return pairs > singles ? "GB18030" : "WINDOWS-1252";
    }
}
