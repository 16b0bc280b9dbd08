using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Garita.Machine.Files;

namespace Garita.WayBack;

/// <summary>The files of the ways back, in a folder that is root's alone.</summary>
/// <param name="folder">The folder.</param>
/// <param name="before">Told of each change before it is made; tests kill there.</param>
internal sealed class WayBackFiles(string folder, Action<string>? before = null)
{
    public string Folder => folder;

    public bool Exists(string name, string state) => File.Exists(Of(name, state));

    public string? Text(string name, string state) => Exists(name, state) ? File.ReadAllText(Of(name, state)) : null;

    /// <summary>The names that have a file of a state.</summary>
    public IReadOnlyList<string> Names(string state) => !Directory.Exists(folder) ? []
        : [.. Directory.GetFiles(folder, "*." + state).Select(static path => Path.GetFileNameWithoutExtension(path)).Where(IsName).Order(StringComparer.Ordinal)];

    /// <summary>Reads a state; null where there is none, or none that can be read, or one that somebody else wrote.</summary>
    public T? Read<T>(string name, string state, JsonTypeInfo<T> type)
        where T : class
    {
        var path = Of(name, state);
        try
        {
            // What root runs must be written by root.
            return FileStatus.Of(path)?.User == Self.User ? JsonSerializer.Deserialize(File.ReadAllText(path), type) : null;
        }
        catch (Exception problem) when (problem is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string name, string state, string text)
    {
        before?.Invoke("write " + state);
        RootFolder.Write(Of(name, state), text);
    }

    public void Delete(string name, string state)
    {
        if (!Exists(name, state))
            return;
        before?.Invoke("delete " + state);
        File.Delete(Of(name, state));
    }

    /// <summary>The one rename that decides.</summary>
    /// <returns>Whether it was ours.</returns>
    public bool Claim(string name, string from, string to)
    {
        before?.Invoke("rename to " + to);
        try
        {
            File.Move(Of(name, from), Of(name, to), overwrite: true);
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        DurableFolder.Flush(folder);
        return true;
    }

    /// <summary>Takes a lock that ends with its process, however that ends; null: another has it.</summary>
    public IDisposable? Lock(string name, string what) => Take(Of(name, what), FileMode.OpenOrCreate);

    public bool IsLocked(string name, string what) => IsLocked(Of(name, what));

    /// <summary>Whether somebody has a lock.</summary>
    public static bool IsLocked(string? path)
    {
        if (path is null || !File.Exists(path))
            return false;
        using var taken = Take(path, FileMode.Open);
        return taken is null;
    }

    private static FileStream? Take(string path, FileMode mode)
    {
        try
        {
            // flock(2), by the runtime.
            return new FileStream(path, new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 });
        }
        catch (IOException problem) when (problem is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    private string Of(string name, string state) => IsName(name) ? Path.Combine(folder, $"{name}.{state}") : throw new WayBackException("the name of a way back is small letters, digits and '-'");

    private static bool IsName(string name) => name.Length is > 0 and <= 40 && name.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
}
