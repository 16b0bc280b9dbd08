using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;

namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// Which TLS a backend must have: verified where its address is public, whatever the settings say; opportunistic on loopback, private
/// networks and unix sockets (DESIGN.md). Required never falls back to clear text.
/// </summary>
internal static class BackendTlsPolicy
{
    /// <summary>Address blocks that do not lead over the Internet: RFC 1122 §3.2.1.3, 1918, 3927, 4193, 4291 §2.5.3 and §2.5.6.</summary>
    private static readonly IPNetwork[] Inside =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    /// <summary>The policy towards one address; null for a unix socket.</summary>
    internal static BackendTls For(BackendSettings settings, IPAddress? address)
    {
        if (address is not null && IsPublic(address))
            return BackendTls.Required;
        return settings.Tls ?? BackendTls.Opportunistic;
    }

    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return !Array.Exists(Inside, network => network.Contains(address));
    }

    /// <summary>Options of a handshake.</summary>
    /// <exception cref="BackendException">The CA file cannot be read.</exception>
    internal static SslClientAuthenticationOptions Options(BackendSettings settings, BackendAddress address, BackendTls policy)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = settings.TlsName ?? address.Host,
            // RFC 8996: nothing older.
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (policy != BackendTls.Required)
        {
            // RFC 7435: against listeners only; whoever can change packets here could strip STARTTLS as well.
#pragma warning disable CA5359 // opportunistic is this, and only inside one's own networks
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (settings.Pin is { } pin)
        {
            // RFC 7469 §2.4: the key says who it is; name and chain do not matter.
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 leaf && HasPin(leaf, pin);
        }
        else if (settings.Ca is { } ca)
        {
            options.CertificateChainPolicy = OwnTrust(ca);
        }
        return options;
    }

    private static bool HasPin(X509Certificate2 leaf, byte[] pin) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo()), pin);

    private static X509ChainPolicy OwnTrust(string file)
    {
        try
        {
            return CaFile.Trust(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BackendException(BackendFault.Tls, $"the CA file {file} cannot be read", e);
        }
    }
}
