using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Garita.EndToEnd;

/// <summary>A certificate authority of the test: a root, and an issuer below it that a server must send along.</summary>
internal sealed class TestAuthority : IAsyncDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _issuer;

    public TestAuthority(string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest($"CN={name} root", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        var below = new CertificateRequest($"CN={name} issuer", _issuerKey, HashAlgorithmName.SHA256);
        below.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _issuer = below.Create(Root, now.AddDays(-1), now.AddDays(300), RandomNumberGenerator.GetBytes(8));
    }

    public X509Certificate2 Root { get; }

    /// <summary>Issues a certificate into NAME.pem and NAME.key; each file is put in place whole, as ACME clients do.</summary>
    /// <returns>Its serial number, and the pin of its key.</returns>
    public (string Serial, string Pin) Issue(string folder, string file, params string[] names)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + names[0], key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using var signer = _issuer.CopyWithPrivateKey(_issuerKey);
        using var leaf = request.Create(signer, now.AddDays(-1), now.AddDays(90), RandomNumberGenerator.GetBytes(8));
        Put(Path.Combine(folder, file + ".pem"), leaf.ExportCertificatePem() + "\n" + _issuer.ExportCertificatePem() + "\n");
        Put(Path.Combine(folder, file + ".key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        return (leaf.SerialNumber, "sha256/" + Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo())));
    }

    public ValueTask DisposeAsync()
    {
        Root.Dispose();
        _issuer.Dispose();
        _rootKey.Dispose();
        _issuerKey.Dispose();
        return default;
    }

    public static void Put(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
