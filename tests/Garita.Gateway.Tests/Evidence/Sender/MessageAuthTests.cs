using System.Net;
using System.Net.Sockets;
using System.Text;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Tests.Dialogue;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Sender;

public sealed class MessageAuthTests
{
    private const string Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n"; // RFC 8410 §10.3
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("From: a@a.example\r\nSubject: x\r\n\r\nHello\r\nBye\r\n");

    private readonly KeyDns _dns = new();
    private readonly ManualTime _time = new();
    private readonly DkimPrivateKey _key = DkimPrivateKey.Read(Pem, out _)!;

    [Fact]
    public async Task A_letter_as_it_will_be_relayed()
    {
        _dns.Texts["k._domainkey.a.example"] = _key.Record;
        var signed = await SignAsync();
        var sealedOne = await new ArcSealer("a.example", "k", _key).SealAsync(new MemoryStream(signed), ArcStatus.None, "a.example; dkim=pass", _time.GetUtcNow());
        // The body came with bare line feeds; the mail server gets CRLF.
        var facts = await new MessageAuth(_dns, _time).FindAsync(await LetterAsync([.. sealedOne!, .. signed[..^7], .. "\nBye\n"u8]));
        Assert.Equal((DkimStatus.Pass, true, ArcStatus.Pass), (facts.Dkim[0].Result, facts.Dkim[0].VouchesForAll, facts.Arc.Status));
        Assert.Equal("a.example; dkim=pass", facts.Arc.Sets[0].AuthenticationResults);
    }

    [Fact]
    public async Task DNS_that_is_silent_is_waited_for_5_s_in_all()
    {
        var finding = new MessageAuth(_dns, _time).FindAsync(await LetterAsync(await SignAsync()));
        await _dns.Asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _time.Advance(MessageAuth.Deadline - TimeSpan.FromMilliseconds(1));
        Assert.False(finding.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var facts = await finding.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(DkimStatus.TempError, facts.Dkim[0].Result);
    }

    private async Task<byte[]> SignAsync() => [.. (await new DkimSigner("a.example", "k", _key).SignAsync(new MemoryStream(Message), _time.GetUtcNow()))!, .. Message];

    private static async Task<ILetter> LetterAsync(byte[] octets)
    {
        var letter = new FakeLetters().Open("acme", null)!;
        for (var at = 0; at < octets.Length;)
        {
            var room = letter.GetRoom()!.Value;
            var some = Math.Min(room.Length, octets.Length - at);
            octets.AsSpan(at, some).CopyTo(room.Span);
            await letter.AdvanceAsync(some);
            at += some;
        }

        await letter.SealAsync();
        return letter;
    }

    private sealed class KeyDns : IDnsResolver
    {
        internal Dictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

        internal TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<DnsAnswer<string>> TextsAsync(string name)
        {
            if (Texts.TryGetValue(name, out var text))
                return new(new DnsAnswer<string>(DnsStatus.Found, [text]));
            Asked.TrySetResult();
            return new(new TaskCompletionSource<DnsAnswer<string>>().Task);
        }

        public ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain) => throw new NotSupportedException();
    }
}
