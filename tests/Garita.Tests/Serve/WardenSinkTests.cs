using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Admission.Bans;
using Garita.Serve;
using Garita.Wall.Warden;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Tests.Serve;

/// <summary>What the gateway tells a warden.</summary>
public sealed class WardenSinkTests : IDisposable
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly string _folder = Directory.CreateTempSubdirectory("garita-sink-").FullName;
    private readonly Meter _meter = new("test");

    public void Dispose()
    {
        _meter.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Bans_of_announced_clients_are_left_out_and_the_rest_is_told_in_order()
    {
        var path = Path.Combine(_folder, "warden.sock");
        using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(path));
        door.Listen();
        await using var sink = new WardenSink(path, isExpected: true, Time, _meter, NullLoggerFactory.Instance);
        // Before it begins nothing is kept: the first snapshot has it.
        await sink.BanAsync(Of("192.0.2.1/32"));
        Assert.Equal("", sink.State());
        sink.Start(() => [Of("192.0.2.1/32"), Of("192.0.2.2/32") with { IsAnnounced = true }], static () => false);
        using var warden = new WardenExchange(await door.AcceptAsync(Cancel), Time);

        Assert.IsType<StatusCommand>(await NextAsync(new WardenState { HasTable = true }));
        Assert.Equal(1, Assert.IsType<SnapshotBegin>(await NextAsync(Done)).Count);
        var told = Assert.Single(Assert.IsType<SnapshotPart>(await NextAsync(Done)).Bans);
        Assert.Equal(IPNetwork.Parse("192.0.2.1/32"), told.Network);
        Assert.InRange(told.Left, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
        Assert.IsType<SnapshotEnd>(await NextAsync(Done));
        Assert.IsType<StatusCommand>(await NextAsync(new WardenState { HasTable = true, InKernel = true, Networks = 1, Elements = 1 }));

        await sink.BanAsync(Of("192.0.2.3/32") with { IsAnnounced = true });
        await sink.BanAsync(Of("192.0.2.4/32"));
        await sink.UnbanAsync(IPNetwork.Parse("192.0.2.1/32"));
        Assert.Equal(IPNetwork.Parse("192.0.2.4/32"), Assert.Single(Assert.IsType<BanCommand>(await NextButStatusAsync()).Bans).Network);
        Assert.Equal(IPNetwork.Parse("192.0.2.1/32"), Assert.Single(Assert.IsType<UnbanCommand>(await NextButStatusAsync()).Networks));
        Assert.Contains("1 networks in 1 elements, all in the kernel", sink.State(), StringComparison.Ordinal);
        await sink.SnapshotAsync([]);
        Assert.IsType<SnapshotBegin>(await NextButStatusAsync());

        async Task<WardenMessage> NextAsync(WardenMessage answer)
        {
            var message = await warden.ReceiveAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Time);
            await warden.SendAsync(answer, Cancel);
            return message!;
        }

        // On a slow machine the question how it stands, every five seconds, comes between.
        async Task<WardenMessage> NextButStatusAsync()
        {
            while (true)
            {
                var message = await warden.ReceiveAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Time);
                await warden.SendAsync(message is StatusCommand ? new WardenState { HasTable = true, InKernel = true, Networks = 1, Elements = 1 } : Done, Cancel);
                if (message is not StatusCommand)
                    return message!;
            }
        }
    }

    [Fact]
    public async Task Where_there_is_no_warden_it_is_said_only_if_one_was_expected()
    {
        foreach (var isExpected in (bool[])[true, false])
        {
            await using var sink = new WardenSink(Path.Combine(_folder, "none.sock"), isExpected, Time, _meter, NullLoggerFactory.Instance);
            sink.Start(static () => [], static () => false);
            Assert.Equal(isExpected, sink.State().StartsWith("away, the gateway enforces bans alone", StringComparison.Ordinal));
        }
    }

    private static DoneAnswer Done { get; } = new(1, 0, true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Ban Of(string network) => new(IPNetwork.Parse(network), "test", "", BanOrigin.Administrator, Time.GetUtcNow(), Time.GetUtcNow() + TimeSpan.FromHours(1), -1);
}
