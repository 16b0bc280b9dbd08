using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Postfix;

/// <summary>What Postfix takes where main.cf says nothing: only what checks ask for. A running Postfix is asked itself.</summary>
internal static class PostfixDefaults
{
    private static readonly Dictionary<string, string> Same = new(StringComparer.Ordinal)
    {
        ["allow_percent_hack"] = "yes",
        ["compatibility_level"] = "0",
        ["disable_vrfy_command"] = "no",
        ["inet_interfaces"] = "all",
        ["local_recipient_maps"] = "proxy:unix:passwd.byname $alias_maps",
        ["mail_name"] = "Postfix",
        ["message_size_limit"] = "10240000",
        ["queue_minfree"] = "0",
        ["relay_recipient_maps"] = "",
        ["smtp_sasl_password_maps"] = "",
        ["smtpd_banner"] = "$myhostname ESMTP $mail_name",
        ["smtpd_client_auth_rate_limit"] = "0",
        ["smtpd_client_connection_rate_limit"] = "0",
        ["smtpd_client_event_limit_exceptions"] = "$mynetworks",
        ["smtpd_forbid_bare_newline_exclusions"] = "$mynetworks",
        ["smtpd_helo_required"] = "no",
        ["smtpd_recipient_restrictions"] = "",
        ["smtpd_reject_unlisted_recipient"] = "yes",
        ["smtpd_sasl_auth_enable"] = "no",
        ["smtpd_tls_auth_only"] = "no",
        ["smtpd_tls_cert_file"] = "",
        ["smtpd_tls_chain_files"] = "",
        ["smtpd_tls_key_file"] = "$smtpd_tls_cert_file",
        ["smtpd_tls_loglevel"] = "0",
        ["smtpd_tls_security_level"] = "",
        ["smtpd_tls_wrappermode"] = "no",
        ["smtpd_use_tls"] = "no",
        ["strict_rfc821_envelopes"] = "no",
    };

    /// <summary>Postfix 3.9 changed these (COMPATIBILITY_README): with the value before and since.</summary>
    private static readonly Dictionary<string, (string Before, string Since)> Since39 = new(StringComparer.Ordinal)
    {
        ["smtpd_forbid_bare_newline"] = ("no", "normalize"),
        ["smtpd_forbid_unauth_pipelining"] = ("no", "yes"),
    };

    /// <summary>The default. Throws when nobody can know it from files.</summary>
    public static string Of(string name, View host, int compatibility)
    {
        if (Same.TryGetValue(name, out var value))
            return value;
        if (Since39.TryGetValue(name, out var changed))
            return Version(host) is var version && version >= new Version(3, 9) ? changed.Since : changed.Before;
        return name switch
        {
            "mynetworks_style" => compatibility < 2 ? "subnet" : "host",
            "relay_domains" => compatibility < 2 ? "$mydestination" : "",
            "smtpd_relay_restrictions" => compatibility < 1 ? "" : "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination",
            "smtpd_tls_protocols" or "smtpd_tls_mandatory_protocols" when Version(host) < new Version(3, 11) => ">=TLSv1",
            _ => throw new CannotLookException($"{name} is not in main.cf, and only the running system can be asked for its default"),
        };
    }

    private static Version Version(View host)
    {
        var text = host.Package("postfix") ?? throw new CannotLookException("the version of Postfix is not known, and with it its defaults");
        var parts = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('.', '-', '+', '~');
        return parts.Length >= 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new Version(major, minor)
            : throw new CannotLookException($"{text} is no version of Postfix");
    }
}
