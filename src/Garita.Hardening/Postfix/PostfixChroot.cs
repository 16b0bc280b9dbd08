using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixChroot : PostfixCheck
{
    public override string Id => "postfix-chroot";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Postfix's SMTP server sees nothing but its queue";

    public override string Why => "A hole in the part that talks to strangers then reaches the queue folder instead of the whole file system.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §5.3", "Postfix BASIC_CONFIGURATION_README"];

    public override string Expected => "chroot = y for each service that runs smtpd";

    public override string Mend => "postconf -F 'smtp/inet/chroot=y' (and the same for each other smtpd), then postfix reload; sockets for logins have to be below /var/spool/postfix";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        var wrong = Outside(postfix);
        return wrong.Length > 0
            ? Finding.Warning($"not chrooted: {string.Join(", ", wrong.Select(static service => service.ToString()))}")
            : Finding.Pass($"chrooted: {string.Join(", ", postfix.Servers)}");
    }

    protected override Repair? Repair(View host, PostfixSettings postfix) => new(
        Risk.Medium,
        "Logins, tables and name look-ups that use files or sockets outside /var/spool/postfix fail; Debian copies what is usual there at each start.",
        [.. Outside(postfix).Select(static service => new RunTool("postconf", "-F", $"{service}/chroot=y") { Files = [PostfixSettings.MasterFile] }), Reload]);

    // "-" is n since Postfix 3.0.
    private static PostfixService[] Outside(PostfixSettings postfix) => [.. postfix.Servers.Where(static service => !string.Equals(service.Chroot, "y", StringComparison.Ordinal))];
}
