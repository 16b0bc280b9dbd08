using System.Net;
using System.Text;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Garita.SenderAuth;
using Garita.SenderAuth.Arc;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Relay;

public sealed class MessageSealTests : IDisposable
{
    private const string Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n"; // RFC 8410 §10.3
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("From: a@a.example\r\n\r\nHello\r\n");
    private static readonly MessageAuthFacts Unsigned = new([], ArcResult.None);

    private readonly string _folder = Directory.CreateTempSubdirectory("garita-seal-").FullName;
    private readonly MessageSeal _seal = new(new ManualTime(), NullLogger.Instance);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_changed_is_sealed()
    {
        var settings = await SettingsAsync(Pem);
        var fields = await _seal.MakeAsync(settings, new MemoryStream(Message), Unsigned, "gw.example; dkim=none");
        using var whole = new MemoryStream([.. fields, .. Message]);
        var chain = (await MessageSignatures.VerifyAsync(whole, new OneKey(), DateTimeOffset.UnixEpoch, null, TestContext.Current.CancellationToken)).Arc;
        Assert.Equal((ArcStatus.Pass, "gw.example", "gw.example; dkim=none"), (chain.Status, chain.Sets[0].Sealer, chain.Sets[0].AuthenticationResults));
    }

    [Fact]
    public async Task Without_settings_facts_or_a_key_it_goes_on_unsealed()
    {
        var settings = await SettingsAsync(Pem);
        Assert.Empty(await _seal.MakeAsync(null, new MemoryStream(Message), Unsigned, "x"));
        Assert.Empty(await _seal.MakeAsync(settings, new MemoryStream(Message), null, "x"));
        Assert.Empty(await _seal.MakeAsync(settings with { Key = settings.Key + ".none" }, new MemoryStream(Message), Unsigned, "x"));
        Assert.Empty(await _seal.MakeAsync(await SettingsAsync("no key"), new MemoryStream(Message), Unsigned, "x"));
        Assert.Empty(await _seal.MakeAsync(await SettingsAsync(new string('x', 70_000)), new MemoryStream(Message), Unsigned, "x"));
    }

    private async Task<ArcSettings> SettingsAsync(string pem)
    {
        var file = Path.Combine(_folder, "key.pem");
        await File.WriteAllTextAsync(file, pem, TestContext.Current.CancellationToken);
        return new ArcSettings("gw.example", "k", file);
    }

    private sealed class OneKey : IDnsResolver
    {
        public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline) =>
            new(new DnsRecords<string>(DnsOutcome.NoError, ["v=DKIM1; k=ed25519; p=Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="]));

        public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline) => throw new NotSupportedException();
    }
}
