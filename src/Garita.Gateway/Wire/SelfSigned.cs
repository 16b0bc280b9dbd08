using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Machine.Files;

namespace Garita.Gateway.Wire;

/// <summary>
/// The certificate that is made where none is set. It is kept in the data folder, certificate and key in one file, so that a start costs
/// no new one and peers see the same; a renewed one has the same key, so that a TLSA record or pin of the key stays true (RFC 7671 §5.1).
/// </summary>
internal static class SelfSigned
{
    internal const string FileName = "self-signed.pem";

    private const int Years = 5;

    /// <summary>It is renewed this long before its end.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromDays(30);

    /// <summary>Whether a certificate can go on being used.</summary>
    internal static bool IsGood(X509Certificate2 certificate, string hostname, DateTimeOffset now) =>
        certificate.MatchesHostname(hostname) && certificate.NotAfter.ToUniversalTime() - Margin > now.UtcDateTime && certificate.NotBefore.ToUniversalTime() <= now.UtcDateTime;

    /// <summary>The kept one, or null where there is none that can be used.</summary>
    internal static X509Certificate2? Read(string folder)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(Path.Combine(folder, FileName));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Makes one, with the key of the old one if there is one.</summary>
    internal static X509Certificate2 Make(string hostname, DateTimeOffset now, X509Certificate2? old)
    {
        using var key = old?.GetECDsaPrivateKey() ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hostname}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostname);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
    }

    /// <summary>Keeps one: written whole, then renamed, so that a crash leaves the old one or the new one.</summary>
    /// <returns>Why it could not be kept; null when it was.</returns>
    internal static string? Keep(string folder, X509Certificate2 certificate)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            using var key = certificate.GetECDsaPrivateKey()!;
            WholeFile.Replace(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
