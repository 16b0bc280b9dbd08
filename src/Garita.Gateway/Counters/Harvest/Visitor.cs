using System.Net;
using System.Runtime.InteropServices;
using Garita.Gateway.Admission;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>Who asks for recipients, as it is counted.</summary>
/// <param name="Client">The client.</param>
/// <param name="Network">Its network (/24, /48).</param>
/// <param name="Sender">Under what it is counted: its network, or its domain where that passed SPF and the network is trusted, since a big provider speaks for many.</param>
/// <param name="IsTrusted">Whether its network, or its domain that passed SPF, is trusted.</param>
/// <param name="IsStranger">Whether no mail was accepted from its network or its domain in 90 days.</param>
/// <param name="Domain">The domain of the reverse-path where SPF passed, else null.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Visitor(IPAddress Client, ulong Network, ulong Sender, bool IsTrusted, bool IsStranger, string? Domain)
{
    /// <summary>Whether a PROXY header announced it.</summary>
    internal bool IsAnnounced { get; init; }

    /// <summary>Whether SPF passed.</summary>
    internal bool SpfPassed => Domain is not null;

    internal static Visitor Of(IPAddress client, bool spfPassed, string? domain, TrustBook trust, NetworkSettings networks, KeyedHash hash)
    {
        var network = ClientNetwork.NetworkKey(client);
        if (!spfPassed)
            domain = null;
        if (trust.IsTrusted(client, networks))
            return new Visitor(client, network, domain is null ? network : hash.Of(domain), IsTrusted: true, IsStranger: false, domain);
        // An unknown network does not get a tally of its own for each domain it makes up.
        var isTrusted = domain is not null && trust.IsTrusted(domain);
        var isStranger = !isTrusted && !trust.IsKnown(client) && (domain is null || !trust.IsKnown(domain));
        return new Visitor(client, network, isTrusted ? hash.Of(domain!) : network, isTrusted, isStranger, domain);
    }
}
