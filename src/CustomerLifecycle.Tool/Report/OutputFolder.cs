namespace CustomerLifecycle.Tool;

/// <summary>A folder that appears whole or not at all: everything is written beside it and then renamed.</summary>
/// <remarks>An earlier report of ours is replaced; a folder that holds anything else is not touched unless the user says so.</remarks>
internal sealed class OutputFolder : IDisposable
{
    /// <summary>The file by which a report is known.</summary>
    public const string Mark = "summary.json";

    private readonly string _target;
    private readonly string _temporary;
    private bool _isCommitted;

    /// <exception cref="InputException">The folder cannot be written, or holds something else.</exception>
    public OutputFolder(string target, bool force)
    {
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if (File.Exists(_target)) throw new InputException($"'{target}' is a file, so it cannot be the output folder. Name another with --out.");
        if (Directory.Exists(_target) && !force && Directory.EnumerateFileSystemEntries(_target).Any() && !File.Exists(Path.Combine(_target, Mark)))
            throw new InputException($"The folder '{target}' holds other files. Name a new folder with --out, or replace all that is in it with --force.");

        var parent = Path.GetDirectoryName(_target) ?? throw new InputException($"'{target}' is the root of the disk. Name a folder in it with --out.");
        _temporary = Path.Combine(parent, $".{Path.GetFileName(_target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(_temporary);
            if (Directory.Exists(_target)) MustBeReplaceable();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new InputException($"The output folder '{target}' cannot be written: {exception.Message.Replace(_temporary, _target, StringComparison.Ordinal)} Name another with --out.", exception);
        }
    }

    /// <summary>Where the folder will be.</summary>
    public string Target => _target;

    /// <summary>Where a file of the folder is while it is being made.</summary>
    public string PathOf(string name) => Path.Combine(_temporary, name);

    public void Write(string name, Action<Stream> write)
    {
        using var file = new FileStream(PathOf(name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        write(file);
    }

    /// <summary>Puts the folder in its place.</summary>
    /// <exception cref="InputException">What stands there cannot be moved away.</exception>
    public void Commit()
    {
        string? old = null;
        try
        {
            if (Directory.Exists(_target))
            {
                old = _temporary + ".old";
                Directory.Move(_target, old);
            }

            Directory.Move(_temporary, _target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (old is not null && Directory.Exists(old) && !Directory.Exists(_target)) Directory.Move(old, _target);
            throw new InputException($"The output folder '{_target}' cannot be replaced: {exception.Message} Close what uses it, or name another with --out.", exception);
        }

        _isCommitted = true;
        if (old is not null) Directory.Delete(old, recursive: true);
    }

    public void Dispose()
    {
        if (!_isCommitted && Directory.Exists(_temporary)) Directory.Delete(_temporary, recursive: true);
    }

    /// <summary>Finds out before the work, not after it, whether the old folder can be renamed and emptied.</summary>
    private void MustBeReplaceable()
    {
        var probe = Path.Combine(_target, $".{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    }
}
