using System.Net;

namespace Garita.SenderAuth.Spf;

/// <summary>The mechanisms (RFC 7208 §5).</summary>
internal enum SpfMechanism : byte
{
    /// <summary>Matches always (§5.1).</summary>
    All,
    /// <summary>Another domain's record passes (§5.2).</summary>
    Include,
    /// <summary>An address of the domain (§5.3).</summary>
    A,
    /// <summary>An address of one of its mail exchangers (§5.4).</summary>
    Mx,
    /// <summary>A validated name of the client lies in the domain (§5.5).</summary>
    Ptr,
    /// <summary>An IPv4 network (§5.6).</summary>
    Ip4,
    /// <summary>An IPv6 network (§5.6).</summary>
    Ip6,
    /// <summary>The name has an A record (§5.7).</summary>
    Exists,
}

/// <summary>A mechanism with its qualifier (RFC 7208 §4.6.1).</summary>
/// <param name="Text">As it stands in the record, qualifier included.</param>
/// <param name="Result">What a match means.</param>
/// <param name="Mechanism">The mechanism.</param>
/// <param name="Domain">Its domain-spec; null for the current domain.</param>
/// <param name="Network">The network's address, for ip4 and ip6.</param>
/// <param name="Prefix4">IPv4 prefix length.</param>
/// <param name="Prefix6">IPv6 prefix length.</param>
internal sealed record SpfDirective(string Text, SpfResult Result, SpfMechanism Mechanism, MacroString? Domain = null, IPAddress? Network = null, int Prefix4 = 32, int Prefix6 = 128)
{
    /// <summary>Whether it asks DNS and counts as such (RFC 7208 §4.6.4).</summary>
    internal bool AsksDns => Mechanism is not (SpfMechanism.All or SpfMechanism.Ip4 or SpfMechanism.Ip6);

    /// <summary>Whether the client lies in the network around an address; never where they are of different families.</summary>
    internal bool Covers(IPAddress address, IPAddress client)
    {
        if (address.AddressFamily != client.AddressFamily)
            return false;
        Span<byte> one = stackalloc byte[16], other = stackalloc byte[16];
        address.TryWriteBytes(one, out var octets);
        client.TryWriteBytes(other, out _);
        var bits = octets == 4 ? Prefix4 : Prefix6;
        var whole = bits / 8;
        if (!one[..whole].SequenceEqual(other[..whole]))
            return false;
        var left = bits % 8;
        return left == 0 || (one[whole] ^ other[whole]) >> (8 - left) == 0;
    }
}
