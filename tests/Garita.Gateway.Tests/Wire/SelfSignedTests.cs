using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Wire;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SelfSignedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-self-signed-").FullName;
    private readonly ManualTime _time = new();

    private string Kept => Path.Combine(_folder, SelfSigned.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_next_start_has_the_same_and_nobody_else_can_read_its_key()
    {
        var first = StartAndRead("mx.example.com");
        Assert.True(first.HasPrivateKey);
        Assert.True(first.MatchesHostname("mx.example.com"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
        Assert.Equal(Kept, Assert.Single(Directory.GetFiles(_folder)));
        _time.Advance(TimeSpan.FromDays(1000));
        Assert.Equal(first.Thumbprint, StartAndRead("mx.example.com").Thumbprint);
    }

    [Fact]
    public void A_renewed_one_has_the_same_key()
    {
        var first = StartAndRead("mx.example.com");
        var renamed = StartAndRead("mx2.example.com");
        Assert.True(renamed.MatchesHostname("mx2.example.com"));
        Assert.False(renamed.MatchesHostname("mx.example.com"));
        _time.Advance(TimeSpan.FromDays((5 * 365) - 20));
        var renewed = StartAndRead("mx2.example.com");
        Assert.NotEqual(renamed.Thumbprint, renewed.Thumbprint, StringComparer.Ordinal);
        Assert.All([renamed, renewed], later => Assert.Equal(first.PublicKey.ExportSubjectPublicKeyInfo(), later.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void A_gateway_that_runs_renews_it_before_its_end()
    {
        using var store = Start("mx.example.com");
        var first = SelfSigned.Read(_folder)!;
        store.Refresh();
        Assert.Equal(first.Thumbprint, SelfSigned.Read(_folder)!.Thumbprint);
        _time.Advance(TimeSpan.FromDays((5 * 365) - 20));
        Assert.NotEqual(first.Thumbprint, SelfSigned.Read(_folder)!.Thumbprint, StringComparer.Ordinal);
    }

    [Fact]
    public void A_broken_file_is_replaced()
    {
        File.WriteAllText(Kept, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        File.WriteAllText(Kept + ".new", "left by a crash");
        Assert.True(StartAndRead("mx.example.com").HasPrivateKey);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
        Assert.Equal(Kept, Assert.Single(Directory.GetFiles(_folder)));
    }

    [Fact]
    public void Without_a_folder_there_is_one_all_the_same()
    {
        using var store = new CertificateStore(_time, NullLogger.Instance);
        store.Apply(Settings("mx.example.com") with { DataFolder = Path.Combine(_folder, "none") });
        Assert.True(store.HasAny);
    }

    private X509Certificate2 StartAndRead(string hostname)
    {
        Start(hostname).Dispose();
        var kept = SelfSigned.Read(_folder)!;
        using var key = kept.GetECDsaPrivateKey()!;
        using var publicKey = kept.GetECDsaPublicKey()!;
        Assert.True(publicKey.VerifyData("a"u8, key.SignData("a"u8.ToArray(), HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
        return kept;
    }

    private CertificateStore Start(string hostname)
    {
        var store = new CertificateStore(_time, NullLogger.Instance);
        store.Apply(Settings(hostname));
        Assert.True(store.HasAny);
        return store;
    }

    private GatewaySettings Settings(string hostname) => new()
    {
        Hostname = hostname,
        DataFolder = _folder,
        Listeners = [new ListenerSettings { Name = "mx", Bind = [] }],
    };
}
