namespace Garita.Settings;

/// <summary>A place in the settings file; line and column count from 1, as editors do.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct FilePlace(int Line, int Column) : IComparable<FilePlace>
{
    public int CompareTo(FilePlace other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
}

/// <summary>One thing that is wrong with a settings file.</summary>
/// <param name="File">The file as the administrator named it.</param>
/// <param name="Place">Where.</param>
/// <param name="Message">What was found and what was expected.</param>
internal sealed record SettingsError(string File, FilePlace Place, string Message)
{
    public override string ToString() => $"{File}:{Place.Line}:{Place.Column}: {Message}";
}

/// <summary>Collects everything that is wrong, so that one run shows all of it.</summary>
internal sealed class SettingsErrors(string file)
{
    private readonly List<SettingsError> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Add(FilePlace place, string message) => _errors.Add(new SettingsError(file, place, message));

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<SettingsError> ToList() => [.. _errors.Distinct().OrderBy(static error => error.Place)];
}

/// <summary>A settings file that cannot be used.</summary>
internal sealed class SettingsException(IReadOnlyList<SettingsError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<SettingsError> Errors { get; } = errors;
}
