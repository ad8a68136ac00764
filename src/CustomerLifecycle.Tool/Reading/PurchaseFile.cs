using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CsvHelper;

namespace CustomerLifecycle.Tool;

/// <summary>How to read a file of purchases.</summary>
internal sealed record ReadingOptions
{
    /// <summary>Name of the customer column; null to find it.</summary>
    public string? Customer { get; init; }

    /// <summary>Name of the date column; null to find it.</summary>
    public string? Date { get; init; }

    /// <summary>Name of the amount column; null to find it, if there is one.</summary>
    public string? Amount { get; init; }

    /// <summary>Whether amounts are left aside even where there are some.</summary>
    public bool NoAmount { get; init; }

    /// <summary>NodaTime pattern of the dates; null for ISO dates.</summary>
    public string? Format { get; init; }

    /// <summary>Where an instant's local day is taken.</summary>
    public DateTimeZone Zone { get; init; } = DateTimeZone.Utc;

    /// <summary>Whether amounts use a decimal comma.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>Whether rows that repeat another are dropped.</summary>
    public bool DropDuplicates { get; init; }

    /// <summary>The last day that counts; null for the last day of the file.</summary>
    public LocalDate? AsOf { get; init; }

    /// <summary>The current day: a later date is a mistake, unless <see cref="AsOf"/> allows it.</summary>
    public required LocalDate Today { get; init; }
}

/// <summary>What a file holds.</summary>
/// <param name="Log">The accepted rows.</param>
/// <param name="AsOf">The day up to which they count.</param>
/// <param name="HasAmounts">Whether there was an amount column.</param>
/// <param name="Notes">What was found and what was done.</param>
/// <param name="Rejections">The first <see cref="PurchaseFile.MostRejections"/> rejected rows.</param>
internal sealed record PurchaseData(PurchaseRows Log, LocalDate AsOf, bool HasAmounts, ReadingNotes Notes, IReadOnlyList<Rejection> Rejections);

/// <summary>Reads purchases from CSV: a bad row is set aside with its reason, and the rest goes on.</summary>
internal static class PurchaseFile
{
    /// <summary>Rejected rows that are kept to be listed; beyond it they are counted only.</summary>
    public const int MostRejections = 100_000;

    /// <summary>The longest row, in bytes.</summary>
    public const int LongestRow = 64 * 1024;

    private const int LongestLine = 64 * 1024 * 1024;
    private const int RowsBetweenReports = 1 << 14;

    /// <param name="path">The file.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="progress">Told the share of the file that is read, now and then.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public static PurchaseData Read(string path, ReadingOptions options, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        FileCheck.MustBeUtf8Text(path, cancellationToken);
        var reading = new Reading(path, options, progress, cancellationToken);
        if (!reading.Run(lineBreaksInQuotes: true))
        {
            // A quotation mark is opened and not closed, and swallows the lines up to the next one: read again, each line on its own.
            reading = new(path, options, progress, cancellationToken);
            reading.Run(lineBreaksInQuotes: false);
        }

