using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayDirectoryTls : GatewaySettingsCheck
{
    public override string Id => "garita-directory-tls";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "The directory is asked under TLS";

    public override string Why => "In clear text the password of Garita's account crosses the network, and whoever stands between decides who exists.";

    public override IReadOnlyList<string> References => ["RFC 4513 §5.1.2", "NIST SP 800-52r2"];

    public override string Expected => "tls = \"starttls\" or \"ldaps\" in [tenant.recipients.ldap], unless the directory is on this host";

    public override string Mend => "tls = \"starttls\" with the directory's ca, and no allow_clear_text; then garita reload";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var directories = settings.Tables("tenant", "recipients", "ldap");
        if (directories.Count == 0)
            return Finding.NotApplicable("no directory is asked");
        var wrong = directories.Where(static known => known.Table.Text("tls") is "none")
            .SelectMany(static known => known.Table.Texts("servers").Where(static server => Place.Of(server) is not Place.Kind.Here).Select(server => $"{known.Owner}: {server} with tls = \"none\"")).ToArray();
        return FileRights.Judge(wrong, "under TLS");
    }
}
