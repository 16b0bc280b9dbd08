using System.Security.Cryptography;
using System.Text.Json;
using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>What lies in a tenant's folder under one id.</summary>
/// <param name="HasMessage">The message, whole.</param>
/// <param name="HasEntry">The file beside it.</param>
/// <param name="IsMarked">Whether a release has begun, as the name of the file beside it says.</param>
/// <param name="HasUnfinished">A message that was not finished.</param>
internal readonly record struct QuarantineLeft(bool HasMessage, bool HasEntry, bool IsMarked, bool HasUnfinished);

/// <summary>
/// The files of the quarantine: <c>DATA/quarantine/TENANT/ID.eml</c>, exactly the octets that came, and beside it <c>ID.json</c> with what is known of
/// it. The message has the name only when both are whole and on the disk. While a release is under way or has happened, the file beside it is
/// called <c>ID.sent</c>: if the ledger is lost then, nobody takes the message for one that was never released.
/// </summary>
internal sealed class QuarantineFiles(string dataFolder, IMailDisk disk)
{
    private const string Message = ".eml";
    private const string Entry = ".json";
    private const string Marked = ".sent";
    private const string Unfinished = ".part";
    private const int Piece = 64 * 1024;

    private readonly string _root = Path.Combine(dataFolder, "quarantine");

    /// <summary>The folder of all.</summary>
    internal string Root => _root;

    /// <summary>Where a message is.</summary>
    internal string PathOf(string tenant, string id) => PathOf(tenant, id, Message);

    /// <summary>Writes a message under a name that says it is not finished.</summary>
    /// <returns>SHA-256 of its octets.</returns>
    internal async ValueTask<byte[]> WriteAsync(string tenant, string id, ILetter letter)
    {
        disk.MakeFolder(_root);
        disk.MakeFolder(FolderOf(tenant));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = disk.Create(PathOf(tenant, id, Unfinished));
        for (long at = 0; at < letter.Length;)
        {
            var piece = await letter.ReadAsync(at);
            if (piece.IsEmpty)
                throw new IOException("the message is shorter than what was received");
            await file.WriteAsync(piece, at);
            hash.AppendData(piece.Span);
            at += piece.Length;
        }

        file.Flush();
        return hash.GetHashAndReset();
    }

    /// <summary>Puts the entry beside a message that was written, and gives that its name; both are on the disk when it returns.</summary>
    internal async ValueTask PublishAsync(QuarantineEntry entry)
    {
        var octets = JsonSerializer.SerializeToUtf8Bytes(entry, QuarantineJson.Default.QuarantineEntry);
        using (var file = disk.Create(PathOf(entry.Tenant, entry.Id, Entry)))
        {
            await file.WriteAsync(octets, 0);
            file.Flush();
        }

        disk.Rename(PathOf(entry.Tenant, entry.Id, Unfinished), PathOf(entry.Tenant, entry.Id, Message));
        disk.FlushFolder(FolderOf(entry.Tenant));
    }

    /// <summary>Marks that a release begins; on the disk when it returns.</summary>
    internal void Mark(string tenant, string id)
    {
        if (File.Exists(PathOf(tenant, id, Entry)))
            disk.Rename(PathOf(tenant, id, Entry), PathOf(tenant, id, Marked));
        disk.FlushFolder(FolderOf(tenant));
    }

    /// <summary>Takes the mark back: nothing of it was released.</summary>
    internal void Unmark(string tenant, string id)
    {
        if (File.Exists(PathOf(tenant, id, Marked)))
            disk.Rename(PathOf(tenant, id, Marked), PathOf(tenant, id, Entry));
    }

    /// <summary>Removes the message, so that it does not come back after a power failure.</summary>
    internal void RemoveMessage(string tenant, string id)
    {
        disk.Delete(PathOf(tenant, id, Unfinished));
        disk.Delete(PathOf(tenant, id, Message));
        if (Directory.Exists(FolderOf(tenant)))
            disk.FlushFolder(FolderOf(tenant));
    }

    /// <summary>Removes the file beside the message.</summary>
    internal void RemoveEntry(string tenant, string id)
    {
        disk.Delete(PathOf(tenant, id, Entry));
        disk.Delete(PathOf(tenant, id, Marked));
    }

    /// <summary>All that lies there, by id, folder after folder.</summary>
    internal IEnumerable<(string Folder, Dictionary<string, QuarantineLeft> Left)> Scan()
    {
        if (!Directory.Exists(_root))
            yield break;
        foreach (var folder in Directory.EnumerateDirectories(_root))
        {
            var found = new Dictionary<string, QuarantineLeft>(StringComparer.Ordinal);
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                var id = Path.GetFileNameWithoutExtension(path);
                var left = found.GetValueOrDefault(id);
                found[id] = Path.GetExtension(path) switch
                {
                    Message => left with { HasMessage = true },
                    Entry => left with { HasEntry = true },
                    Marked => left with { HasEntry = true, IsMarked = true },
                    Unfinished => left with { HasUnfinished = true },
                    _ => left,
                };
            }

            yield return (folder, found);
        }
    }

    /// <summary>Reads the file beside a message; null when it is none.</summary>
    internal static QuarantineEntry? ReadEntry(string folder, string id, bool isMarked) =>
        QuarantineJson.TryRead(File.ReadAllText(Path.Combine(folder, id + (isMarked ? Marked : Entry)))) is { } entry && string.Equals(entry.Id, id, StringComparison.Ordinal) ? entry : null;

    /// <summary>The tenant's folder. A name of dots alone would lead out of ours.</summary>
    internal string FolderOf(string tenant) => Path.Combine(_root, tenant.AsSpan().Trim('.').IsEmpty ? "tenant" + tenant : tenant);

    /// <summary>Opens a message for reading.</summary>
    /// <exception cref="IOException">It is not there, or the disk is broken.</exception>
    internal ILetter Open(string tenant, string id)
    {
        var file = disk.Open(PathOf(tenant, id));
        return new StoredLetter(file, file.ReadAsync, 0, file.Length);
    }

    private string PathOf(string tenant, string id, string kind) => Path.Combine(FolderOf(tenant), id + kind);
}
