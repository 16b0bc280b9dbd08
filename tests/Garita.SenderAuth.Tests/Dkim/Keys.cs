using System.Security.Cryptography;
using Garita.SenderAuth.Dkim;

namespace Garita.SenderAuth.Tests.Dkim;

/// <summary>Keys that tests sign with, made once.</summary>
internal static class Keys
{
    /// <summary>The example of RFC 8410 §10.3.</summary>
    internal const string Ed25519Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

    internal static DkimPrivateKey Rsa { get; } = Make(2048);

    internal static DkimPrivateKey Rsa1024 { get; } = Make(1024);

    internal static DkimPrivateKey Ed25519 { get; } = DkimPrivateKey.Read(Ed25519Pem, out _)!;

    internal static DkimPrivateKey Make(int bits)
    {
        using var rsa = RSA.Create(bits);
        return DkimPrivateKey.Read(rsa.ExportPkcs8PrivateKeyPem(), out _)!;
    }
}
