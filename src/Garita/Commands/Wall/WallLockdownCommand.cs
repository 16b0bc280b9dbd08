using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Settings;
using Garita.Machine.Files;
using Garita.Settings;
using Garita.Wall.Lockdown;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall lockdown</c>: rules and settings for the mail server behind, which let the gateway in and nobody else. Changes nothing here.</summary>
internal static class WallLockdownCommand
{
    private static readonly string[] Forms = ["nftables", "iptables", "postfix", "exchange", "dovecot"];

    public static Command Create()
    {
        var form = new Option<string>("--for") { Description = "What to print it for", HelpName = string.Join('|', Forms), Required = true };
        form.AcceptOnlyFromAmong(Forms);
        var backend = new Option<string?>("--backend") { Description = "The mail server, by host or tenant; needed where there are several", HelpName = "NAME" };
        var gateway = new Option<IPAddress[]>("--gateway")
        {
            Description = "An address of this gateway as the mail server sees it, instead of wall.lockdown.gateways; may be given several times",
            HelpName = "ADDRESS",
            CustomParser = Gateways,
        };
        var connector = new Option<string?>("--connector") { Description = "Exchange: the receive connector's name; otherwise all of the front end on the port", HelpName = "NAME" };
        var ruleset = new Option<bool>("--ruleset") { Description = "nftables: the ruleset alone, to be included in /etc/nftables.conf, instead of the script" };
        var output = new Option<string?>("--output") { Description = "Write it into a file", HelpName = "FILE" };
        var verb = new Verb("lockdown", "Print what makes a mail server behind take mail from this gateway alone; changes nothing, each says how to apply it with a way back")
        {
            Examples =
            [
                "garita wall lockdown --for nftables --output lockdown.sh",
                "garita wall lockdown --for nftables --ruleset --output lockdown.nft",
                "garita wall lockdown --for postfix --backend mail.example.com",
                "garita wall probe mail.example.com            # is it in force?",
            ],
        };
        verb.Options.Add(form);
        verb.Options.Add(backend);
        verb.Options.Add(gateway);
        verb.Options.Add(connector);
        verb.Options.Add(ruleset);
        verb.Options.Add(output);
        verb.SetAction(result =>
        {
            var settings = CommandLine.SettingsOf(result);
            var error = result.InvocationConfiguration.Error;
            var chosen = result.GetRequiredValue(form);
            if (result.GetValue(ruleset) && chosen is not "nftables")
            {
                error.WriteLine($"garita: --ruleset goes with --for nftables alone, and this is --for {chosen}");
                return ExitCodes.Usage;
            }

            if (Target(settings, result.GetValue(backend), error) is not { } target)
                return ExitCodes.Usage;
            if (target.IsLocal && (chosen is "nftables" or "iptables"))
            {
                error.WriteLine($"garita: {target.Host} is on this machine and reached over loopback: a packet filter has nothing to close there; see that it listens on loopback alone, and use --for postfix");
                return ExitCodes.Usage;
            }

            var given = result.GetValue(gateway);
            var gateways = given is { Length: > 0 } ? given : settings.Lockdown.Gateways;
            if (gateways.Count == 0)
            {
                error.WriteLine("garita: wall.lockdown.gateways is missing, expected the addresses from which the mail server sees this gateway" + Suggestion(target));
                return ExitCodes.Usage;
            }

            var file = result.GetValue(output);
            var plan = Plan(settings.Lockdown, gateways, target);
            foreach (var warning in plan.Warnings())
                error.WriteLine("note: " + warning);
            return Deliver(Render(result.GetValue(ruleset) ? "ruleset" : chosen, plan, result.GetValue(connector), file), file, result);
        });
        return verb;
    }

