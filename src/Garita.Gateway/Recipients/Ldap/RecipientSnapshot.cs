using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Garita.Machine.Files;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>
/// The last good reading of a directory in the data folder: a recipient file with a head that says of what and when, and an end that says that it is whole.
/// Written beside and renamed into place. One of other settings is not used.
/// </summary>
internal sealed class RecipientSnapshot(string path, string source)
{
    private const string First = "# garita recipients 1";
    private const string TakenKey = "# taken ";
    private const string SourceKey = "# source ";
    private const string EndKey = "# end ";

    private readonly string _source = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));

    internal string Path => path;

    /// <summary>Writes a reading, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal void Save(RecipientList list, DateTimeOffset taken)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        WholeFile.Write(path, stream =>
        {
            stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{First}\n{TakenKey}{taken.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n{SourceKey}{_source}\n")));
            list.WriteLines(stream, sorted: false);
            stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{EndKey}{list.Count}\n")));
        });
    }

    /// <summary>Loads what was kept; null where there is nothing usable, with the reason, which is null where there is no file.</summary>
    internal (RecipientList List, DateTimeOffset Taken)? Load(bool caseSensitive, IReadOnlyCollection<string> domains, out string? problem)
    {
        problem = null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
            if (!TryHead(stream, out var taken) || !TryEnd(stream, out var count))
            {
                problem = "it is of other settings, or not whole";
                return null;
            }

            stream.Position = 0;
            var reading = RecipientFileReader.Read(stream, caseSensitive, domains);
            if (reading.List.Count == count && reading.BadLineCount == 0)
                return (reading.List, taken);
            problem = "it is damaged, or the tenant's domains have changed";
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
            return null;
        }
    }

    private bool TryHead(FileStream stream, out DateTimeOffset taken)
    {
        taken = default;
        var head = ReadAt(stream, 0, 256).Split('\n');
        return head.Length > 3
            && string.Equals(head[0], First, StringComparison.Ordinal)
            && head[1].StartsWith(TakenKey, StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(head[1].AsSpan(TakenKey.Length), "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out taken)
            && string.Equals(head[2], SourceKey + _source, StringComparison.Ordinal);
    }

    private static bool TryEnd(FileStream stream, out int count)
    {
        var text = ReadAt(stream, Math.Max(0, stream.Length - 32), 32);
        var start = text.LastIndexOf(EndKey, StringComparison.Ordinal);
        count = 0;
        return start >= 0 && text[^1] == '\n' && int.TryParse(text.AsSpan(start + EndKey.Length).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }

    private static string ReadAt(FileStream stream, long position, int most)
    {
        stream.Position = position;
        Span<byte> octets = stackalloc byte[most];
        var count = stream.ReadAtLeast(octets, most, throwOnEndOfStream: false);
        return Encoding.Latin1.GetString(octets[..count]);
    }
}
