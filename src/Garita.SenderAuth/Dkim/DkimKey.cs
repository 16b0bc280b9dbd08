using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Garita.SenderAuth.Dkim;

/// <summary>
/// A public key as its owner publishes it (RFC 6376 §3.6.1, RFC 8463 §4). May be used by several threads at once; what it holds is given back
/// when nobody has it any more, for a key that is kept may be in use when it is dropped.
/// </summary>
internal sealed class DkimKey
{
    /// <summary>Characters of a record: twice what the longest key needs.</summary>
    internal const int MaxRecord = 4096;

    private const int MinBits = 1024; // RFC 8301 §3.2

    /// <summary>RFC 8301 §3.2 asks for 4,096 bits; much more would let a sender spend our time.</summary>
    private const int MaxBits = 8192;

    /// <summary>OpenSSL's own bound for large keys; a longer exponent makes verifying as dear as signing.</summary>
    private const int MaxExponentOctets = 8;

    private readonly RSA? _rsa;
    private readonly byte[]? _ed25519;

    private DkimKey(RSA? rsa, byte[]? ed25519, bool isTesting, bool isStrict)
    {
        (_rsa, _ed25519, IsTesting, IsStrict) = (rsa, ed25519, isTesting, isStrict);
        Bits = rsa?.KeySize ?? 256;
        IsAccepted = rsa is null || (Bits is >= MinBits and <= MaxBits && rsa.ExportParameters(false).Exponent!.Length <= MaxExponentOctets);
    }

    /// <summary>Whether the signer is testing (<c>t=y</c>).</summary>
    internal bool IsTesting { get; }

    /// <summary>Whether it holds for the domain itself only (<c>t=s</c>).</summary>
    internal bool IsStrict { get; }

    /// <summary>For which algorithm.</summary>
    internal SignatureAlgorithm Algorithm => _rsa is null ? SignatureAlgorithm.Ed25519 : SignatureAlgorithm.Rsa;

    /// <summary>Its size.</summary>
    internal int Bits { get; }

    /// <summary>Whether its size is accepted.</summary>
    internal bool IsAccepted { get; }

    /// <summary>Reads a key record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="problem">What is wrong, where there is no key.</param>
    internal static DkimKey? Read(string record, out string? problem)
    {
        problem = "the key record breaks the grammar";
        if (record.Length > MaxRecord || TagList.Parse(record) is not { } tags)
            return null;
        // RFC 6376 §3.6.1: v= stands first, or not at all.
        if (tags.Has("v") && !(tags.IsFirst("v") && tags["v"] is "DKIM1"))
            return null;
        if (!tags.Has("p"))
            return null;
        if (tags["p"].IsEmpty)
        {
            problem = "the key is revoked";
            return null;
        }

        problem = "the key is not meant for this";
        if (tags.Has("h") && !DkimSignature.Names(tags["h"], "sha256"))
            return null;
        if (tags.Has("s") && !DkimSignature.Names(tags["s"], "*") && !DkimSignature.Names(tags["s"], "email"))
            return null;
        problem = "the key is none";
        var octets = DkimSignature.Base64(tags["p"], MaxRecord);
        if (octets is null)
            return null;
        var isTesting = DkimSignature.Names(tags["t"], "y");
        var isStrict = DkimSignature.Names(tags["t"], "s");
        switch (tags.Has("k") ? tags["k"] : "rsa")
        {
            case "rsa" when ReadRsa(octets) is { } rsa:
                problem = null;
                return new DkimKey(rsa, null, isTesting, isStrict);
            // RFC 8463 §4: the 32 octets themselves.
            case "ed25519" when octets.Length == Ed25519.PublicKeySize:
                problem = null;
                return new DkimKey(null, octets, isTesting, isStrict);
            default:
                return null;
        }
    }

    /// <summary>Whether a signature is this key's.</summary>
    /// <param name="hash">SHA-256 of what was signed.</param>
    /// <param name="signature">The signature.</param>
    internal bool Verifies(ReadOnlySpan<byte> hash, byte[] signature)
    {
        if (_rsa is null)
        {
            // RFC 8463 §3: the hash is the message that is signed.
            return signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature, 0, _ed25519, 0, hash.ToArray(), 0, hash.Length);
        }

        try
        {
            // .NET promises nothing of one key on two threads.
            lock (_rsa)
                return _rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // RFC 6376 §3.6.1 means an RSAPublicKey; all the world writes a SubjectPublicKeyInfo (erratum 3017).
    private static RSA? ReadRsa(byte[] octets)
    {
        var rsa = RSA.Create();
        try
        {
            if (!TryImport(rsa.ImportSubjectPublicKeyInfo, octets) && !TryImport(rsa.ImportRSAPublicKey, octets))
                return null;
            var read = rsa;
            rsa = null;
            return read;
        }
        finally
        {
            rsa?.Dispose();
        }
    }

    private static bool TryImport(Importer import, byte[] octets)
    {
        try
        {
            import(octets, out var read);
            return read == octets.Length;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private delegate void Importer(ReadOnlySpan<byte> octets, out int read);
}