    /// <summary>What the settings say, for one mail server.</summary>
    internal static LockdownPlan Plan(LockdownSettings settings, IReadOnlyList<IPAddress> gateways, LockdownTarget target) => new()
    {
        Backend = SafeText.Escape(target.Host),
        Gateways = gateways,
        GatewayMacs = settings.GatewayMacs,
        MailPorts = target.Ports,
        AlsoFrom = settings.AlsoFrom,
        SshFrom = settings.SshFrom,
        SshPort = settings.SshPort,
        Services = settings.Services,
        Dns = Destinations(settings.Dns),
        Ntp = Destinations(settings.Ntp),
        Updates = Destinations(settings.Updates),
        Ldap = Destinations(settings.Ldap),
        LogHosts = Destinations(settings.LogHosts),
        MailTo = Destinations(settings.MailTo),
    };

    private static Destination[] Destinations(IReadOnlyList<LockdownDestination> settings) => [.. settings.Select(static to => new Destination(to.Network, to.Port))];

    private static string Render(string form, LockdownPlan plan, string? connector, string? file) => form switch
    {
        "nftables" => NftablesLockdown.Render(plan),
        "ruleset" => file is not null && IsPlainName(Path.GetFileName(file)) ? NftablesLockdown.Ruleset(plan, Path.GetFileName(file)) : NftablesLockdown.Ruleset(plan),
        "iptables" => IptablesLockdown.Render(plan),
        "postfix" => PostfixLockdown.Render(plan),
        // Windows PowerShell takes a file without the mark for the old code page, and a name in it for another.
        "exchange" => (file is null ? "" : "\ufeff") + ExchangeLockdown.Render(plan, connector),
        _ => DovecotLockdown.Render(plan),
    };

    // It is shown in commands to copy.
    private static bool IsPlainName(string name) => name.Length > 0 && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');

    private static int Deliver(string text, string? file, ParseResult result)
    {
        if (file is null)
        {
            CommandLine.Output(result).Write(text);
            return ExitCodes.Ok;
        }

        try
        {
            // Whole or not at all: half a ruleset must not be carried to a mail server.
            WholeFile.Replace(file, text);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            result.InvocationConfiguration.Error.WriteLine($"garita: cannot write {SafeText.Escape(file)}: {problem.Message}");
            return ExitCodes.Failed;
        }

        CommandLine.Output(result).WriteLine($"{file}: its first lines say how to apply it on the mail server, with a way back");
        return ExitCodes.Ok;
    }

    private static LockdownTarget? Target(GatewaySettings settings, string? name, TextWriter error)
    {
        var found = name is null ? LockdownTarget.All(settings) : LockdownTarget.Named(settings, name);
        if (found.Count == 1)
            return found[0];
        if (LockdownTarget.All(settings).Count == 0)
            error.WriteLine("garita: every mail server is reached over a unix socket: nobody else can reach it, and there is nothing to lock down");
        else if (found.Count == 0)
            error.WriteLine($"garita: there is no mail server {SafeText.Quote(name!)} in the settings, expected --backend with one of {LockdownTarget.Names(settings)}");
        else
            error.WriteLine($"garita: there are several mail servers, and each gets a lockdown of its own: --backend with one of {string.Join(", ", found.Select(static target => SafeText.Escape(target.Host)))}");
        return null;
    }

    private static string Suggestion(LockdownTarget target)
    {
        try
        {
            var addresses = Dns.GetHostAddresses(target.Host);
            var local = addresses.Select(LocalAddresses.Towards).OfType<IPAddress>().Distinct().ToList();
            return local.Count == 0 ? "" : $"; towards {SafeText.Escape(target.Host)} this machine uses {string.Join(" and ", local)} (other ones if NAT is between)";
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private static IPAddress[] Gateways(ArgumentResult result)
    {
        var addresses = new List<IPAddress>();
        foreach (var token in result.Tokens)
        {
            if (LockdownReader.TryGateway(token.Value, out var address))
                addresses.Add(address);
            else
                result.AddError($"{SafeText.Quote(token.Value)} is no address of a gateway, expected one such as 192.0.2.1");
        }

        return [.. addresses];
    }
}
