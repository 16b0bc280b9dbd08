using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Backends;

/// <summary>Whether and how a connection to a mail server is protected: required and verified where its address is public, never falling back.</summary>
internal static class BackendTlsPolicy
{
    /// <summary>The policy for an address that was connected to.</summary>
    internal static BackendTls For(BackendSettings settings, EndPoint? address) =>
        settings.Tls ?? (address is IPEndPoint ip && IsPublic(ip.Address) ? BackendTls.Required : BackendTls.Opportunistic);

    /// <summary>Whether the address is reachable over the open Internet (RFC 6890 gives those that are not).</summary>
    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return false;
        Span<byte> octets = stackalloc byte[16];
        _ = address.TryWriteBytes(octets, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !(octets[0] == 10 || (octets[0] == 172 && (octets[1] & 0xF0) == 16) || (octets[0] == 192 && octets[1] == 168) || (octets[0] == 169 && octets[1] == 254))
            : !(address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal);
    }

    /// <summary>Options for the client side of the handshake.</summary>
    internal static SslClientAuthenticationOptions Options(BackendSettings settings, BackendAddress backend, BackendTls policy)
    {
        var name = settings.TlsName ?? backend.Host;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                policy != BackendTls.Required || IsGood(settings, certificate as X509Certificate2, chain, errors),
        };
        if (settings.Ca is { } ca && policy == BackendTls.Required)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(ca);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return options;
    }

    private static bool IsGood(BackendSettings settings, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return false;
        // A pin names the very key (RFC 7469 §2.4): name and chain add nothing to it.
        if (settings.Pin is { } pin)
            return CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()), pin);
        return errors == SslPolicyErrors.None && chain is not null;
    }
}
