using System.Net;
using System.Security.Cryptography;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Backends;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Backends;

public sealed class BackendOpeningTests
{
    private const string Offer = "S 220 x\nC EHLO\nS 250-x|250-STARTTLS|250 XCLIENT ADDR PORT NAME HELO PROTO\nC STARTTLS\n";
    private const string Plain = "S 220 x\nC EHLO\nS 250-x|250 PIPELINING\n" + FakeBackend.Accept + "stall";
    private const string InTls = "C EHLO\nS 250-x|250 PIPELINING\n" + FakeBackend.Accept + FakeBackend.Accept + "stall";
    private const string Tls = Offer + "S 220 go\ntls\n" + InTls;

    [Theory]
    [InlineData(Tls, BackendTls.Opportunistic, DeliveryOutcome.Delivered, 1)]
    [InlineData(Tls, BackendTls.Required, DeliveryOutcome.Unreachable, 1)]
    [InlineData(Plain, BackendTls.Required, DeliveryOutcome.Unreachable, 1)]
    [InlineData(Plain, BackendTls.Opportunistic, DeliveryOutcome.Delivered, 1)]
    [InlineData(Offer + "S 454 not now\nC MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC DATA\nS 354 go\nD\nS 250 ok\nstall", BackendTls.Opportunistic, DeliveryOutcome.Delivered, 1)]
    [InlineData(Offer + "S 454 not now\nstall", BackendTls.Required, DeliveryOutcome.Unreachable, 1)]
    [InlineData(Offer + "S 220 go|250-x|250 PIPELINING\ntls\n" + InTls, BackendTls.Opportunistic, DeliveryOutcome.Unreachable, 1)]
    public async Task TlsIsAsThePolicySays(string script, BackendTls policy, DeliveryOutcome outcome, int connections)
    {
        await using var backend = new FakeBackend(script);
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address], Tls = policy });
        Assert.Equal(outcome, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(connections, backend.Connections);
    }

    [Fact]
    public async Task ATlsThatFailsFallsBackOnlyWhereItIsOpportunistic()
    {
        await using var backend = new FakeBackend(Offer + "S 220 go\nB\nS no handshake this\nstall", "S 220 x\nC EHLO\nS 250-x|250-STARTTLS|250 PIPELINING\n" + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(backend);
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        await using var other = new FakeBackend(Offer + "S 220 go\nB\nS no handshake this\nstall", Plain);
        await using var strict = new RelayBench(new BackendSettings { Smtp = [other.Address], Tls = BackendTls.Required });
        Assert.Equal(DeliveryOutcome.Unreachable, (await strict.DeliverAsync()).Outcome);
        Assert.Equal(1, other.Connections);
    }

    [Theory]
    [InlineData("mail.example", true, false, true)]
    [InlineData("other.example", true, false, false)]
    [InlineData("mail.example", false, false, false)]
    [InlineData("other.example", false, true, true)]
    public async Task RequiredIsVerifiedByNameAndCaOrPin(string name, bool ca, bool pin, bool delivered)
    {
        await using var backend = new FakeBackend(Tls);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, FakeBackend.Certificate.ExportCertificatePem());
        var settings = new BackendSettings
        {
            Smtp = [backend.Address],
            Tls = BackendTls.Required,
            TlsName = name,
            Ca = ca ? file : null,
            Pin = pin ? SHA256.HashData(FakeBackend.Certificate.PublicKey.ExportSubjectPublicKeyInfo()) : null,
        };
        await using var bench = new RelayBench(settings);
        Assert.Equal(delivered, (await bench.DeliverAsync()).Outcome == DeliveryOutcome.Delivered);
        // Under TLS the connection is watched and used again as well.
        if (delivered)
            Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(1, backend.Connections);
        File.Delete(file);
    }

    [Fact]
    public async Task AWrongPinIsRefused()
    {
        await using var backend = new FakeBackend(Tls);
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address], Tls = BackendTls.Required, TlsName = "mail.example", Pin = new byte[32] });
        Assert.Equal(DeliveryOutcome.Unreachable, (await bench.DeliverAsync()).Outcome);
    }

    [Theory]
    [InlineData("192.0.2.1", null, BackendTls.Required)]
    [InlineData("192.0.2.1", BackendTls.None, BackendTls.Required)]
    [InlineData("::ffff:192.0.2.1", BackendTls.Opportunistic, BackendTls.Required)]
    [InlineData("2001:db8::1", null, BackendTls.Required)]
    [InlineData("127.0.0.1", null, BackendTls.Opportunistic)]
    [InlineData("::ffff:10.1.2.3", null, BackendTls.Opportunistic)]
    [InlineData("172.31.0.1", BackendTls.None, BackendTls.None)]
    [InlineData("172.32.0.1", BackendTls.None, BackendTls.Required)]
    [InlineData("fd00::1", BackendTls.Required, BackendTls.Required)]
    [InlineData("100.64.0.1", null, BackendTls.Required)]
    [InlineData(null, null, BackendTls.Opportunistic)]
    public void ThePolicyDependsOnTheAddress(string? address, BackendTls? set, BackendTls policy) =>
        Assert.Equal(policy, BackendTlsPolicy.For(new BackendSettings { Smtp = [], Tls = set }, address is null ? null : IPAddress.Parse(address)));

    [Fact]
    public async Task XClientIsSaidBeforeEachTransaction()
    {
        const string Introduce = "C XCLIENT ADDR=192.0.2.7 PORT=1234 NAME=[UNAVAILABLE] HELO=client.example PROTO=ESMTP\nS 220 again\nC EHLO\nS 250-x|250-PIPELINING|250 XCLIENT NAME ADDR PROTO HELO PORT LOGIN\n";
        await using var backend = new FakeBackend("S 220 x\nC EHLO\nS 250-x|250 XCLIENT NAME ADDR PROTO HELO PORT LOGIN\n" + Introduce + FakeBackend.Accept + Introduce + FakeBackend.Accept + "stall");
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address], PassClient = PassClient.XClient });
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(1, backend.Connections);
    }

    [Fact]
    public async Task ProxyIsTheFirstThingAndTheConnectionIsNotShared()
    {
        await using var backend = new FakeBackend("P\n" + FakeBackend.Hello + FakeBackend.Accept + "C QUIT\nS 221 bye\nclose");
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address], PassClient = PassClient.Proxy });
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        await RelayTests.UntilAsync(() => backend.Ended == 2);
        Assert.Equal(2, backend.Connections);
        Assert.Equal("0D0A0D0A000D0A515549540A2111000CC0000207C633640104D20019", backend.Lines[0]);
    }

    [Fact]
    public async Task LmtpOverAUnixSocketAnswersAfterTheDot()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var backend = new FakeBackend(new System.Net.Sockets.UnixDomainSocketEndPoint(path),
            ["S 220 x\nC LHLO gate.example\nS 250-x|250 PIPELINING\n" + FakeBackend.Accept + "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nS 552 5.2.2 full\nstall"]);
        await using var bench = new RelayBench(backend);
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
        var full = await bench.DeliverAsync();
        Assert.Equal((DeliveryOutcome.Refused, 552), (full.Outcome, full.Code));
        File.Delete(path);
    }

    [Fact]
    public async Task ANameIsLookedUpAndItsAddressesTriedInTurn()
    {
        await using var backend = new FakeBackend(Plain);
        await using var bench = new RelayBench(new BackendSettings { Smtp = [backend.Address with { Host = "localhost" }] });
        Assert.Equal(DeliveryOutcome.Delivered, (await bench.DeliverAsync()).Outcome);
    }
}
