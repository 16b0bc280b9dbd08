using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Garita.EndToEnd.Wall;

/// <summary>
/// Network namespaces of one test: gateway, and client, attacker and backend each on a cable to it. Sources that belong to nobody are
/// routed to the attacker. Nothing of it is seen outside.
/// </summary>
internal sealed class Namespaces : IAsyncDisposable
{
    private static int _count;
    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"gw{Environment.ProcessId}x{Interlocked.Increment(ref _count)}");
    private readonly List<Process> _started = [];

    /// <summary>The gateway's address towards the client, and the client's.</summary>
    public static (string Gateway, string Client) Pair(bool isV6) => isV6 ? ("fd77::1", "fd77::2") : ("10.77.0.1", "10.77.0.2");

    /// <summary>The gateway's address towards the attacker, and the attacker's.</summary>
    public static (string Gateway, string Attacker) Hostile(bool isV6) => isV6 ? ("fd77:1::1", "fd77:1::2") : ("10.77.1.1", "10.77.1.2");

    public const string Backend = "10.77.2.2";

    public static string? Missing =>
        !Environment.IsPrivilegedProcess ? "not root: namespaces cannot be made"
        : Array.Find(["/usr/sbin/nft", "/usr/sbin/ip", "/usr/sbin/conntrack", "/usr/bin/python3", "/usr/lib/python3/dist-packages/scapy/__init__.py"], static path => !File.Exists(path)) is { } path ? path + " is missing: apt-get install nftables iproute2 conntrack python3-scapy" : null;

    public static async Task<Namespaces> MakeAsync()
    {
        var one = new Namespaces();
        try
        {
            foreach (var name in (string[])["gateway", "client", "attacker", "backend"])
                await NamedNamespace.AddAsync(one.Name(name));

            await one.CableAsync("client", 0);
            await one.CableAsync("attacker", 1);
            await one.CableAsync("backend", 2);
            await NamedNamespace.RouteAsync(one.Name("gateway"), "10.77.1.2", "fd77:1::2");
            // Forged sources answer to nobody: no neighbour is asked for them.
            return one;
        }
        catch
        {
            await one.DisposeAsync();
            throw;
        }
    }

    public string Name(string role) => $"{_id}-{role}";

    /// <summary>The hardware address of the gateway towards somebody.</summary>
    public async Task<string> MacAsync(string role)
    {
        var links = JsonDocument.Parse(await Tool.RunAsync("ip", "-n", Name("gateway"), "-j", "link", "show", "to-" + role));
        return links.RootElement[0].GetProperty("address").GetString()!;
    }

    /// <summary>Runs a program in a namespace.</summary>
    public Task<(int Code, string Text)> RunAsync(string role, string[] line, string? ssh = null) => Tool.TryAsync(Start(role, line, ssh));

    /// <summary>Runs a peer of wall_peer.py.</summary>
    public Task<(int Code, string Text)> PeerAsync(string role, params string[] arguments) => RunAsync(role, ["/usr/bin/python3", "-W", "ignore", Script, .. arguments]);

    /// <summary>Starts a peer that stays, and waits for its first line.</summary>
    public async Task<Process> StartPeerAsync(string role, string first, params string[] arguments)
    {
        var process = Process.Start(Start(role, ["/usr/bin/python3", "-W", "ignore", Script, .. arguments], null))!;
        _started.Add(process);
        Assert.Equal(first, await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        return process;
    }

    public async Task<string> NftAsync(params string[] arguments)
    {
        var (code, text) = await RunAsync("gateway", ["/usr/sbin/nft", .. arguments]);
        Assert.True(code == 0, text);
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        foreach (var name in (string[])["gateway", "client", "attacker", "backend"])
            await NamedNamespace.DeleteAsync(Name(name));
    }

    private static string Script => Path.Combine(AppContext.BaseDirectory, "Wall", "wall_peer.py");

    private ProcessStartInfo Start(string role, string[] line, string? ssh)
    {
        var start = new ProcessStartInfo("/usr/sbin/ip", ["netns", "exec", Name(role), .. line]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Whoever runs the tests may be logged in by SSH.
        start.Environment["SSH_CONNECTION"] = ssh ?? "";
        return start;
    }

    private async Task CableAsync(string role, int number)
    {
        var (four, six) = (string.Create(CultureInfo.InvariantCulture, $"10.77.{number}."), number == 0 ? "fd77::" : string.Create(CultureInfo.InvariantCulture, $"fd77:{number}::"));
        await NamedNamespace.CableAsync(new(Name("gateway"), "to-" + role, four + "1/24", six + "1/64"), new(Name(role), "eth0", four + "2/24", six + "2/64"));
        await NamedNamespace.RouteAsync(Name(role), four + "1", six + "1");
    }
}
