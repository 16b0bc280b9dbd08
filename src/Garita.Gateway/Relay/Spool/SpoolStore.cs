using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Relay.Spool;

/// <summary>A message of the spool, opened.</summary>
/// <param name="Envelope">What it came with.</param>
/// <param name="Added">Fields that are put before it.</param>
/// <param name="Letter">The message.</param>
internal sealed record OpenedMessage(SpooledEnvelope Envelope, ReadOnlyMemory<byte> Added, ILetter Letter) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Letter.Dispose();
}

/// <summary>A message as it was found at the start.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Id">Its id.</param>
/// <param name="Key">Its key of the delivery memory.</param>
/// <param name="Octets">Length of its file.</param>
/// <param name="State">What the last tries came to.</param>
internal sealed record FoundMessage(string Tenant, SpoolId Id, byte[] Key, long Octets, SpoolState State);

/// <summary>
/// The files of the spool, <c>DATA/spool/TENANT/ID-KEY.mail</c>: a line with the lengths and a check sum of the head, the envelope as JSON,
/// the added fields, and the message exactly as it came. A file has this name only when all of it is on the disk, and as long as it has it
/// the message is ours: that is the whole truth, and a kill at any moment leaves either the sender's copy unanswered or this one. Deleting it
/// is the mark of the delivery. <c>ID.state</c> beside it has what the tries came to; lost, it costs a try that comes earlier, unless
/// recipients are done with or an administrator holds the message, and so it too is on the disk before anything relies on it.
/// A database for both was rejected: it would copy each message twice and be one more thing that can break as a whole.
/// </summary>
internal sealed class SpoolStore(string dataFolder, IMailDisk disk)
{
    private const string Mail = ".mail";
    private const string State = ".state";
    private const string Unfinished = ".part";
    private const string Magic = "garita-spool";
    private const int MostFirstLine = 160;
    private const int MostHead = 16 * 1024 * 1024;
    private const int KeyLength = 32;

    private readonly string _root = Path.Combine(dataFolder, "spool");

    /// <summary>Writes a message; it is on the disk under its name when this returns.</summary>
    /// <exception cref="IOException">It is not, and nothing is left of it.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal async ValueTask<long> WriteAsync(string tenant, SpoolId id, ReadOnlyMemory<byte> key, SpooledEnvelope envelope, ReadOnlyMemory<byte> added, ILetter letter)
    {
        var path = PathOf(tenant, id, key.Span);
        var beside = path + Unfinished;
        try
        {
            // 1. Under a name that nobody takes for a message.
            disk.MakeFolder(_root);
            disk.MakeFolder(FolderOf(tenant));
            var head = Head(envelope, added, letter.Length);
            var length = head.Length + letter.Length;
            using (var file = disk.Create(beside))
            {
                await file.WriteAsync(head, 0);
                for (long at = 0; at < letter.Length;)
                {
                    var piece = await letter.ReadAsync(at);
                    if (piece.IsEmpty)
                        throw new IOException("the message is shorter than what was received");
                    await file.WriteAsync(piece, head.Length + at);
                    at += piece.Length;
                }

                file.Flush();
            }

            // 2. Whole: now its name, and the name to the disk.
            disk.Rename(beside, path);
            disk.FlushFolder(FolderOf(tenant));
            return length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The sender is told that it still has it.
            TryDelete(beside);
            TryDelete(path);
            throw;
        }
    }

    /// <summary>Notes what the tries came to; on the disk when this returns.</summary>
    /// <exception cref="IOException">It is not; the state before is.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal async ValueTask SaveAsync(string tenant, SpoolId id, SpoolState state)
    {
        var path = StatePathOf(tenant, id);
        disk.Delete(path + Unfinished);
        using (var file = disk.Create(path + Unfinished))
        {
            await file.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(state, SpoolJson.Default.SpoolState), 0);
            file.Flush();
        }

