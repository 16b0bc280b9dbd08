using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximUser : EximCheck
{
    public override string Id => "exim-user";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Exim gives root away as soon as it can";

    public override string Why => "What speaks to strangers must not be root: Exim had several holes that were root at once where it was.";

    public override IReadOnlyList<string> References => ["CVE-2019-10149", "NIST SP 800-45 §5.3"];

    public override string Expected => "exim_user a user of its own, not root";

    public override string Mend => "take exim_user out of the main section (Debian's is Debian-exim), then update-exim4.conf && systemctl restart exim4";

    protected override Finding Look(View host, EximSettings exim)
    {
        var user = exim.Value("exim_user");
        return user is "root" or "0" ? Finding.Fail($"exim_user = {user}") : Finding.Pass($"exim_user = {user}");
    }
}
