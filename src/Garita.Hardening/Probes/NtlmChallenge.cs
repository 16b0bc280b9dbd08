using System.Buffers.Binary;
using System.Text;

namespace Garita.Hardening.Probes;

/// <summary>The challenge of NTLM ([MS-NLMP] §2.2.1.2), which holds names.</summary>
internal static class NtlmChallenge
{
    private const int Fixed = 48;
    private const int TargetInfo = 40;

    // [MS-NLMP] §2.2.2.1
    private static readonly string?[] Kinds = [null, "host", "domain", "DNS name of the host", "DNS name of the domain", "DNS name of the forest"];

    /// <summary>The names in it; none where it is none.</summary>
    public static IReadOnlyList<string> NamesOf(string base64)
    {
        var octets = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, octets, out var length) || length < Fixed || !octets.AsSpan().StartsWith("NTLMSSP\0"u8))
            return [];
        var (size, offset) = (BinaryPrimitives.ReadUInt16LittleEndian(octets.AsSpan(TargetInfo)), BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(TargetInfo + 4)));
        if (offset > length || size > length - offset)
            return [];
        var names = new List<string>();
        var left = octets.AsSpan((int)offset, size);
        while (left.Length >= 4 && BinaryPrimitives.ReadUInt16LittleEndian(left) is var kind and not 0)
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(left[2..]);
            if (count > left.Length - 4)
                break;
            if (kind < Kinds.Length)
                names.Add($"{Kinds[kind]} {Shown(Encoding.Unicode.GetString(left.Slice(4, count)))}");
            left = left[(4 + count)..];
        }

        return names;
    }

    private static string Shown(string name) => string.Concat(name.Take(100).Select(static one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' ? one : '?'));
}