        disk.Rename(path + Unfinished, path);
        disk.FlushFolder(FolderOf(tenant));
    }

    /// <summary>Removes a message for good: it was delivered, or somebody else has it.</summary>
    /// <exception cref="IOException">It may come back at the next start.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal void Remove(string tenant, SpoolId id, ReadOnlyMemory<byte> key)
    {
        disk.Delete(PathOf(tenant, id, key.Span));
        disk.FlushFolder(FolderOf(tenant));
        // Not waited for: alone it means nothing, and the next start removes it.
        TryDelete(StatePathOf(tenant, id));
    }

    /// <summary>All that is there; what was not finished is removed.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal async ValueTask<List<FoundMessage>> LoadAsync()
    {
        var found = new List<FoundMessage>();
        foreach (var folder in disk.Folders(_root))
        {
            var tenant = folder.Replace("%2E", ".", StringComparison.Ordinal);
            var files = disk.Files(Path.Combine(_root, folder)).ToList();
            var states = files.Where(static file => file.Name.EndsWith(State, StringComparison.Ordinal)).Select(static file => file.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var (name, length) in files)
            {
                if (name.EndsWith(Unfinished, StringComparison.Ordinal))
                {
                    TryDelete(Path.Combine(_root, folder, name));
                    continue;
                }

                if (!TryName(name, out var id, out var key))
                    continue;
                var state = states.Remove(id + State) ? await ReadStateAsync(tenant, id) : new SpoolState();
                found.Add(new FoundMessage(tenant, id, key, length, state));
            }

            foreach (var alone in states)
                TryDelete(Path.Combine(_root, folder, alone));
        }

        return found;
    }

    /// <summary>Opens a message.</summary>
    /// <exception cref="IOException">It is not there, or the disk is broken.</exception>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    internal async ValueTask<OpenedMessage> OpenAsync(string tenant, SpoolId id, ReadOnlyMemory<byte> key)
    {
        var file = disk.Open(PathOf(tenant, id, key.Span));
        try
        {
            var first = new byte[MostFirstLine];
            first = first[..await ReadAsync(file, first, 0)];
            var end = first.AsSpan().IndexOf((byte)'\n');
            if (end < 0)
                throw new InvalidDataException("its first line is missing");
            var words = Encoding.ASCII.GetString(first, 0, end).Split(' ');
            if (words.Length != 6 || !string.Equals(words[0], Magic, StringComparison.Ordinal) || !string.Equals(words[1], "1", StringComparison.Ordinal)
                || !TryLength(words[2], MostHead, out var json) || !TryLength(words[3], MostHead, out var added) || !TryLength(words[4], long.MaxValue, out var letter))
            {
                throw new InvalidDataException("its first line is of another format");
            }

            var head = new byte[json + added];
            if (await ReadAsync(file, head, end + 1) < head.Length || file.Length != end + 1 + head.Length + letter)
                throw new InvalidDataException("it is not as long as it was written");
            if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(head)), words[5], StringComparison.Ordinal))
                throw new InvalidDataException("its envelope is damaged");
            var envelope = JsonSerializer.Deserialize(head.AsSpan(0, (int)json), SpoolJson.Default.SpooledEnvelope) ?? throw new InvalidDataException("its envelope is missing");
            return new OpenedMessage(envelope, head.AsMemory((int)json), new StoredLetter(file, file.ReadAsync, end + 1 + head.Length, letter));
        }
        catch (JsonException e)
        {
            file.Dispose();
            throw new InvalidDataException("its envelope cannot be read", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What the tries came to; a new one where that cannot be read, for then it is only tried earlier.</summary>
    internal async ValueTask<SpoolState> ReadStateAsync(string tenant, SpoolId id)
    {
        try
        {
            using var file = disk.Open(StatePathOf(tenant, id));
            var octets = new byte[Math.Min(file.Length, MostHead)];
            var read = await ReadAsync(file, octets, 0);
            return JsonSerializer.Deserialize(octets.AsSpan(0, read), SpoolJson.Default.SpoolState) ?? new SpoolState();
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return new SpoolState();
        }
    }

    private static byte[] Head(SpooledEnvelope envelope, ReadOnlyMemory<byte> added, long letter)
    {
        byte[] body = [.. JsonSerializer.SerializeToUtf8Bytes(envelope, SpoolJson.Default.SpooledEnvelope), .. added.Span];
        var first = string.Create(CultureInfo.InvariantCulture, $"{Magic} 1 {body.Length - added.Length} {added.Length} {letter} {Convert.ToHexStringLower(SHA256.HashData(body))}\n");
        return [.. Encoding.ASCII.GetBytes(first), .. body];
    }

    private static async ValueTask<int> ReadAsync(IMailFile file, Memory<byte> buffer, long offset)
    {
        var read = 0;
        while (read < buffer.Length && await file.ReadAsync(buffer[read..], offset + read) is > 0 and var count)
            read += count;
        return read;
    }

    private static bool TryLength(string text, long most, out long length) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= most;

    private static bool TryName(string name, out SpoolId id, out byte[] key)
    {
        id = default;
        key = [];
        if (!name.EndsWith(Mail, StringComparison.Ordinal) || name.Length != 16 + 1 + (2 * KeyLength) + Mail.Length || !SpoolId.TryParse(name.AsSpan(0, 16), out id))
            return false;
        key = new byte[KeyLength];
        return Convert.FromHexString(name.AsSpan(17, 2 * KeyLength), key, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    /// <summary>A folder that is called as the tenant; names of dots alone would lead out of ours.</summary>
    private string FolderOf(string tenant) => Path.Combine(_root, tenant is "." or ".." ? tenant.Replace(".", "%2E", StringComparison.Ordinal) : tenant);

    private string PathOf(string tenant, SpoolId id, ReadOnlySpan<byte> key) => Path.Combine(FolderOf(tenant), $"{id}-{Convert.ToHexStringLower(key)}{Mail}");

    private string StatePathOf(string tenant, SpoolId id) => Path.Combine(FolderOf(tenant), id + State);

    private void TryDelete(string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left of it is removed at the next start, or tried then.
        }
    }
}
