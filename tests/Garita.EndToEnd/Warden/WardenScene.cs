using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garita.Wall.Warden;
using Xunit;

namespace Garita.EndToEnd.Warden;

/// <summary>A gateway and a client in namespaces of their own with a cable between them, and the table that the warden fills.</summary>
public abstract class WardenScene : Scene
{
    /// <summary>The client's addresses; the gateway is 192.0.2.1 and 2001:db8:1::1.</summary>
    private protected const string One = "198.51.100.11";
    private protected const string Two = "198.51.100.12";
    private protected const string Sixth = "2001:db8:a:1::11";
    private protected const string GatewayAddress = "192.0.2.1";

    /// <summary>What the warden needs of the packet filter's ruleset.</summary>
    private const string Table = """
        add table inet garita
        table inet garita {
          set mail_ports { type inet_service; elements = { PORT } }
          set ban32 { type ipv4_addr; flags timeout; timeout 1h; size 262144; counter; }
          set ban24 { type ipv4_addr; flags timeout; timeout 1h; size 65536; counter; }
          set ban64 { type ipv6_addr; flags timeout; timeout 1h; size 262144; counter; }
          set ban48 { type ipv6_addr; flags timeout; timeout 1h; size 65536; counter; }
          counter c_ban {}
          counter c_synproxy {}
          chain flood_raw { }
          chain flood_in { }
          chain raw {
            type filter hook prerouting priority -300; policy accept;
            iif lo accept
            ip saddr @ban32 counter name c_ban drop
            ip saddr & 255.255.255.0 @ban24 counter name c_ban drop
            ip6 saddr & ffff:ffff:ffff:ffff:: @ban64 counter name c_ban drop
            ip6 saddr & ffff:ffff:ffff:: @ban48 counter name c_ban drop
            jump flood_raw
          }
          chain input {
            type filter hook input priority filter; policy accept;
            iif lo fib saddr type local accept
            jump flood_in
            ct state invalid drop
          }
        }
        """;

    private NetworkNamespace? _gateway;
    private NetworkNamespace? _client;

    private protected NetworkNamespace Gateway => _gateway!;

    private protected NetworkNamespace Client => _client!;

    private string WardenSocket => Path.Combine(Folder, "run", "garita-warden", "warden.sock");

