using System.Net;
using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

/// <summary>Where an address of the settings is, as far as it says by itself.</summary>
internal static class Place
{
    /// <summary>Where.</summary>
    public enum Kind
    {
        /// <summary>On this host.</summary>
        Here,

        /// <summary>On a network of the house.</summary>
        House,

        /// <summary>On the Internet.</summary>
        Foreign,

        /// <summary>Only a look-up would tell.</summary>
        Name,
    }

    /// <summary>Of <c>HOST:PORT</c>, <c>[IPV6]:PORT</c>, <c>unix:PATH</c>, each with or without <c>lmtp:</c> before it.</summary>
    public static Kind Of(string text)
    {
        var address = text.StartsWith("lmtp:", StringComparison.OrdinalIgnoreCase) ? text[5..] : text;
        if (address.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
            return Kind.Here;
        var host = address.StartsWith('[') && address.IndexOf(']', StringComparison.Ordinal) is var end and > 0 ? address[1..end]
            : address.Count(static c => c == ':') == 1 ? address[..address.IndexOf(':', StringComparison.Ordinal)] : address;
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
            return Kind.Here;
        if (!IPAddress.TryParse(host, out var ip))
            return Kind.Name;
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        return IPAddress.IsLoopback(ip) ? Kind.Here : Networks.IsInternal(ip) ? Kind.House : Kind.Foreign;
    }
}
