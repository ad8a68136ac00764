namespace CustomerLifecycle.Conformance;

/// <summary>Runs the reference cases and says which hold. See README.md.</summary>
internal static class ConformanceProgram
{
    /// <returns>0 when all is green, 1 when something is not, 2 when the command line makes no sense.</returns>
    public static int Run(IReadOnlyList<IFormat> formats, IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        Options options;
        try
        {
            options = Options.Parse(arguments);
        }
        catch (ArgumentException exception)
        {
            error.WriteLine(exception.Message);
            error.WriteLine(Options.Usage);
            return 2;
        }

        var report = new Report(output, options.Verbose);
        List<FileOutcome> files = [];
        foreach (var file in new Runner(formats, options).Run())
        {
            files.Add(file);
            if (options.RatchetFile is null) report.File(file);
        }

        foreach (var note in formats.SelectMany(format => format.Notes).Distinct(StringComparer.Ordinal)) output.WriteLine(note);
        if (options.AnswersFile is not null) Report.WriteAnswers(options.AnswersFile, files);
        if (files.Count == 0)
        {
            error.WriteLine("No case was found.");
            report.Total(0, 0);
            return 1;
        }

        return options.RatchetFile is null ? All(files, report) : Held(Ratchet.Read(options.RatchetFile), files, report, output);
    }

    private static int All(List<FileOutcome> files, Report report)
    {
        foreach (var file in files) report.Failures(file);
        return Total(files, report);
    }

    private static int Held(Ratchet ratchet, List<FileOutcome> files, Report report, TextWriter output)
    {
        var held = files.FindAll(file => ratchet.Holds(file.Name));
        foreach (var file in held) report.File(file);
        foreach (var file in files.Except(held)) output.WriteLine($"not yet: {file.File}, {file.Passed} of {file.Passed + file.Failed} passed");
        foreach (var line in ratchet.Unmatched([.. files.Select(file => file.Name)])) output.WriteLine($"not here: {line}, skipped");
        foreach (var file in held) report.Failures(file);
        return Total(held, report);
    }

    private static int Total(List<FileOutcome> files, Report report)
    {
        var failed = files.Sum(file => file.Failed);
        report.Total(files.Sum(file => file.Passed), failed);
        return failed == 0 ? 0 : 1;
    }
}
