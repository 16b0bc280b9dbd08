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
    /// <summary>The policy towards one address; null for a unix socket.</summary>
    internal static BackendTls For(BackendSettings settings, IPAddress? address)
    {
        if (address is not null && PublicAddress.Is(address))
            return BackendTls.Required;
        return settings.Tls ?? BackendTls.Opportunistic;
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
