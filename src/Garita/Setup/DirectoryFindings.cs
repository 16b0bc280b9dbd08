using Garita.Gateway.Recipients.Ldap;
using Garita.Gateway.Settings;
using Garita.Settings;

namespace Garita.Setup;

/// <summary>What a look at the directory says to an administrator.</summary>
internal static class DirectoryFindings
{
    /// <summary>The findings about one server.</summary>
    /// <param name="view">What was seen.</param>
    /// <param name="settings">With which settings.</param>
    /// <param name="address">The address that was looked for; null: none.</param>
    public static IEnumerable<SetupFinding> Of(LdapView view, LdapSettings settings, string? address)
    {
        if (view.Trouble != LdapTrouble.None)
            return [SetupFinding.Doubt(SafeText.Escape(view.Problem), Next(view, settings))];
        var reader = settings.BindDn.Length > 0 ? SafeText.Escape(settings.BindDn) : "an anonymous reader";
        return
        [
            SetupFinding.Good($"{view.Server} lets {reader} in{(settings.Tls == LdapTls.None ? ", without TLS" : ", with TLS that is good for its name")}"),
            view.HasAnybody ? SetupFinding.Good($"{reader} sees recipients below {SafeText.Escape(settings.Base)}")
                : SetupFinding.Doubt($"{reader} sees no recipient below {SafeText.Escape(settings.Base)}: all mail would be refused", "let it read the attributes with addresses there; for Active Directory: flavour = \"active-directory\" in [tenant.recipients.ldap]"),
            view.FindsNobody ? SetupFinding.Doubt("it finds an address that cannot exist", "is there a catch-all? Else mend filter or live_filter in [tenant.recipients.ldap]")
                : SetupFinding.Good("it does not find an address that cannot exist"),
            view.FindsAddress switch
            {
                true => SetupFinding.Good($"it finds {SafeText.Escape(address!)}"),
                false => SetupFinding.Doubt($"it does not find {SafeText.Escape(address!)}", "is it spelled right, and in which attribute does the directory have it? See filter and attributes in docs/configuration.md"),
                _ => SetupFinding.Note("no real address was looked for", "--ldap-address you@your.domain does; later: garita recipients check"),
            },
        ];
    }

    private static string Next(LdapView view, LdapSettings settings) => view.Trouble switch
    {
        LdapTrouble.Tls => "the name must be that of its certificate, and the CA one that this machine trusts: --ldap-ca FILE; without StartTLS on port 389: --ldap-tls ldaps",
        LdapTrouble.Credentials => "--ldap-bind-dn and --ldap-password-file: a wrong password is not tried often, accounts get locked",
        LdapTrouble.Files => "the file must be there and hold the password, or the CA's certificate (PEM)",
        LdapTrouble.Refused when settings.BindDn.Length == 0 => "it may not serve anonymous readers: --ldap-bind-dn with --ldap-password-file",
        LdapTrouble.Refused => "see --ldap-base, and what the directory lets this reader do",
        _ => "is it running, and may this machine connect to it?",
    };
}
