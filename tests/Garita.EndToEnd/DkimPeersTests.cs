using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using CsCheck;
using Garita.SenderAuth;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Garita.Testing;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>
/// Two other implementations on the same 500 random messages: dkimpy verifies what we sign and seal, in both algorithms, we verify what it
/// signs in every form and what it seals, and opendkim verifies both.
/// </summary>
public sealed class DkimPeersTests : IDisposable
{
    private const int Count = 500;
    private const string Sample = "0006iopuoy91"; // CsCheck: the same messages in every run
    private const string Seed = "1NRy5/n9E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVg=";

    private readonly string _folder = Directory.CreateTempSubdirectory("garita-dkim-").FullName;
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public void Dispose()
    {
        _rsa.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task All_three_agree()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/python3/dist-packages/dkim/__init__.py") && File.Exists("/usr/sbin/opendkim"), "skipped: no python3-dkim or opendkim");
        using var rsa = DkimPrivateKey.Read(_rsa.ExportRSAPrivateKeyPem(), out _)!;
        using var ed25519 = DkimPrivateKey.Read(Ed25519Pem(), out _)!;
        var keys = new Keys(new(StringComparer.Ordinal) { ["rsa._domainkey.a.example"] = rsa.Record, ["ed25519._domainkey.a.example"] = ed25519.Record });
        await keys.WriteAsync(Path.Combine(_folder, "keys"));
        await WriteAsync("rsa.pem", System.Text.Encoding.ASCII.GetBytes(_rsa.ExportRSAPrivateKeyPem()));
        await WriteAsync("ed25519.seed", System.Text.Encoding.ASCII.GetBytes(Seed));

        // 1. Ours.
        var messages = RandomMessages.Plain.Array[Count].Single(static _ => true, Sample);
        for (var i = 0; i < Count; i++)
        {
            var (selector, key) = i % 2 == 0 ? ("rsa", rsa) : ("ed25519", ed25519);
            await WriteAsync($"{i}.eml", messages[i]);
            await WriteAsync($"{i}.ours", [.. (await new DkimSigner("a.example", selector, key).SignAsync(new MemoryStream(messages[i]), _now))!, .. messages[i]]);
            // dkimpy seals with RSA alone.
            await WriteAsync($"{i}.ourseal", [.. (await new ArcSealer("a.example", "rsa", rsa).SealAsync(new MemoryStream(messages[i]), ArcStatus.None, "a.example; spf=pass", _now))!, .. messages[i]]);
        }

        // 2. dkimpy's word on ours.
        var lines = (await Tool.RunAsync("/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "dkim_peer.py"), _folder, Count.ToString(CultureInfo.InvariantCulture))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, Count).Select(static i => $"{i} True True"), lines, StringComparer.Ordinal);

        // 3. Our word on dkimpy's.
        for (var i = 0; i < Count; i++)
        {
            var dkim = Assert.Single((await VerifyAsync($"{i}.theirs", keys)).Dkim);
            Assert.True(dkim.VouchesForAll, $"{i}: {dkim.Reason}");
            var arc = (await VerifyAsync($"{i}.sealed", keys)).Arc;
            Assert.True(arc.Status == ArcStatus.Pass, $"{i}: {arc.Reason}");
        }

        // 4. opendkim's word on both.
        await File.WriteAllTextAsync(Path.Combine(_folder, "opendkim.conf"), $"TestPublicKeys {_folder}/keys\nMode v\nSyslog no\nSoftwareHeader no\nAuthservID x\nPidFile {_folder}/opendkim.pid\n", TestContext.Current.CancellationToken);
        foreach (var whose in (string[])["ours", "theirs"])
        {
            // It reads fields from a file with their white space changed, so the simple header form, the latter half of each 16 of dkimpy's, cannot hold.
            var files = Enumerable.Range(0, Count).Where(i => whose is "ours" || i % 16 < 8).Select(i => Path.Combine(_folder, $"{i}.{whose}")).ToList();
            // It tells of each message on the one or the other.
            var (code, said) = await Tool.TryAsync("/usr/sbin/opendkim", "-x", Path.Combine(_folder, "opendkim.conf"), "-t", string.Join(',', files));
            Assert.True(code == 0, said);
            Assert.Equal(files.Count, said.Split('\n').Count(static line => line.EndsWith(" succeeded", StringComparison.Ordinal)));
        }
    }

    private async Task<MessageSignatureResults> VerifyAsync(string name, Keys keys)
    {
        await using var message = File.OpenRead(Path.Combine(_folder, name));
        return await MessageSignatures.VerifyAsync(message, keys, _now, null, CancellationToken.None);
    }

    private Task WriteAsync(string name, byte[] octets) => File.WriteAllBytesAsync(Path.Combine(_folder, name), octets);

    // RFC 8410 §7: the seed in its frame.
    private static string Ed25519Pem() => PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. Convert.FromBase64String(Seed)]);

    private sealed class Keys(Dictionary<string, string> records) : IDnsResolver
    {
        public Task WriteAsync(string path) => File.WriteAllLinesAsync(path, records.Select(static one => $"{one.Key} {one.Value}"));

        public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline) =>
            new(records.TryGetValue(name, out var record) ? new(DnsOutcome.NoError, [record]) : DnsRecords.Without<string>(DnsOutcome.NxDomain));

        public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline) => throw new NotSupportedException();
    }
}