    private protected const int Port = 2525;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root makes network namespaces");
        Assert.SkipUnless(File.Exists("/usr/sbin/nft"), "nftables is not installed");
        _gateway = await NetworkNamespace.TryMakeAsync(Path.Combine(Folder, "run"));
        Assert.SkipWhen(_gateway is null, "network namespaces are not allowed here");
        Own(_gateway!);
        _client = Own((await NetworkNamespace.TryMakeAsync(Path.Combine(Folder, "run-client")))!);
        var script = string.Create(CultureInfo.InvariantCulture, $"""
            set -e
            ip link add gg0 netns {Gateway.ProcessId} type veth peer name gc0 netns {Client.ProcessId}
            g() (nsenter -t {Gateway.ProcessId} -n -m "$@")
            c() (nsenter -t {Client.ProcessId} -n -m "$@")
            g ip link set gg0 up
            c ip link set gc0 up
            g ip addr add {GatewayAddress}/24 dev gg0
            g ip addr add 2001:db8:1::1/64 dev gg0 nodad
            g ip route add 198.51.100.0/24 dev gg0
            g ip route add 2001:db8:a::/48 dev gg0
            c ip addr add 192.0.2.2/24 dev gc0
            c ip addr add 2001:db8:1::2/64 dev gc0 nodad
            for a in {One}/32 {Two}/32; do c ip addr add $a dev gc0; done
            c ip addr add {Sixth}/128 dev gc0 nodad
            """);
        var (code, text) = await RunAsync("sh", script, "-s");
        Assert.True(code == 0, text);
    }

    /// <summary>Loads the table into the gateway's namespace.</summary>
    private protected Task LoadTableAsync() => Gateway.RunAsync(Table.Replace("PORT", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), "nft", "-f", "-");

    private protected async Task<RunningWarden> WardenAsync(params string[] options) => Own(await RunningWarden.StartAsync(Gateway, options));

    /// <summary>When the last packet came through that <see cref="UntilSilentAsync"/> saw.</summary>
    private protected DateTimeOffset LastPacket { get; private set; }

    /// <summary>Starts the gateway.</summary>
    /// <param name="more">Lines behind its settings.</param>
    /// <param name="recipients">Lines of <c>[tenant.recipients]</c>; null for what the scene has.</param>
    private protected async Task<RunningGateway> GatewayAsync(string more = "", string? recipients = null)
    {
        var settings = Head(Port).Replace($"\"127.0.0.1:{Port}\"", $"[\"{GatewayAddress}:{Port}\", \"[2001:db8:1::1]:{Port}\"]", StringComparison.Ordinal) + Tenant("acme", "example.com", "127.0.0.1:9") + (recipients is null ? "" : "[tenant.recipients]\n" + recipients + "\n") + more;
        return Own(await RunningGateway.ServeAsync(Path.Combine(Folder, "gateway"), Port, settings, inside: Gateway.Inside));
    }

    /// <summary>Asks the warden something as root.</summary>
    private protected async Task<WardenMessage> AskAsync(WardenMessage command)
    {
        using var exchange = await WardenExchange.ConnectAsync(WardenSocket, TimeProvider.System, TestContext.Current.CancellationToken);
        return await exchange.AskAsync(command, TestContext.Current.CancellationToken);
    }

    /// <summary>What a set of the kernel holds.</summary>
    private protected Task<string> SetAsync(string set) => Gateway.RunAsync("", "nft", "list", "set", "inet", "garita", set);

    private protected Task InKernelAsync(string set, string element, bool isThere = true) =>
        UntilAsync(() => SetAsync(set), text => text.Contains(element + " ", StringComparison.Ordinal) == isThere, $"{element} in {set}: {isThere}");

    /// <summary>The greeting that a client gets; "reset" from the gateway, "silence" from the kernel.</summary>
    private protected async Task<string> GreetingAsync(string client)
    {
        var address = IPAddress.Parse(client);
        using var socket = Client.Run(() =>
        {
            var made = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            made.Bind(new IPEndPoint(address, 0));
            return made;
        });
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3), TimeProvider.System);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address.AddressFamily == AddressFamily.InterNetwork ? GatewayAddress : "2001:db8:1::1"), Port), patience.Token);
            // Connected, it is the gateway that has to come to it.
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            var octets = new byte[200];
            var count = await socket.ReceiveAsync(octets, SocketFlags.None, patience.Token);
            return count == 0 ? "reset" : System.Text.Encoding.ASCII.GetString(octets, 0, count);
        }
        catch (OperationCanceledException)
        {
            return "silence";
        }
        catch (SocketException)
        {
            return "reset";
        }
    }

    /// <summary>
    /// How long packets of a client still come through after an act has begun, until none does for a quarter of a second: a datagram each
    /// millisecond to a socket beside the gateway.
    /// </summary>
    private protected async Task<TimeSpan> UntilSilentAsync(string client, Func<Task> act)
    {
        using var receiver = Gateway.Run(() => Datagrams(GatewayAddress));
        using var sender = Client.Run(() => Datagrams(client));
        receiver.Blocking = false;
        var last = Stopwatch.GetTimestamp();
        var buffer = new byte[8];
        var isOver = false;
        var packets = 0;
        var pump = Task.Run(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                sender.SendTo(buffer, receiver.LocalEndPoint!);
                while (receiver.Poll(1000, SelectMode.SelectRead))
                {
                    receiver.Receive(buffer);
                    Interlocked.Increment(ref packets);
                    Volatile.Write(ref last, Stopwatch.GetTimestamp());
                }
            }
        });
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref packets)), static count => count > 20);
        var begun = Stopwatch.GetTimestamp();
        await act();
        await UntilAsync(() => Task.FromResult(Stopwatch.GetElapsedTime(Volatile.Read(ref last))), static quiet => quiet > TimeSpan.FromMilliseconds(250));
        Volatile.Write(ref isOver, true);
        await pump;
        LastPacket = TimeProvider.System.GetUtcNow() - Stopwatch.GetElapsedTime(Volatile.Read(ref last));
        var took = Stopwatch.GetElapsedTime(begun, Volatile.Read(ref last));
        return took > TimeSpan.Zero ? took : TimeSpan.Zero;
    }

    private static Socket Datagrams(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return socket;
    }
}
