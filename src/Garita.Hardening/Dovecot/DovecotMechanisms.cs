using Garita.Hardening.Host;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotMechanisms : DovecotCheck
{
    private static readonly string[] Broken = ["anonymous", "cram-md5", "digest-md5", "apop", "ntlm", "lanman", "rpa", "skey", "otp"];

    public override string Id => "dovecot-mechanisms";

    public override Measure Measure => Measure.Software;

    public override string Title => "Dovecot offers no broken way to log in";

    public override string Why => "Mechanisms over MD5 need the passwords in the clear on the server, and anonymous needs none.";

    public override IReadOnlyList<string> References => ["RFC 6331", "RFC 8600", "NIST SP 800-45 §8.2"];

    public override string Expected => "auth_mechanisms of plain, login, scram-sha-*, oauthbearer, xoauth2, external, gssapi";

    public override string Mend => "take the others out of auth_mechanisms, then doveadm reload";

    protected override Finding Look(View host, DovecotSettings dovecot)
    {
        var offered = dovecot.All("auth_mechanisms").SelectMany(static known => Text.Words(known.Value.ToLowerInvariant())).Distinct(StringComparer.Ordinal).ToArray();
        var broken = offered.Intersect(Broken, StringComparer.Ordinal).ToArray();
        var found = $"auth_mechanisms = {string.Join(' ', offered)}";
        return broken.Length == 0 ? Finding.Pass(found) : broken.Contains("anonymous", StringComparer.Ordinal) ? Finding.Fail(found) : Finding.Warning(found);
    }
}
