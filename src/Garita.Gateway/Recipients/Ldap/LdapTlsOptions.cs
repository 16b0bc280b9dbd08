using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>TLS to a directory server: always verified, by the CA of the settings or the system's, and by the server's name (RFC 4513 §3.1.3).</summary>
internal static class LdapTlsOptions
{
    /// <exception cref="LdapException">The CA file cannot be read.</exception>
    internal static SslClientAuthenticationOptions For(LdapSettings settings, LdapServer server)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = server.Host,
            // RFC 8996: nothing older.
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (settings.Ca is not { } file)
            return options;
        try
        {
            options.CertificateChainPolicy = CaFile.Trust(file);
            return options;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new LdapException(LdapFault.Settings, $"the CA file {file} cannot be read: {e.Message}", e);
        }
    }
}
