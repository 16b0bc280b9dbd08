using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Garita.SenderAuth.Dkim;

/// <summary>
/// A key that signs: RSA, or Ed25519 (RFC 8463), which .NET does not have in the box. Read from PEM as openssl writes it. May be used by several
/// threads at once.
/// </summary>
public sealed class DkimPrivateKey : IDisposable
{
    private const int MinBits = 1024; // RFC 8301 §3.2
    private const int MaxBits = 8192;
    private const string Ed25519Oid = "1.3.101.112"; // RFC 8410 §3

    private readonly RSA? _rsa;
    private readonly byte[]? _seed;

    private DkimPrivateKey(RSA? rsa, byte[]? seed) => (_rsa, _seed) = (rsa, seed);

    /// <summary>The algorithm as <c>a=</c> writes it.</summary>
    public string Algorithm => _rsa is null ? "ed25519-sha256" : "rsa-sha256";

    /// <summary>Bits of the key.</summary>
    public int Bits => _rsa?.KeySize ?? 256;

    /// <summary>The TXT record to publish at <c>SELECTOR._domainkey.DOMAIN</c> (RFC 6376 §3.6.1).</summary>
    public string Record
    {
        get
        {
            if (_rsa is not null)
                return $"v=DKIM1; k=rsa; p={Convert.ToBase64String(_rsa.ExportSubjectPublicKeyInfo())}";
            var key = new byte[Ed25519.PublicKeySize];
            Ed25519.GeneratePublicKey(_seed, 0, key, 0);
            return $"v=DKIM1; k=ed25519; p={Convert.ToBase64String(key)}";
        }
    }

    /// <summary>Reads a key.</summary>
    /// <param name="pem">PEM text: <c>PRIVATE KEY</c> (PKCS #8) or <c>RSA PRIVATE KEY</c>, not encrypted.</param>
    /// <param name="problem">What is wrong, where there is no key; it never says anything of the key itself.</param>
    /// <returns>The key, or null.</returns>
    public static DkimPrivateKey? Read(ReadOnlySpan<char> pem, out string? problem)
    {
        problem = "it is no PEM file with one private key that is not encrypted";
        if (ReadSeed(pem) is { } seed)
        {
            problem = null;
            return new DkimPrivateKey(null, seed);
        }

        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            // A public key is imported too.
            _ = rsa.SignHash(stackalloc byte[SHA256.HashSizeInBytes], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            problem = $"it has {rsa.KeySize} bits, expected {MinBits} to {MaxBits}";
            if (rsa.KeySize is < MinBits or > MaxBits)
                return null;
            problem = null;
            var key = new DkimPrivateKey(rsa, null);
            rsa = null;
            return key;
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            return null;
        }
        finally
        {
            rsa?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rsa?.Dispose();
        CryptographicOperations.ZeroMemory(_seed);
    }

    /// <summary>Signs a hash.</summary>
    /// <param name="hash">SHA-256 of what is signed.</param>
    internal byte[] Sign(ReadOnlySpan<byte> hash)
    {
        if (_rsa is not null)
            return _rsa.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        // RFC 8463 §3: the hash is the message that is signed.
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_seed, 0, hash.ToArray(), 0, hash.Length, signature, 0);
        return signature;
    }

    // RFC 8410 §7: PKCS #8 with the algorithm's name and the seed as an octet string in the octet string.
    private static byte[]? ReadSeed(ReadOnlySpan<char> pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] is not "PRIVATE KEY")
            return null;
        var der = new byte[fields.DecodedDataLength];
        try
        {
            if (!Convert.TryFromBase64Chars(pem[fields.Base64Data], der, out _))
                return null;
            var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            info.ReadInteger();
            if (!string.Equals(info.ReadSequence().ReadObjectIdentifier(), Ed25519Oid, StringComparison.Ordinal))
                return null;
            var seed = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
            return seed.Length == Ed25519.SecretKeySize ? seed : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }
}
