using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximLoginTls : EximCheck
{
    public override string Id => "exim-login-tls";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Exim offers logins under TLS only";

    public override string Why => "A password in clear text is read on the way, and an account that sends mail is what spammers look for.";

    public override IReadOnlyList<string> References => ["RFC 4954 §4", "NIST SP 800-45 §7.1"];

    public override string Expected => "auth_advertise_hosts, or server_advertise_condition of each PLAIN and LOGIN, that asks for $tls_in_cipher";

    protected override string Line => "auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}";

    protected override Finding Look(View host, EximSettings exim)
    {
        var open = new List<string>();
        var servers = 0;
        foreach (var (name, lines) in Authenticators(exim))
        {
            var serves = lines.Any(static line => line.StartsWith("server_", StringComparison.Ordinal));
            if (!serves || !lines.Any(static line => line.StartsWith("driver", StringComparison.Ordinal) && line.EndsWith("plaintext", StringComparison.Ordinal)))
                continue;
            servers++;
            if (!lines.Any(static line => line.StartsWith("server_advertise_condition", StringComparison.Ordinal) && OnTls(line)))
                open.Add(name);
        }
        if (servers == 0)
            return Finding.NotApplicable("no authenticator takes passwords");
        var hosts = exim.Value("auth_advertise_hosts");
        if (hosts.Length == 0 || OnTls(hosts))
            return Finding.Pass($"auth_advertise_hosts = {hosts}");
        return open.Count > 0 ? Finding.Fail($"offered without TLS: {string.Join(", ", open)}; auth_advertise_hosts = {hosts}") : Finding.Pass("each is offered under TLS only");
    }

    private static bool OnTls(string text) => text.Contains("tls_in_cipher", StringComparison.Ordinal) || text.Contains("tls_cipher", StringComparison.Ordinal) || text.Contains("tls_in_ver", StringComparison.Ordinal);

    private static List<(string Name, List<string> Lines)> Authenticators(EximSettings exim)
    {
        var all = new List<(string Name, List<string> Lines)>();
        foreach (var line in exim.Section("authenticators"))
        {
            if (line.EndsWith(':') && !line.Contains(' ', StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal))
                all.Add((line[..^1], []));
            else if (all.Count > 0)
                all[^1].Lines.Add(line);
        }
        return all;
    }
}
