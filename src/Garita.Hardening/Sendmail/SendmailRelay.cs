using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailRelay : SendmailCheck
{
    public override string Id => "sendmail-relay";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Sendmail relays for nobody it does not know";

    public override string Why => "An open relay sends other people's spam within the hour, and is on every block list within the day.";

    public override IReadOnlyList<string> References => ["RFC 2505 §2.1", "NIST SP 800-45 §6"];

    public override string Expected => "a ruleset check_rcpt that ends in a refusal; no network wider than three octets and no top-level domain in relay-domains or with RELAY in access";

    public override string Mend => $"take FEATURE(`promiscuous_relay') out of {SendmailSettings.MacroFile} and what was found out of /etc/mail/relay-domains and /etc/mail/access; then sendmailconfig";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var rules = sendmail.Ruleset("Basic_check_rcpt") ?? sendmail.Ruleset("check_rcpt");
        if (rules is null)
            return Finding.Fail("sendmail.cf has no ruleset that judges recipients");
        // The last rule refuses what none before let through; promiscuous_relay leaves it out.
        if (!rules.Any(static rule => Left(rule) is "$*" && rule.Contains("$#error", StringComparison.Ordinal)))
            return Finding.Fail("the ruleset check_rcpt refuses nobody: promiscuous_relay");
        var (wrong, wide) = (new List<string>(), new List<string>());
        foreach (var name in host.Lines("/etc/mail/relay-domains") ?? [])
            Judge("relay-domains", name, wrong, wide);
        foreach (var line in host.Lines("/etc/mail/access") ?? [])
        {
            var words = Text.Words(line);
            if (words.Length > 1 && string.Equals(words[^1], "RELAY", StringComparison.OrdinalIgnoreCase))
                Judge("access", words[0].StartsWith("Connect:", StringComparison.OrdinalIgnoreCase) ? words[0][8..] : words[0].StartsWith("To:", StringComparison.OrdinalIgnoreCase) ? "" : words[0], wrong, wide);
        }
        return wrong.Count > 0 ? Finding.Fail(string.Join("; ", wrong.Concat(wide))) : wide.Count > 0 ? Finding.Warning(string.Join("; ", wide)) : Finding.Pass("recipients elsewhere are refused, and only narrow networks are let relay");
    }

    private static string Left(string rule) => rule.Split('\t', 2)[0].Trim();

    /// <summary>Networks are written by their first octets here.</summary>
    private static void Judge(string file, string name, List<string> wrong, List<string> wide)
    {
        if (name.Length == 0 || name.Contains('@', StringComparison.Ordinal))
            return;
        var parts = name.Trim('.').Split('.');
        if (parts.All(static part => part.Length > 0 && part.All(char.IsAsciiDigit)))
        {
            if (parts.Length == 1)
                wrong.Add($"{file}: {name} is a network of 16 million");
            else if (parts.Length == 2)
                wide.Add($"{file}: {name} is a network of 65,536");
        }
        else if (parts.Length == 1 && !name.Contains(':', StringComparison.Ordinal) && !string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            wrong.Add($"{file}: {name} is all of a top-level domain");
        }
    }
}
