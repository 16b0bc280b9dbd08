using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Garita.SenderAuth.Spf;

/// <summary>Reads one directive (RFC 7208 §4.6.1, §5).</summary>
internal static class TermReader
{
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>How long a name stands at the beginning: ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ).</summary>
    internal static int NameLength(ReadOnlySpan<char> term)
    {
        if (term.IsEmpty || !char.IsAsciiLetter(term[0]))
            return 0;
        var length = 1;
        while (length < term.Length && (char.IsAsciiLetterOrDigit(term[length]) || term[length] is '-' or '_' or '.'))
            length++;
        return length;
    }

    /// <summary>Reads a directive; null for a mechanism that is not known or breaks its grammar.</summary>
    internal static SpfDirective? ReadDirective(ReadOnlySpan<char> term)
    {
        var rest = term;
        // RFC 7208 §4.6.2: "+" where nothing stands.
        SpfResult? qualifier = rest[0] switch
        {
            '+' => SpfResult.Pass,
            '-' => SpfResult.Fail,
            '~' => SpfResult.SoftFail,
            '?' => SpfResult.Neutral,
            _ => null,
        };
        if (qualifier is not null)
            rest = rest[1..];
        var length = NameLength(rest);
        if (Mechanism(rest[..length]) is not { } mechanism)
            return null;
        var value = rest[length..];

        var directive = new SpfDirective("", qualifier ?? SpfResult.Pass, mechanism);
        var read = mechanism switch
        {
            SpfMechanism.All => value.IsEmpty ? directive : null,
            SpfMechanism.Ip4 or SpfMechanism.Ip6 => ReadNetwork(directive, value),
            SpfMechanism.A or SpfMechanism.Mx => ReadDualCidr(directive, value),
            // RFC 7208 §5.5: the only one of these that may go without a domain.
            SpfMechanism.Ptr when value.IsEmpty => directive,
            _ => ReadDomain(directive, value),
        };
        return read is null ? null : read with { Text = (term.Length <= SpfLimits.Mechanism ? term : term[..SpfLimits.Mechanism]).ToString() };
    }

    private static SpfMechanism? Mechanism(ReadOnlySpan<char> name)
    {
        Span<char> lower = stackalloc char[8];
        if (name.Length is 0 or > 8)
            return null;
        name.ToLowerInvariant(lower);
        return lower[..name.Length] switch
        {
            "all" => SpfMechanism.All,
            "include" => SpfMechanism.Include,
            "a" => SpfMechanism.A,
            "mx" => SpfMechanism.Mx,
            "ptr" => SpfMechanism.Ptr,
            "ip4" => SpfMechanism.Ip4,
            "ip6" => SpfMechanism.Ip6,
            "exists" => SpfMechanism.Exists,
            _ => null,
        };
    }

    // ":" domain-spec
    private static SpfDirective? ReadDomain(SpfDirective directive, ReadOnlySpan<char> value) =>
        !value.IsEmpty && value[0] == ':' && MacroReader.ReadDomain(value[1..]) is { } domain ? directive with { Domain = domain } : null;

    // [ ":" domain-spec ] [ "/" ip4-cidr ] [ "//" ip6-cidr ]: read from the end, as a domain-spec may hold slashes itself.
    private static SpfDirective? ReadDualCidr(SpfDirective directive, ReadOnlySpan<char> value)
    {
        var digits = TrailingDigits(value);
        if (digits > 0 && value[..^digits].EndsWith("//"))
        {
            if (!TryPrefix(value[^digits..], 128, out var six))
                return null;
            directive = directive with { Prefix6 = six };
            value = value[..^(digits + 2)];
            digits = TrailingDigits(value);
        }

        if (digits > 0 && value[..^digits].EndsWith('/'))
        {
            if (!TryPrefix(value[^digits..], 32, out var four))
                return null;
            directive = directive with { Prefix4 = four };
            value = value[..^(digits + 1)];
        }

        return value.IsEmpty ? directive : ReadDomain(directive, value);
    }

    // ":" network [ "/" prefix ] (RFC 7208 §5.6)
    private static SpfDirective? ReadNetwork(SpfDirective directive, ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value[0] != ':')
            return null;
        value = value[1..];
        var isFour = directive.Mechanism == SpfMechanism.Ip4;
        var prefix = isFour ? 32 : 128;
        var slash = value.IndexOf('/');
        if (slash >= 0)
        {
            if (!TryPrefix(value[(slash + 1)..], prefix, out prefix))
                return null;
            value = value[..slash];
        }

        if ((isFour ? Four(value) : Six(value)) is not { } network)
            return null;
        return isFour ? directive with { Network = network, Prefix4 = prefix } : directive with { Network = network, Prefix6 = prefix };
    }

    private static int TrailingDigits(ReadOnlySpan<char> text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[^(digits + 1)]))
            digits++;
        return digits;
    }

    // "0", or digits without a leading zero.
    private static bool TryPrefix(ReadOnlySpan<char> text, int most, out int prefix)
    {
        prefix = 0;
        if (text.Length is 0 or > 3 || (text[0] == '0' && text.Length > 1))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            prefix = prefix * 10 + (c - '0');
        }

        return prefix <= most;
    }

    // Four numbers, no leading zeros: IPAddress would read octal, hexadecimal and shorter forms too.
    private static IPAddress? Four(ReadOnlySpan<char> text)
    {
        Span<byte> octets = stackalloc byte[4];
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            if (count == 4 || !TryPrefix(text[range], 255, out var octet))
                return null;
            octets[count++] = (byte)octet;
        }

        return count == 4 ? new IPAddress(octets) : null;
    }

    // RFC 4291 §2.2; no zone, no brackets, no prefix, which IPAddress would read too.
    private static IPAddress? Six(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExcept(AddressCharacters) && text.Contains(':') && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address
            : null;
}
