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

    protected override Finding Look(View host, OpenSmtpdSettings smtpd)
    {
        var keys = Keys(smtpd);
        if (keys.Length == 0)
            return Finding.NotApplicable("no private key is set");
        var wrong = new List<string>();
        foreach (var key in keys)
        {
            var facts = host.Stat(key) ?? throw new CannotLookException(key + " is missing");
            if (facts.User != 0)
                wrong.Add($"{key} belongs to user {facts.User}");
            else if (FileRights.Open(key, facts) is { } open)
                wrong.Add(open);
        }
        return FileRights.Judge(wrong, string.Join(", ", keys));
    }

    public override Repair? Repair(View host)
    {
        if (OpenSmtpdSettings.Read(host) is not { } smtpd)
            return null;
        var changes = Keys(smtpd).Where(key => host.Stat(key) is { } facts && (facts.User != 0 || FileRights.Open(key, facts) is not null)).Select(key => new SetMode(key, FileRights.Closed(host.Stat(key)!), "root")).ToArray();
        return changes.Length == 0 ? null : new Repair(Risk.Medium, "Another program that reads the same key as an ordinary user cannot any more.", changes);
    }

    private static string[] Keys(OpenSmtpdSettings smtpd) => [.. smtpd.Directives.Where(static words => words is ["pki", _, "key", _, ..]).Select(static words => words[3]).Distinct(StringComparer.Ordinal)];
}
