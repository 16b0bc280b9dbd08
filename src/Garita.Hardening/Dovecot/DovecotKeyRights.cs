using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotKeyRights : DovecotCheck
{
    public override string Id => "dovecot-key-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root reads the private key of Dovecot";

    public override string Why => "Whoever has the key can pass for this server, and passwords are what is sent to it.";

    public override IReadOnlyList<string> References => ["NIST SP 800-52r2 §3.2", "NIST SP 800-45 §7.1"];

    public override string Expected => "owner root, mode 0600 or 0640";

    public override string Mend => "chown root KEY && chmod 0600 KEY";

    protected override Finding Look(View host, DovecotSettings dovecot) => FileRights.JudgeKeys(host, Keys(dovecot));

    protected override Repair? Repair(View host, DovecotSettings dovecot) => FileRights.CloseKeys(host, Keys(dovecot));

    private static string[] Keys(DovecotSettings dovecot) =>
    [
        .. dovecot.All(dovecot.IsNew ? "ssl_server_key_file" : "ssl_key").Select(static known => known.Value.TrimStart('<').Trim()).Where(static path => path.StartsWith('/')).Distinct(StringComparer.Ordinal),
    ];
}
