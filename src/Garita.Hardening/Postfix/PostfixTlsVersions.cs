using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixTlsVersions : PostfixCheck
{
    private static readonly string[] Old = ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1"];
    private static readonly string[] Order = [.. Old, "TLSv1.2", "TLSv1.3"];

    public override string Id => "postfix-tls-versions";

    public override Measure Measure => Measure.Software;

    public override string Title => "Postfix speaks TLS 1.2 and later only";

    public override string Why => "TLS 1.0 and 1.1 are withdrawn: their ciphers and digests are broken, and whoever stands between can choose them.";

    public override IReadOnlyList<string> References => ["RFC 8996", "NIST SP 800-52r2 §3.1"];

    public override string Expected => "smtpd_tls_protocols and smtpd_tls_mandatory_protocols = >=TLSv1.2";

    public override string Mend => "postconf -e 'smtpd_tls_protocols=>=TLSv1.2' 'smtpd_tls_mandatory_protocols=>=TLSv1.2' && postfix reload (Postfix before 3.6: !SSLv2, !SSLv3, !TLSv1, !TLSv1.1)";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        var found = new List<string>();
        var wrong = false;
        foreach (var service in postfix.Servers)
        {
            var (offered, demanded) = postfix.Tls(service);
            if (!offered)
                continue;
            var setting = demanded ? "smtpd_tls_mandatory_protocols" : "smtpd_tls_protocols";
            var value = postfix.Known(setting, service);
            var old = Old.Where(version => Allows(value, version)).ToArray();
            wrong |= old.Length > 0;
            found.Add($"{service}: {setting} = {value}{(old.Length > 0 ? $" allows {string.Join(", ", old)}" : "")}");
        }
        if (found.Count == 0)
            return Finding.NotApplicable("no service offers TLS");
        return wrong ? Finding.Fail(string.Join("; ", found)) : Finding.Pass(string.Join("; ", found));
    }

    protected override Repair? Repair(View host, PostfixSettings postfix) =>
        Set(Risk.Medium, "Mail servers and programs that know no TLS 1.2 (before 2014) get no TLS any more.", "smtpd_tls_protocols=!SSLv2, !SSLv3, !TLSv1, !TLSv1.1", "smtpd_tls_mandatory_protocols=!SSLv2, !SSLv3, !TLSv1, !TLSv1.1");

    /// <summary>postconf(5): bounds, versions with and without !; with versions without ! the others are off.</summary>
    internal static bool Allows(string value, string version)
    {
        var items = value.Split([' ', '\t', ',', ':'], StringSplitOptions.RemoveEmptyEntries);
        var rank = Array.IndexOf(Order, version);
        // No library of today has it.
        if (rank == 0)
            return false;
        var listed = false;
        var named = false;
        foreach (var item in items)
        {
            if (item.StartsWith(">=", StringComparison.Ordinal))
            {
                if (rank < Rank(item[2..]))
                    return false;
            }
            else if (item.StartsWith("<=", StringComparison.Ordinal))
            {
                if (rank > Rank(item[2..]))
                    return false;
            }
            else if (item.StartsWith('!'))
            {
                if (Rank(item[1..]) == rank)
                    return false;
            }
            else
            {
                listed = true;
                named |= Rank(item) == rank;
            }
        }
        return !listed || named;
    }

    private static int Rank(string version)
    {
        var name = version switch { "TLSv1.0" or "0301" => "TLSv1", "0302" => "TLSv1.1", "0303" => "TLSv1.2", "0304" => "TLSv1.3", _ => version };
        var rank = Array.FindIndex(Order, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
        return rank >= 0 ? rank : throw new CannotLookException($"{version} is no version of TLS that this check knows");
    }
}
