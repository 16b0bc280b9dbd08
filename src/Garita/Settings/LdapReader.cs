using System.Globalization;
using System.Net;
using System.Text;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Ldap;

namespace Garita.Settings;

/// <summary>Reads <c>[tenant.recipients.ldap]</c>.</summary>
/// <param name="absolute">Makes a path of the file absolute.</param>
internal sealed class LdapReader(Func<string, string> absolute)
{
    private const string ServerExpected = "HOST, HOST:PORT or [IPV6]:PORT";

    private static readonly (LdapFilter Filter, string[] Attributes) OpenLdap =
        (LdapFilter.Parse("(|(mail=*)(mailAlternateAddress=*)(mailLocalAddress=*))"), ["mail", "mailAlternateAddress", "mailLocalAddress"]);

    // Disabled accounts (2 in userAccountControl) get no mail; but Exchange disables the accounts of linked (2), shared (4), room (16) and equipment (32) mailboxes, which do.
    private static readonly (LdapFilter Filter, string[] Attributes) ActiveDirectory =
        (LdapFilter.Parse("(&(|(mail=*)(proxyAddresses=smtp:*))(|(!(userAccountControl:1.2.840.113556.1.4.803:=2))(msExchRecipientTypeDetails=2)(msExchRecipientTypeDetails=4)(msExchRecipientTypeDetails=16)(msExchRecipientTypeDetails=32)))"), ["mail", "proxyAddresses"]);

    public LdapSettings Read(TableReader table)
    {
        var tls = table.Choice<LdapTls>("tls", [("starttls", LdapTls.StartTls), ("ldaps", LdapTls.Ldaps), ("none", LdapTls.None)]) ?? LdapTls.StartTls;
        var flavour = table.Choice<Flavour>("flavour", [("openldap", Flavour.OpenLdap), ("active-directory", Flavour.ActiveDirectory)]) ?? Flavour.OpenLdap;
        var (filter, attributes) = flavour == Flavour.ActiveDirectory ? ActiveDirectory : OpenLdap;
        var mode = table.Choice<LdapMode>("mode", [("sync", LdapMode.Sync), ("live", LdapMode.Live)]) ?? LdapMode.Sync;
        var settings = new LdapSettings
        {
            Servers = Servers(table, tls),
            Tls = tls,
            Ca = Path(table, "ca", "the path of a PEM file"),
            BindDn = (string?)table.Text("bind_dn", "a DN such as \"cn=garita,dc=example,dc=com\"")?.Value ?? "",
            PasswordFile = Path(table, "password_file", "the path of a file that holds the password"),
            PasswordVariable = (string?)table.Text("password_env", "the name of an environment variable")?.Value,
            Base = (string?)table.RequiredText("base", "a DN such as \"dc=example,dc=com\"")?.Value ?? "",
            Filter = Filter(table, "filter", wantsAddress: false) ?? filter,
            LiveFilter = Filter(table, "live_filter", wantsAddress: true),
            Attributes = Attributes(table) ?? [.. attributes],
            Mode = mode,
            Every = table.Duration("every", TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), TimeSpan.FromMinutes(15)),
            StaleFor = table.Duration("stale_for", TimeSpan.FromMinutes(5), TimeSpan.FromDays(30), TimeSpan.FromHours(24)),
            LiveRate = table.Whole("live_rate", 0, 1000, 10),
            Timeout = table.Duration("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)),
            Connections = table.Whole("connections", 1, 100, 4),
        };
        CheckPassword(table, settings);
        CheckMode(table, settings);
        return settings;
    }

    private enum Flavour : byte
    {
        OpenLdap,
        ActiveDirectory,
    }

    private static List<LdapServer> Servers(TableReader table, LdapTls tls)
    {
        var servers = new List<LdapServer>();
        if (!table.Has("servers"))
            table.Error(table.Place, $"{table.Path}.servers is missing, expected {ServerExpected}");
        var allowsClearText = table.Flag("allow_clear_text", false);
        foreach (var (node, text) in table.Texts("servers", ServerExpected))
        {
            if (Server(text, tls == LdapTls.Ldaps ? 636 : 389) is not { } server)
                table.Wrong("servers", node, ServerExpected);
            else if (servers.Contains(server))
                table.Error(node.Place, $"{table.Path}.servers has {server} twice, expected each server once");
            else if (tls == LdapTls.None && !allowsClearText && !IsLoopback(server.Host))
                table.Error(node.Place, $"{table.Path}.servers has {server} with tls = \"none\", expected tls = \"starttls\" or \"ldaps\" (or allow_clear_text = true: password and addresses then cross the network for all to read and change)");
            else
                servers.Add(server);
        }

        if (servers.Count == 0 && table.Has("servers"))
            table.Error(table.PlaceOf("servers"), $"{table.Path}.servers has no usable server, expected at least one");
        if (tls == LdapTls.None && table.Has("ca"))
            table.Error(table.PlaceOf("ca"), $"{table.Path}.ca is given, expected tls = \"starttls\" or \"ldaps\" with it");
        return servers;
    }

