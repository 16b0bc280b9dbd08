using System.Net;
using Garita.Gateway.Tests.Alarms;
using Garita.Gateway.Admission;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Garita.Gateway.Tests.Admission.Bans;

/// <summary>A ban book with a clock, a ledger and a packet filter that notes what it is told.</summary>
internal sealed class BanScene : IBanSink
{
    internal BanScene(Func<GatewaySettings, GatewaySettings>? change = null, ILedger? ledger = null, ManualTime? time = null)
    {
        Time = time ?? new ManualTime();
        Ledger = ledger ?? new FakeLedger();
        Trust = new TrustBook(Ledger, Time);
        Settings = new GatewaySettings
        {
            Hostname = "mx.example.com",
            DataFolder = "/nonexistent",
            Networks = new NetworkSettings { Nat64Prefixes = [IPNetwork.Parse("64:ff9b::/96")] },
        };
        if (change is not null)
            Settings = change(Settings);
        Book = new BanBook(Settings, Ledger, Time, Trust, this, NullLogger.Instance) { Alarms = Alarms };
    }

    internal ManualTime Time { get; }

    internal ILedger Ledger { get; }

    internal TrustBook Trust { get; }

    internal GatewaySettings Settings { get; }

    internal BanBook Book { get; }

    internal HeardAlarms Alarms { get; } = new();

    /// <summary>What the packet filter was told.</summary>
    internal List<string> Told { get; } = [];

    internal static IPAddress Ip(string text) => IPAddress.Parse(text);

    internal bool Offend(string client, int startStep = 0) => Book.Offend(Ip(client), "harvest", "30 unknown recipients", startStep);

    internal bool IsBanned(string client) => Book.IsBanned(Ip(client));

    internal string? Add(string network, int hours = 24) => Book.Add(IPNetwork.Parse(network), "by hand", TimeSpan.FromHours(hours), out _);

    internal void Pass(TimeSpan time)
    {
        Time.Advance(time);
        Book.Beat(Time.GetTimestamp());
    }

    public ValueTask BanAsync(Ban ban)
    {
        Told.Add("+" + ban.Network);
        return ValueTask.CompletedTask;
    }

    public ValueTask UnbanAsync(IPNetwork network)
    {
        Told.Add("-" + network);
        return ValueTask.CompletedTask;
    }

    public ValueTask SnapshotAsync(IReadOnlyList<Ban> bans)
    {
        Told.Add("=" + string.Join(',', bans.Select(static ban => ban.Network)));
        return ValueTask.CompletedTask;
    }
}
