using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>What a link releases.</summary>
/// <param name="Id">The message.</param>
/// <param name="Place">The recipient's place in its envelope.</param>
internal readonly record struct ReleaseLink(string Id, int Place);

/// <summary>
/// The tokens of links by which recipients release their own mail: id, place in the envelope, end, and HMAC-SHA256 (RFC 2104) over them with a key that
/// never leaves the data folder. A token says nothing that its holder does not know, and nothing is looked up before it is found genuine. That it works
/// once is the quarantine's doing: each recipient's state is kept, and a recipient that has the message gets it by no link again.
/// </summary>
internal sealed class ReleaseLinks
{
    /// <summary>How long a link works, unless the message goes before.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromDays(7);

    private const int KeyOctets = 32;
    private const int MostToken = 128;

    // What a recipient must not let in: the rules that look for what does harm by being opened.
    private static readonly HashSet<string> Harmful = new(StringComparer.Ordinal) { "virus", "attachment", "ambiguous-mime" };

    private readonly byte[] _key;

    /// <param name="key">32 octets.</param>
    internal ReleaseLinks(byte[] key) => _key = key;

    /// <summary>With the key of the quarantine's folder, which is made where there is none.</summary>
    /// <exception cref="IOException">It cannot be read or made.</exception>
    internal static ReleaseLinks Open(string folder, IMailDisk disk)
    {
        var path = Path.Combine(folder, "link.key");
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: KeyOctets } known)
            return new ReleaseLinks(known);
        disk.MakeFolder(folder);
        var key = RandomNumberGenerator.GetBytes(KeyOctets);
        var unfinished = path + ".new";
        disk.Delete(unfinished);
        using (var file = disk.Create(unfinished))
        {
            // 32 octets, once: the caller may wait.
            file.WriteAsync(key, 0).AsTask().GetAwaiter().GetResult();
            file.Flush();
        }

        disk.Rename(unfinished, path);
        disk.FlushFolder(folder);
        return new ReleaseLinks(key);
    }

    /// <summary>Whether its recipients may release a message. What is dangerous to open is for administrators alone.</summary>
    internal static bool MayRelease(QuarantineEntry entry) => !entry.Reasons.Any(static reason => Harmful.Contains(reason.Rule));

    /// <summary>A token.</summary>
    /// <param name="link">What it releases.</param>
    /// <param name="until">When it ends.</param>
    internal string Make(ReleaseLink link, DateTimeOffset until)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"{link.Id}.{link.Place}.{until.ToUnixTimeSeconds()}");
        return string.Concat(said, ".", Base64Url.EncodeToString(Sign(said)));
    }

    /// <summary>What a token releases; null when it is not genuine, or over.</summary>
    internal ReleaseLink? Read(string token, DateTimeOffset now)
    {
        if (token.Length > MostToken || !Ascii.IsValid(token) || token.Split('.') is not [var id, var place, var until, var signature])
            return null;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!Base64Url.IsValid(signature) || !Base64Url.TryDecodeFromChars(signature, given, out var length) || length != given.Length)
            return null;
        if (!CryptographicOperations.FixedTimeEquals(given, Sign($"{id}.{place}.{until}")))
            return null;
        return int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var end) && now.ToUnixTimeSeconds() < end
            ? new ReleaseLink(id, number) : null;
    }

    private byte[] Sign(string said) => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes("garita quarantine release 1\n" + said));
}
