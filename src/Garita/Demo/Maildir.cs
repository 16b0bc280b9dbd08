using System.Globalization;
using System.Text;

namespace Garita.Demo;

/// <summary>
/// A Maildir: each message is written under tmp and renamed into new, so that no reader sees half of one.
/// One for all recipients: names from outside never become names of folders.
/// </summary>
internal sealed class Maildir
{
    private readonly string _folder;
    private readonly TimeProvider _time;
    private int _count;

    /// <summary>Makes the folders.</summary>
    /// <param name="folder">Where; made if it is missing.</param>
    /// <param name="time">The clock.</param>
    public Maildir(string folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        foreach (var part in (string[])["tmp", "new", "cur"])
            Directory.CreateDirectory(Path.Combine(folder, part));
    }

    /// <summary>Writes a message with its envelope at the top, as mail servers do.</summary>
    /// <returns>The file's path.</returns>
    public string Write(string sender, IReadOnlyList<string> recipients, byte[] content)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow().ToUnixTimeSeconds()}.P{Environment.ProcessId}Q{Interlocked.Increment(ref _count)}.demo");
        var temporary = Path.Combine(_folder, "tmp", name);
        using (var file = File.Create(temporary))
        {
            // RFC 5321 §4.4: final delivery puts the reverse-path on top.
            Field(file, "Return-Path", sender);
            foreach (var recipient in recipients)
                Field(file, "Delivered-To", recipient);
            file.Write(content);
        }

        var delivered = Path.Combine(_folder, "new", name);
        File.Move(temporary, delivered);
        return delivered;
    }

    private static void Field(FileStream file, string name, string path)
    {
        var shown = string.Concat(path.Take(200).Select(static character => char.IsControl(character) ? '?' : character));
        file.Write(Encoding.Latin1.GetBytes($"{name}: <{shown}>\r\n"));
    }
}
