using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Admission;
using Garita.Gateway.Tests.Dialogue;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

public sealed class TurnedAwayTests : IAsyncDisposable
{
    private readonly FakeLedger _ledger = new();
    private readonly ManualTime _time = new();
    private readonly TurnedAway _turnedAway;

    public TurnedAwayTests() => _turnedAway = new TurnedAway(_ledger, _time);

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public void A_network_has_one_record_a_minute()
    {
        for (var i = 0; i < 5000; i++)
            Add($"192.0.2.{i % 200}", AdmissionAnswer.ClientLimit);
        Add("2001:db8:1::1", AdmissionAnswer.NetworkLimit);
        Add("2001:db8:1:ffff::1", AdmissionAnswer.NetworkLimit);
        _turnedAway.Beat(_time.GetTimestamp());
        Assert.Empty(_ledger.Records);
        _time.Advance(TimeSpan.FromMinutes(1));
        _turnedAway.Beat(_time.GetTimestamp());
        Assert.Equal(2, _ledger.Records.Count);
        var first = _ledger.Records[0];
        Assert.Equal(("192.0.2.0", "mx", "turned-away", 421), (first.Client, first.Listener, first.Outcome, first.Reply));
        Assert.Equal("5000 within a minute from 192.0.2.0/24, the first from this client: limits.connections_per_client", Assert.Single(first.Rules).Detail);
        Assert.Equal("2 within a minute from 2001:db8:1::/48, the first from this client: limits.connections_per_network", Assert.Single(_ledger.Records[1].Rules).Detail);
    }

    [Fact]
    public void The_next_minute_begins_with_the_next_one()
    {
        Add("192.0.2.1", AdmissionAnswer.Full);
        _time.Advance(TimeSpan.FromMinutes(1));
        _turnedAway.Beat(_time.GetTimestamp());
        _time.Advance(TimeSpan.FromMinutes(5));
        _turnedAway.Beat(_time.GetTimestamp());
        Assert.Single(_ledger.Records);
        Add("192.0.2.1", AdmissionAnswer.Full);
        _turnedAway.Beat(_time.GetTimestamp());
        Assert.Single(_ledger.Records);
        _turnedAway.Write();
        Assert.Equal(2, _ledger.Records.Count);
    }

    [Fact]
    public void A_flood_from_everywhere_is_bounded()
    {
        for (var i = 0; i < 5000; i++)
            Add($"10.{i / 256}.{i % 256}.1", AdmissionAnswer.Full);
        _turnedAway.Write();
        Assert.Equal(TurnedAway.MostNetworks + 1, _ledger.Records.Count);
        Assert.Equal("4000 within a minute from networks beyond the first 1000", Assert.Single(_ledger.Records[^1].Rules).Detail);
    }

    [Fact]
    public async Task The_gateway_records_whom_it_turned_away()
    {
        FakeLedger ledger;
        await using (var gateway = await GatewayUnderTest.StartAsync(static settings => settings with { Limits = settings.Limits with { ConnectionsPerClient = 1 } }))
        {
            ledger = gateway.Ledger;
            using var first = await ConnectAsync(gateway, "220 ");
            using var second = await ConnectAsync(gateway, "421 4.7.0 ");
            using var third = await ConnectAsync(gateway, "421 4.7.0 ");
        }

        var record = Assert.Single(ledger.Records);
        Assert.Equal(("127.0.0.1", "mx", "turned-away"), (record.Client, record.Listener, record.Outcome));
        Assert.StartsWith("2 within a minute from 127.0.0.0/24", Assert.Single(record.Rules).Detail, StringComparison.Ordinal);
    }

    private static async Task<TcpClient> ConnectAsync(GatewayUnderTest gateway, string expected)
    {
        var client = new TcpClient();
        await client.ConnectAsync(gateway.Address);
        using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
        Assert.StartsWith(expected, await reader.ReadLineAsync(), StringComparison.Ordinal);
        return client;
    }

    private void Add(string client, AdmissionAnswer why) => _turnedAway.Add(IPAddress.Parse(client), "mx", why);
}
