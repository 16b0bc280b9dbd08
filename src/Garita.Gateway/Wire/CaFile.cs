using System.Security.Cryptography.X509Certificates;

namespace Garita.Gateway.Wire;

/// <summary>Trust in the certificate authorities of a file alone, for servers that we call: mail servers and directories.</summary>
internal static class CaFile
{
    /// <summary>Reads the file. For each connection: they are few, and a renewed file needs no reload.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It holds no certificates.</exception>
    internal static X509ChainPolicy Trust(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }
}
