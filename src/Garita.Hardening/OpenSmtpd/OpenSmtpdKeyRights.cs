using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdKeyRights : OpenSmtpdCheck
{
    public override string Id => "opensmtpd-key-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root reads the private keys of OpenSMTPD";

    public override string Why => "Whoever has the key can pass for this server and read what was recorded of mail to it.";

    public override IReadOnlyList<string> References => ["NIST SP 800-52r2 §3.2", "NIST SP 800-45 §7.1"];

    public override string Expected => "owner root, mode 0600 or 0640";

    public override string Mend => "chown root KEY && chmod 0600 KEY";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd) => FileRights.JudgeKeys(host, Keys(smtpd));

    public override Repair? Repair(View host) => OpenSmtpdSettings.Read(host) is { } smtpd ? FileRights.CloseKeys(host, Keys(smtpd)) : null;

    private static string[] Keys(OpenSmtpdSettings smtpd) => [.. smtpd.Directives.Where(static words => words is ["pki", _, "key", _, ..]).Select(static words => words[3]).Distinct(StringComparer.Ordinal)];
}
