using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixKeyRights : PostfixCheck
{
    public override string Id => "postfix-key-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root reads the private key of Postfix";

    public override string Why => "Whoever has the key can pass for this server and read what was recorded of mail to it.";

    public override IReadOnlyList<string> References => ["NIST SP 800-52r2 §3.2", "NIST SP 800-45 §7.1"];

    public override string Expected => "owner root, mode 0600 or 0640";

    public override string Mend => "chown root KEY && chmod 0600 KEY";

    protected override Finding Look(View host, PostfixSettings postfix) => FileRights.JudgeKeys(host, Keys(postfix));

    protected override Repair? Repair(View host, PostfixSettings postfix) => FileRights.CloseKeys(host, Keys(postfix));

    private static string[] Keys(PostfixSettings postfix) =>
    [
        .. postfix.Servers.SelectMany(service => PostfixSettings.Items(postfix.Known("smtpd_tls_chain_files", service)) is { Length: > 0 } chains ? chains : [postfix.Known("smtpd_tls_key_file", service)])
            .Where(static path => path.StartsWith('/')).Distinct(StringComparer.Ordinal),
    ];
}
