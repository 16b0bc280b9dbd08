using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximVrfy : EximCheck
{
    private static readonly string[] Names = ["acl_smtp_vrfy", "acl_smtp_expn"];

    public override string Id => "exim-vrfy";

    public override Measure Measure => Measure.Software;

    public override string Title => "Exim answers neither VRFY nor EXPN";

    public override string Why => "VRFY tells which mailboxes exist, EXPN who is on a list, to whoever asks and without a message being sent.";

    public override IReadOnlyList<string> References => ["RFC 5321 §7.3", "NIST SP 800-45 §6"];

    public override string Expected => "acl_smtp_vrfy and acl_smtp_expn empty, or deny";

    public override string Mend => "take acl_smtp_vrfy and acl_smtp_expn out of the main section, then update-exim4.conf && systemctl reload exim4";

    protected override Finding Look(View host, EximSettings exim)
    {
        var wrong = Names.Where(name => exim.Value(name) is not ("" or "deny" or "drop")).Select(name => $"{name} = {exim.Value(name)}").ToArray();
        return FileRights.Judge(wrong, "no ACL lets them through");
    }
}
