using Garita.Hardening.Host;

namespace Garita.Hardening.Dovecot;

/// <summary>What a Dovecot is set to: by its own doveconf where it runs, else by its files and the defaults that checks know.</summary>
internal sealed class DovecotSettings
{
    public const string MainFile = "/etc/dovecot/dovecot.conf";

    /// <summary>What 2.3 takes where the files say nothing: only what checks ask for.</summary>
    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["auth_debug_passwords"] = "no",
        ["auth_failure_delay"] = "2 secs",
        ["auth_mechanisms"] = "plain",
        ["auth_verbose"] = "no",
        ["auth_verbose_passwords"] = "no",
        ["default_internal_user"] = "dovecot",
        ["default_login_user"] = "dovenull",
        ["disable_plaintext_auth"] = "yes",
        ["first_valid_uid"] = "500",
        ["login_greeting"] = "Dovecot ready.",
        ["login_trusted_networks"] = "",
        ["mail_max_userip_connections"] = "10",
        ["ssl"] = "yes",
        ["ssl_key"] = "",
        ["ssl_min_protocol"] = "TLSv1.2",
    };

    private readonly bool _live;

    private DovecotSettings(DovecotBlock root, bool live)
    {
        Root = root;
        _live = live;
    }

    /// <summary>All of it.</summary>
    public DovecotBlock Root { get; }

    /// <summary>Whether it has the names of 2.4.</summary>
    public bool IsNew => Root.Values.ContainsKey("dovecot_config_version");

    /// <summary>Null when there is no Dovecot.</summary>
    public static DovecotSettings? Read(View host)
    {
        if (!host.Exists(MainFile))
            return null;
        // -P: without it the path of the key is hidden. Nothing of it is shown but what a check asks for.
        return host.IsLive && host.Has("doveconf") ? new(DovecotFiles.Parse(host.Ask("doveconf", "-P")), live: true) : ReadFiles(host.Read, host.List);
    }

    /// <summary>By the files alone.</summary>
    public static DovecotSettings ReadFiles(Func<string, string?> read, Func<string, IReadOnlyList<string>?> list) => new(new DovecotFiles(read, list).Read(MainFile), live: false);

    /// <summary>A value; throws where nobody knows it.</summary>
    public string Value(string name) =>
        Root.Values.TryGetValue(name, out var value) ? value
        : !_live && !IsNew && Defaults.TryGetValue(name, out var usual) ? usual
        : throw new CannotLookException($"{name} is not set, and this Dovecot's default is not known");

    /// <summary>A value with each one that a block for a protocol, client or address sets instead.</summary>
    public IReadOnlyList<(string Where, string Value)> All(string name)
    {
        var all = new List<(string, string)> { ("", Value(name)) };
        Collect(Root, name, "", all);
        return all;
    }

    /// <summary>Whether a value is yes.</summary>
    public static bool IsYes(string value) => value.ToLowerInvariant() is "yes" or "y" or "true" or "1";

    private static void Collect(DovecotBlock block, string name, string where, List<(string Where, string Value)> all)
    {
        foreach (var inner in block.Blocks.Values)
        {
            if (inner.Kind is not ("protocol" or "local" or "local_name" or "remote"))
                continue;
            var place = where.Length > 0 ? $"{where}, {inner.Name}" : inner.Name;
            if (inner.Values.TryGetValue(name, out var value))
                all.Add((place, value));
            Collect(inner, name, place, all);
        }
    }
}
