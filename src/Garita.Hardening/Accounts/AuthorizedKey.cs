using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

/// <summary>A key that opens an account.</summary>
/// <param name="File">The file that has it.</param>
/// <param name="Type">Its kind, as in <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">As ssh-keygen -l says: <c>SHA256:…</c>.</param>
/// <param name="Bits">The length of an RSA key, or 0.</param>
/// <param name="Comment">Whose it is said to be.</param>
internal sealed record AuthorizedKey(string File, string Type, string Fingerprint, int Bits, string Comment)
{
    /// <summary>The keys of an account, in the files that the SSH server looks at.</summary>
    /// <param name="host">The host.</param>
    /// <param name="account">The account.</param>
    public static IReadOnlyList<AuthorizedKey> Read(View host, Account account)
    {
        var keys = new List<AuthorizedKey>();
        foreach (var file in Files(host, account))
        {
            foreach (var line in host.Lines(file) ?? [])
            {
                if (Parse(file, line) is { } key)
                    keys.Add(key);
            }
        }
        return keys;
    }

    /// <summary>Where the keys of an account are.</summary>
    /// <param name="host">The host.</param>
    /// <param name="account">The account.</param>
    public static IEnumerable<string> Files(View host, Account account)
    {
        var server = SshServer.ReadFiles(host.Read, host.List);
        var patterns = server?.Overrides("AuthorizedKeysFile").Select(static known => known.Value).Prepend(server.Value("AuthorizedKeysFile")) ?? [".ssh/authorized_keys .ssh/authorized_keys2"];
        foreach (var pattern in patterns.SelectMany(Text.Words).Distinct(StringComparer.Ordinal).Where(static pattern => pattern is not "none"))
        {
            var path = pattern.Replace("%%", "\0", StringComparison.Ordinal).Replace("%h", account.Home, StringComparison.Ordinal).Replace("%u", account.Name, StringComparison.Ordinal)
                .Replace("%U", account.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace('\0', '%');
            yield return path.StartsWith('/') ? path : $"{account.Home.TrimEnd('/')}/{path}";
        }
    }

    /// <summary>A line of authorized_keys: options (with quotes), kind, key, comment.</summary>
    private static AuthorizedKey? Parse(string file, string line)
    {
        var words = Text.Words(line);
        var at = Array.FindIndex(words, static word => word.StartsWith("ssh-", StringComparison.Ordinal) || word.StartsWith("ecdsa-", StringComparison.Ordinal) || word.StartsWith("sk-", StringComparison.Ordinal));
        if (at < 0 || at + 1 >= words.Length)
            return null;
        var bytes = new byte[words[at + 1].Length];
        if (!Convert.TryFromBase64String(words[at + 1], bytes, out var length))
            return null;
        var blob = bytes.AsSpan(0, length);
        return new AuthorizedKey(file, words[at], "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('='), ModulusBits(blob), string.Join(' ', words[(at + 2)..]));
    }

    /// <summary>RFC 4253 §6.6: string "ssh-rsa", mpint e, mpint n.</summary>
    private static int ModulusBits(ReadOnlySpan<byte> blob)
    {
        if (!TryTake(ref blob, out var name) || !string.Equals(Encoding.ASCII.GetString(name), "ssh-rsa", StringComparison.Ordinal) || !TryTake(ref blob, out _) || !TryTake(ref blob, out var modulus))
            return 0;
        var number = modulus.TrimStart((byte)0);
        return number.Length == 0 ? 0 : (number.Length * 8) - System.Numerics.BitOperations.LeadingZeroCount((uint)number[0] << 24);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> blob, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (blob.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(blob) is var length && length > blob.Length - 4)
            return false;
        part = blob.Slice(4, (int)length);
        blob = blob[(4 + (int)length)..];
        return true;
    }
}
