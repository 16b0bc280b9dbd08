using System.Security.Cryptography;
using Garita.SenderAuth.Dkim;
using Xunit;

namespace Garita.SenderAuth.Tests.Dkim;

public sealed class DkimPrivateKeyTests
{
    [Fact]
    public void The_key_of_RFC_8410()
    {
        using var key = DkimPrivateKey.Read("text before\n" + Keys.Ed25519Pem, out var problem);
        Assert.Null(problem);
        Assert.Equal(("ed25519-sha256", 256, "v=DKIM1; k=ed25519; p=Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="), (key!.Algorithm, key.Bits, key.Record));
    }

    [Fact]
    public void Both_forms_of_an_RSA_key()
    {
        using var rsa = RSA.Create(2048);
        using var eight = DkimPrivateKey.Read(rsa.ExportPkcs8PrivateKeyPem(), out _);
        using var one = DkimPrivateKey.Read(rsa.ExportRSAPrivateKeyPem(), out _);
        Assert.Equal(("rsa-sha256", 2048, eight!.Record), (one!.Algorithm, one.Bits, one.Record));
    }

    [Fact]
    public void What_is_no_key()
    {
        using var rsa = RSA.Create(2048);
        using var small = RSA.Create(768);
        var encrypted = rsa.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1));
        foreach (var pem in (string[])["", "x", rsa.ExportRSAPublicKeyPem(), rsa.ExportSubjectPublicKeyInfoPem(), encrypted, Keys.Ed25519Pem.Replace("MC4C", "MC5C", StringComparison.Ordinal), Keys.Ed25519Pem.Replace("VhC\n", "Vh\n", StringComparison.Ordinal)])
        {
            Assert.Null(DkimPrivateKey.Read(pem, out var problem));
            Assert.StartsWith("it is no PEM file", problem, StringComparison.Ordinal);
        }

        Assert.Null(DkimPrivateKey.Read(small.ExportPkcs8PrivateKeyPem(), out var size));
        Assert.Equal("it has 768 bits, expected 1024 to 8192", size);
    }
}
