using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Garita.Gateway.Settings;
using Garita.Settings;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall probe</c>: whether strangers get to a mail server past the gateway. One connection a port, nothing is sent.</summary>
internal static class WallProbeCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var backend = new Argument<string>("BACKEND") { Description = "The mail server: a host of the settings, a tenant, or any host or HOST:PORT" };
        var from = new Option<string?>("--from") { Description = "Try it as a stranger from this address of this machine", HelpName = "ADDRESS" };
        var netns = new Option<string?>("--netns") { Description = "Try it as a stranger from within this network namespace (root)", HelpName = "NAME" };
        var json = CommandLine.Json();
        var verb = new Verb("probe", "Try a mail server's ports from an address that is not the gateway's; exits with 1 when one that Garita serves is open, or nothing is proven")
        {
            Examples = ["garita wall probe mail.example.com", "garita wall probe 192.0.2.25 --from 198.51.100.7", "garita wall probe mail.example.com --netns outside --json"],
        };
        verb.Arguments.Add(backend);
        verb.Options.Add(from);
        verb.Options.Add(netns);
        verb.Options.Add(json);
        verb.SetAction((result, _) => Task.FromResult(Run(result, result.GetRequiredValue(backend), result.GetValue(from), result.GetValue(netns), result.GetValue(json))));
        return verb;
    }

    private static int Run(ParseResult result, string name, string? fromText, string? netns, bool json)
    {
        var error = result.InvocationConfiguration.Error;
        var settings = Settings(result);
        var gateways = settings?.Lockdown.Gateways ?? [];
        if (Target(settings, name) is not { } target)
            return Wrong(error, $"{SafeText.Quote(name)} is no mail server, expected a host, HOST:PORT or a tenant's name");
        IPAddress? from = null;
        if (fromText is not null)
        {
            if (!NetworkText.TryAddress(fromText, out from))
                return Wrong(error, $"--from is {SafeText.Quote(fromText)}, expected an address of this machine");
            if (gateways.Contains(from))
                return Wrong(error, $"--from {from} is the gateway's own address, which must get in: expected another one");
        }

        try
        {
            var addresses = Dns.GetHostAddresses(target.Host);
            var probe = new WallProbe(target, gateways, Timeout);
            var report = probe.Run(addresses, from, netns);
            if (json)
                CommandLine.Output(result).WriteLine(JsonSerializer.Serialize(report, ProbeJson.Default.ProbeReport));
            else
                Print(report, probe.Elsewhere(addresses), CommandLine.Output(result));
            return report.Proven ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AddressNotAvailable)
        {
            return Wrong(error, $"--from {from} is no address of this machine{(netns is null ? "" : " in namespace " + netns)}: see  ip address");
        }
        catch (Exception problem) when (problem is SocketException or IOException)
        {
            error.WriteLine($"garita: {SafeText.Escape(target.Host)}: {problem.Message}");
            return ExitCodes.Failed;
        }
    }

    private static void Print(ProbeReport report, string elsewhere, TextWriter output)
    {
        var table = new TextTable("FROM", "ADDRESS", "PORT", "ANSWER", "");
        foreach (var view in report.Views)
        {
            foreach (var port in view.Ports)
                table.Add($"{view.Standpoint} ({view.From})", view.Address, port.Port.ToString(CultureInfo.InvariantCulture), port.State, Meaning(view, port));
        }

        table.Write(output);
        output.WriteLine();
        foreach (var problem in report.Problems)
            output.WriteLine("! " + problem);
        if (report.Proven)
        {
            output.WriteLine("Locked down: the gateway gets in, and strangers do not, on every port that Garita serves.");
            return;
        }

        if (report.Views.All(static view => !string.Equals(view.Standpoint, "stranger", StringComparison.Ordinal)))
        {
            output.WriteLine("Not proven yet. On any other machine, best outside, in bash:");
            output.WriteLine("  " + elsewhere);
            output.WriteLine($"Each \"OPEN\" at port {string.Join(", ", Served(report))} is a way past the gateway.");
        }
        else if (report.Views.Any(static view => IsOpen(view)))
        {
            output.WriteLine("To close it:  garita wall lockdown --for nftables   (or iptables, postfix, exchange)");
        }
    }

    private static bool IsOpen(ProbeView view) =>
        string.Equals(view.Standpoint, "stranger", StringComparison.Ordinal) && view.Ports.Any(static port => port.Served && string.Equals(port.State, "open", StringComparison.Ordinal));

    private static IEnumerable<int> Served(ProbeReport report) => report.Views.SelectMany(static view => view.Ports).Where(static port => port.Served).Select(static port => port.Port).Distinct().Order();

    private static string Meaning(ProbeView view, ProbePort port) => (view.Standpoint, port.State, port.Served) switch
    {
        ("gateway", "open", _) => "good",
        ("gateway", _, _) => "WRONG: the gateway must get in",
        (_, "open", true) => "WRONG: open past the gateway",
        (_, "open", false) => "open; no listener of Garita serves it",
        _ => "good",
    };

    /// <summary>Without settings, on a machine that is no gateway, it is port 25 that counts.</summary>
    private static GatewaySettings? Settings(ParseResult result) =>
        result.GetValue(CommandLine.Config) is null && !File.Exists(CommandLine.FileOf(result)) ? null : CommandLine.SettingsOf(result);

    private static LockdownTarget? Target(GatewaySettings? settings, string name)
    {
        if (settings is not null && LockdownTarget.Find(settings, name) is { } known)
            return known;
        if (NetworkText.TryAddress(name, out var address))
            return LockdownTarget.Of(settings, address.ToString(), [25]);
        if (NetworkText.TryBackend(name, static path => path, out var backend) is null && backend is { IsUnix: false })
            return LockdownTarget.Of(settings, backend.Host, [backend.Port]);
        return NetworkText.TryBackend(name + ":25", static path => path, out backend) is null && backend is { IsUnix: false } ? LockdownTarget.Of(settings, backend.Host, [25]) : null;
    }

    private static int Wrong(TextWriter error, string message)
    {
        error.WriteLine("garita: " + message);
        return ExitCodes.Usage;
    }
}
