using System.Globalization;
using System.Net;
using System.Text;
using Garita.Hardening.Host;

namespace Garita.Hardening.Postfix;

/// <summary>What a Postfix is set to: by its own postconf where it runs, else by its files and the defaults that checks know.</summary>
internal sealed class PostfixSettings
{
    public const string MainFile = "/etc/postfix/main.cf";
    public const string MasterFile = "/etc/postfix/master.cf";
    private readonly View _host;
    private readonly Dictionary<string, string> _values;
    private readonly bool _live;

    private PostfixSettings(View host, Dictionary<string, string> values, IReadOnlyList<PostfixService> services, bool live)
    {
        _host = host;
        _values = values;
        _live = live;
        Services = services;
        Servers = [.. services.Where(static service => string.Equals(service.Command, "smtpd", StringComparison.Ordinal))];
    }

    /// <summary>All of master.cf.</summary>
    public IReadOnlyList<PostfixService> Services { get; }

    /// <summary>Those that speak SMTP with clients.</summary>
    public IReadOnlyList<PostfixService> Servers { get; }

    /// <summary>Settings that are given; for a running Postfix all of them.</summary>
    public IReadOnlyDictionary<string, string> Given => _values;

    /// <summary>Null when there is no Postfix.</summary>
    public static PostfixSettings? Read(View host)
    {
        if (!host.Exists(MainFile))
            return null;
        if (host.IsLive && host.Has("postconf"))
            return new(host, PostfixFiles.Main(host.Ask("postconf", "-x")), PostfixFiles.Master(host.Ask("postconf", "-M")), live: true);
        var main = PostfixFiles.Main(host.Read(MainFile) ?? throw new CannotLookException(MainFile + " is no file"));
        return new(host, main, PostfixFiles.Master(host.Read(MasterFile) ?? throw new CannotLookException(MasterFile + " is missing")), live: false);
    }

    /// <summary>A value as it holds for all services, names in it replaced; null when this Postfix does not know the setting.</summary>
    public string? Value(string name) => Raw(name) is { } raw ? Expand(raw, 0) : null;

    /// <summary>A value as it holds for one service.</summary>
    public string? Value(string name, PostfixService service) => service.Overrides.TryGetValue(name, out var own) ? Expand(own, 0) : Value(name);

    /// <summary>A value that must be there.</summary>
    public string Known(string name, PostfixService? service = null) =>
        (service is null ? Value(name) : Value(name, service)) ?? throw new CannotLookException($"this Postfix does not know {name}");

    /// <summary>Whether a value is yes.</summary>
    public bool IsOn(string name, PostfixService service) => string.Equals(Value(name, service), "yes", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a service offers TLS, and whether it demands it.</summary>
    public (bool Offered, bool Demanded) Tls(PostfixService service)
    {
        if (IsOn("smtpd_tls_wrappermode", service))
            return (true, true);
        return Known("smtpd_tls_security_level", service) switch
        {
            "" => (IsOn("smtpd_use_tls", service), false),
            "none" => (false, false),
            "may" => (true, false),
            _ => (true, true),
        };
    }

    /// <summary>Whether an address is in a list of networks: the first that matches decides. Throws when the list is a table.</summary>
    public static bool Lists(string name, string value, IPNetwork network)
    {
        foreach (var item in Items(value))
        {
            var not = item.StartsWith('!');
            if (Networks.TryParse(not ? item[1..] : item, out var known))
            {
                if (Networks.Within(network, known))
                    return !not;
            }
            else if (item.Contains('/', StringComparison.Ordinal) || item.Contains(':', StringComparison.Ordinal))
            {
                throw new CannotLookException($"{name} names the table {item}, which is not looked into");
            }
        }
        return false;
    }

    /// <summary>The items of a list.</summary>
    public static string[] Items(string value) => value.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);

    private string? Raw(string name)
    {
        if (_values.TryGetValue(name, out var value))
            return value;
        if (_live)
            return null;
        return PostfixDefaults.Of(name, _host, Compatibility);
    }

    private int Compatibility => _values.TryGetValue("compatibility_level", out var text) && int.TryParse(text.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? level : 0;

    /// <summary>postconf(5): $name, ${name}, $(name); what has conditions is left to a running Postfix.</summary>
    private string Expand(string value, int depth)
    {
        if (!value.Contains('$', StringComparison.Ordinal))
            return value;
        if (depth > 16)
            throw new CannotLookException("settings of main.cf name each other in a circle");
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '$' || i + 1 == value.Length)
            {
                text.Append(value[i]);
                continue;
            }
            if (value[i + 1] == '$')
            {
                text.Append(value[++i]);
                continue;
            }
            var open = value[i + 1] is '{' or '(';
            var start = open ? i + 2 : i + 1;
            var end = start;
            while (end < value.Length && (char.IsAsciiLetterOrDigit(value[end]) || value[end] == '_'))
                end++;
            if (open && (end == value.Length || value[end] is not ('}' or ')')))
                throw new CannotLookException($"{value} has a condition, which only a running Postfix decides");
            text.Append(Named(value[start..end], depth));
            i = open ? end : end - 1;
        }
        return text.ToString();
    }

    // A name without a value, such as the address of this host, stays as it is: it is no network and no word that a check looks for.
    private string Named(string name, int depth)
    {
        if (_values.TryGetValue(name, out var value))
            return Expand(value, depth + 1);
        if (_live || name is "myhostname" or "mydomain" or "mydestination" or "alias_maps" or "data_directory" or "service_name")
            return "$" + name;
        return Expand(PostfixDefaults.Of(name, _host, Compatibility), depth + 1);
    }
}