    private static LdapServer? Server(string text, int usualPort)
    {
        if (NetworkText.TryEndPoint(text, out var endPoint))
            return endPoint.Port == 0 ? null : new LdapServer(endPoint.Address.ToString(), endPoint.Port);
        if (NetworkText.TryAddress(text.Length > 2 && text[0] == '[' && text[^1] == ']' ? text[1..^1] : text, out var address))
            return new LdapServer(address.ToString(), usualPort);
        var colon = text.LastIndexOf(':');
        var port = usualPort;
        if (colon >= 0 && !(int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535))
            return null;
        // A name of digits and dots alone was meant as an address.
        return DomainName.TryNormalize(Encoding.UTF8.GetBytes(colon < 0 ? text : text[..colon]), smtpUtf8: true, out var name) && name!.Any(char.IsAsciiLetter) ? new LdapServer(name!, port) : null;
    }

    private static bool IsLoopback(string host) => string.Equals(host, "localhost", StringComparison.Ordinal) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private string? Path(TableReader table, string key, string expected) => table.Text(key, expected) is { Value: string { Length: > 0 } path } ? absolute(path) : null;

    private static LdapFilter? Filter(TableReader table, string key, bool wantsAddress)
    {
        const string Expected = "a filter (RFC 4515) such as \"(&(objectClass=person)(mail=*))\"";
        if (table.Text(key, Expected) is not { } node)
            return null;
        if (!LdapFilter.TryParse((string)node.Value, out var filter, out var wrong))
            table.Wrong(key, node, $"{Expected}: {wrong}");
        else if (filter!.NeedsAddress && !wantsAddress)
            table.Wrong(key, node, "a filter without %s, %u and %d: it chooses all recipients; live_filter asks for one");
        else if (!filter.NeedsAddress && wantsAddress)
            table.Wrong(key, node, "%s (the address), %u (its local part) or %d (its domain) in it");
        return filter;
    }

    private static List<string>? Attributes(TableReader table)
    {
        const string Expected = "names of attributes with addresses, such as [\"mail\", \"proxyAddresses\"]";
        if (!table.Has("attributes"))
            return null;
        var attributes = new List<string>();
        foreach (var (node, text) in table.Texts("attributes", Expected))
        {
            // RFC 4512 §1.4: a keystring, or an OID.
            if (text.Length is 0 or > 128 || !char.IsAsciiLetterOrDigit(text[0]) || !text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.'))
                table.Wrong("attributes", node, Expected);
            else
                attributes.Add(text);
        }

        if (attributes.Count is 0 or > 32)
            table.Error(table.PlaceOf("attributes"), $"{table.Path}.attributes has {attributes.Count} usable names, expected 1 to 32");
        return attributes;
    }

    // RFC 4513 §5.1.2: a name without a password would be let in as nobody, and find nobody.
    private static void CheckPassword(TableReader table, LdapSettings settings)
    {
        var hasPassword = settings.PasswordFile is not null || settings.PasswordVariable is { Length: > 0 };
        if (settings.BindDn.Length > 0 && !hasPassword)
            table.Error(table.PlaceOf("bind_dn"), $"{table.Path}.bind_dn is given, expected password_file or password_env with it");
        if (settings.BindDn.Length == 0 && hasPassword)
            table.Error(table.PlaceOf(settings.PasswordFile is null ? "password_env" : "password_file"), $"{table.Path} has a password, expected bind_dn with it");
        if (settings.PasswordFile is not null && settings.PasswordVariable is not null)
            table.Error(table.PlaceOf("password_env"), $"{table.Path} has password_file and password_env, expected one of them");
    }

    private static void CheckMode(TableReader table, LdapSettings settings)
    {
        foreach (var key in (string[])["every", "stale_for", "live_rate"])
        {
            if (settings.Mode == LdapMode.Live && table.Has(key))
                table.Error(table.PlaceOf(key), $"{table.Path}.{key} is given, expected mode = \"sync\" with it");
        }

        if (settings.Mode == LdapMode.Sync && settings.StaleFor < settings.Every)
            table.Error(table.PlaceOf("stale_for"), $"{table.Path}.stale_for is {SettingsUnits.Text(settings.StaleFor)}, expected at least every ({SettingsUnits.Text(settings.Every)})");
    }
}