        return reading.Finish();
    }

    private sealed class Reading(string path, ReadingOptions options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        private readonly DayReader _days = new(options.Format, options.Zone);
        private readonly AmountReader _amounts = new(options.DecimalComma);
        private readonly Dictionary<string, int> _customers = new(StringComparer.Ordinal);
        private readonly List<string> _names = [];
        private readonly List<int> _owners = [];
        private readonly List<PurchaseRow> _rows = [];
        private readonly List<Rejection> _rejections = [];
        private readonly int _today = DayReader.DayOf(options.Today);
        private readonly int? _asOf = options.AsOf is { } asOf ? DayReader.DayOf(asOf) : null;
        private string[] _header = [];
        private ColumnChoice _columns;
        private char _separator;
        private long _rejected, _afterAsOf, _outOfOrder;
        private bool _quoteRanOn;

        /// <returns>False when a bad row runs over several lines.</returns>
        public bool Run(bool lineBreaksInQuotes)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
            using var csv = CsvReader.Create(file, Csv(lineBreaksInQuotes), leaveOpen: false);
            try
            {
                ReadHeader(csv);
                while (csv.Read())
                {
                    if (csv.RowNumber % RowsBetweenReports == 0)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        progress?.Report((double)csv.ByteOffset / Math.Max(1, file.Length));
                    }

                    if (ReadRow(csv) is { } reason) Reject(csv.LineNumber, reason, csv.RawRecord, CustomerOf(csv));
                }
            }
            catch (CsvFormatException) when (lineBreaksInQuotes)
            {
                return false;
            }
            catch (CsvFormatException exception)
            {
                throw new InputException(string.Create(CultureInfo.InvariantCulture,
                    $"Line {exception.LineNumber} of '{path}' is longer than {LongestLine / 1024 / 1024} MB. Is this a file of purchases, one line for each?"), exception);
            }

            progress?.Report(1);
            return !(_quoteRanOn && lineBreaksInQuotes);
        }

        private CsvReaderOptions Csv(bool lineBreaksInQuotes) => new()
        {
            HasHeader = false,
            AllowLineBreaksInQuotes = lineBreaksInQuotes,
            MaxRecordSize = LongestLine,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = Malformed,
            IncludeValuesInExceptions = false,
        };

        private void Malformed(CsvMalformedRecord record)
        {
            Reject(record.LineNumber, record.Reason switch
            {
                CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.LineBreakInQuotes => "A quotation mark is opened and not closed on its line.",
                CsvMalformedReason.StrayQuote => "A quotation mark stands inside a field that is not quoted: quote the whole field and double the mark.",
                CsvMalformedReason.TextAfterClosingQuote => "Text follows the closing quotation mark of a field.",
                _ => "The quotation marks of this row do not match.",
            }, Encoding.UTF8.GetBytes(record.RawRecord));
        }

        private void ReadHeader(CsvReader csv)
        {
            if (!csv.Read())
                throw new InputException($"'{path}' has no header line. Its first line must name the columns, for example customer_id,date,amount.");
            _separator = csv.Separator;
            _header = new string[csv.FieldCount];
            for (var i = 0; i < _header.Length; i++) _header[i] = csv.GetString(i);
            if (_header.Any(name => _days.Read(Encoding.UTF8.GetBytes(name.Trim()), out _, out _) is null))
                throw new InputException($"The first line of '{path}' holds a date, so it is not a header. Add a line that names the columns, for example customer_id,date,amount.");
            _columns = ColumnChoice.Of(_header, options.Customer, options.Date, options.Amount, options.NoAmount);
        }

        private string? ReadRow(CsvReader csv)
        {
            if (csv.RawRecord.Length > LongestRow) return string.Create(CultureInfo.InvariantCulture, $"The row has {csv.RawRecord.Length:N0} bytes; at most {LongestRow:N0} are read.");
            if (csv.FieldCount != _header.Length) return $"The row has {csv.FieldCount} fields, the header has {_header.Length}.";

            var customer = Trim(csv.GetSpan(_columns.Customer));
            if (customer.IsEmpty) return "The customer is empty.";

            var dateText = Trim(csv.GetSpan(_columns.Date));
            if (dateText.IsEmpty) return "The date is empty.";
            if (_days.Read(dateText, out var day, out var second) is { } noDate) return $"The date '{Shorten(dateText)}' {noDate}.";

            var amount = 0m;
            if (_columns.Amount is { } amountColumn)
            {
                var amountText = Trim(csv.GetSpan(amountColumn));
                if (_amounts.Read(amountText, out amount) is { } noAmount) return $"The amount '{Shorten(amountText)}' {noAmount}.";
            }

            Span<char> name = stackalloc char[CustomerId.MaxLength];
            if (customer.Length > CustomerId.MaxLength * 3 || !Encoding.UTF8.TryGetChars(customer, name, out var length))
                return $"The customer is longer than {CustomerId.MaxLength} characters.";
            if (name[..length].IsWhiteSpace()) return "The customer is empty.";
            if (name[..length].Contains('\0')) return "The customer holds the character U+0000.";

            if (_asOf is null && day > _today) return $"The date {DayReader.DateOf(day):uuuu-MM-dd} lies in the future: today is {options.Today:uuuu-MM-dd}.";
            if (day > _asOf)
            {
                _afterAsOf++;
                return null;
            }

            if (_rows.Count > 0 && day < _rows[^1].Day) _outOfOrder++;
            _owners.Add(IndexOf(name[..length]));
            _rows.Add(new(day, second, amount));
            return null;
        }

        private int IndexOf(ReadOnlySpan<char> name)
        {
            ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_customers.GetAlternateLookup<ReadOnlySpan<char>>(), name, out var known);
            if (!known)
            {
                index = _names.Count;
                _names.Add(name.ToString());
            }

            return index;
        }

        private string? CustomerOf(CsvReader csv) =>
            csv.FieldCount == _header.Length && Trim(csv.GetSpan(_columns.Customer)) is { Length: > 0 and <= CustomerId.MaxLength * 3 } customer ? Encoding.UTF8.GetString(customer) : null;

        private void Reject(long line, string reason, ReadOnlySpan<byte> row, string? customer = null)
        {
            _rejected++;
            // A bad row over several lines: perhaps a quotation mark that was opened and not closed has swallowed good ones.
            _quoteRanOn |= row.TrimEnd("\r\n"u8).Contains((byte)'\n');
            if (_rejections.Count < MostRejections) _rejections.Add(new(line, reason, Shorten(row), customer));
        }

        public PurchaseData Finish()
        {
            var rows = _rejected + _afterAsOf + _rows.Count;
            if (rows == 0) throw new InputException($"'{path}' has a header and no rows. There is nothing to report on.");
            if (_rows.Count == 0 && _afterAsOf > 0)
                throw new InputException($"There are no purchases up to {options.AsOf:uuuu-MM-dd}: {Counted.Rows(_afterAsOf)} after it. Give a later --as-of, or none for the last day of the file.");
            if (_rows.Count == 0)
                throw new InputException($"{(rows == 1 ? "The only row cannot" : $"None of the {Counted.Rows(rows)} can")} be used. {FirstReason()}");

            var log = PurchaseRows.Of([.. _names], CollectionsMarshal.AsSpan(_owners), CollectionsMarshal.AsSpan(_rows));
            long duplicates = CountDuplicates(log);
            if (options.DropDuplicates && duplicates > 0) log = log.Where((row, before) => row != before);

            long refunds = 0, zeros = 0, purchases = 0;
            var refundTotal = 0m;
            var last = int.MinValue;
            for (var customer = 0; customer < log.Customers.Count; customer++)
            {
                foreach (var row in log.RowsOf(customer))
                {
                    last = Math.Max(last, row.Day);
                    if (row.Amount >= 0) purchases++;
                    if (_columns.Amount is null) continue;
                    if (row.Amount < 0)
                    {
                        refunds++;
                        refundTotal -= row.Amount;
                    }
                    else if (row.Amount == 0)
                    {
                        zeros++;
                    }
                }
            }

            if (purchases == 0)
                throw new InputException($"There are only refunds (negative amounts): {Counted.Rows(refunds)}. A report needs purchases: check the sign of '{_header[_columns.Amount!.Value].Trim()}'.");

            var notes = new ReadingNotes
            {
                File = Path.GetFileName(path),
                Separator = _separator,
                CustomerColumn = _header[_columns.Customer].Trim(),
                DateColumn = _header[_columns.Date].Trim(),
                AmountColumn = _columns.Amount is { } amount ? _header[amount].Trim() : null,
                Rows = rows,
                Accepted = log.Count,
                Rejected = _rejected,
                AfterAsOf = _afterAsOf,
                Duplicates = duplicates,
                DuplicatesDropped = options.DropDuplicates,
                Refunds = refunds,
                RefundTotal = refundTotal,
                Zeros = zeros,
                OutOfOrder = _outOfOrder,
            };
            return new(log, options.AsOf ?? DayReader.DateOf(last), _columns.Amount is not null, notes, _rejections);
        }

        private string FirstReason()
        {
            var first = _rejections[0];
            return string.Create(CultureInfo.InvariantCulture, $"Line {first.Line}: {first.Reason}");
        }

        private static long CountDuplicates(PurchaseRows log)
        {
            long duplicates = 0;
            for (var customer = 0; customer < log.Customers.Count; customer++)
            {
                var rows = log.RowsOf(customer);
                for (var i = 1; i < rows.Length; i++)
                    if (rows[i] == rows[i - 1]) duplicates++;
            }

            return duplicates;
        }

        private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

        private static string Shorten(ReadOnlySpan<byte> text) => Shorten(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 400)]));

        private static string Shorten(string text)
        {
            const int most = 200;
            var line = text.TrimEnd('\r', '\n');
            return line.Length <= most ? line : string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[most - 1]) ? most - 1 : most), "…");
        }
    }
}
