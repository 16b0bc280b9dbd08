using Garita.Hardening.Host;
using Garita.Hardening.Repairs;
using System.Globalization;

namespace Garita.Hardening.Accounts;

internal sealed class AccountLockOut : Check
{
    private const string Profiles = "/usr/share/pam-configs/";
    private const string Settings = "/etc/security/faillock.conf";

    public override string Id => "account-lock-out";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Guessing a password locks the account, root too";

    public override string Why => "Otherwise a botnet has years, by SSH, sudo, or the mail server that asks PAM.";

    public override IReadOnlyList<string> References => ["CIS 5.3.2.2", "CIS 5.3.3.1.1", "CIS 5.3.3.1.3", "Lynis AUTH-9286"];

    public override string Expected => "pam_faillock.so preauth, authfail and account in common-auth and common-account; deny 1 to 5, unlock_time 0 or at least 900, even_deny_root or root_unlock_time";

    public override string Mend => "pam-auth-update with a profile for pam_faillock; deny = 5, unlock_time = 900, even_deny_root in /etc/security/faillock.conf";

    public override Finding Look(View host)
    {
        var service = host.Exists("/etc/pam.d/common-auth") ? "common-auth" : "system-auth";
        var auth = PamStack.Read(host, service) ?? throw new CannotLookException("/etc/pam.d has neither common-auth nor system-auth");
        var account = service is "common-auth" ? PamStack.Read(host, "common-account") ?? [] : auth;
        var lines = auth.Where(static line => line is { Kind: "auth", Module: "pam_faillock.so" }).ToArray();
        var missing = new List<string>();
        if (!lines.Any(static line => line.Has("preauth")))
            missing.Add("preauth");
        if (!lines.Any(static line => line.Has("authfail")))
            missing.Add("authfail");
        if (!account.Any(static line => line is { Kind: "account", Module: "pam_faillock.so" }) && !lines.Any(static line => line.Has("authsucc")))
            missing.Add("account");
        if (missing.Count > 0)
            return Finding.Fail($"pam_faillock.so is not asked: {string.Join(", ", missing)}");
        // What stands in the line comes before the file.
        var file = host.Read(Settings) is { } text ? text : "";
        var values = Text.Values(file);
        var flags = Text.Lines(file);
        var found = new List<string>();
        foreach (var line in lines.Where(static line => line.Has("preauth") || line.Has("authfail")))
        {
            var deny = Number(line.Value("deny") ?? values.GetValueOrDefault("deny"), 3);
            var unlock = line.Value("unlock_time") ?? values.GetValueOrDefault("unlock_time");
            if (deny is null or < 1 or > 5)
                found.Add($"deny is {deny}");
            if (unlock is not "never" && Number(unlock, 600) is not (0 or >= 900))
                found.Add($"unlock_time is {unlock ?? "600 by itself"}");
            if (!line.Has("even_deny_root") && line.Value("root_unlock_time") is null && !flags.Contains("even_deny_root", StringComparer.Ordinal) && !values.ContainsKey("root_unlock_time"))
                found.Add("root is never locked");
        }
        return found.Count > 0 ? Finding.Fail(string.Join(", ", found.Distinct(StringComparer.Ordinal))) : Finding.Pass("after few wrong passwords, root too");
    }

    /// <summary>Profiles for Debian's pam-auth-update; a stack that somebody wrote by hand is left to him.</summary>
    public override Repair? Repair(View host)
    {
        if (!host.Exists("/usr/sbin/pam-auth-update") || host.Stat(Settings) is null || host.Read("/etc/pam.d/common-auth")?.Contains("pam-auth-update", StringComparison.Ordinal) is not true || host.Read("/etc/pam.d/common-auth")!.Contains("pam_faillock", StringComparison.Ordinal))
            return null;
        string[] files = ["/etc/pam.d/common-auth", "/etc/pam.d/common-account", "/etc/pam.d/common-password", "/etc/pam.d/common-session", "/etc/pam.d/common-session-noninteractive",
            "/var/lib/pam/auth", "/var/lib/pam/account", "/var/lib/pam/password", "/var/lib/pam/session", "/var/lib/pam/session-noninteractive", "/var/lib/pam/seen"];
        return new Repair(
            Risk.High,
            "Five wrong passwords lock an account for 15 minutes, root for one: whoever may try can keep somebody out by passwords that long (keys still open SSH).",
            new SetLine(Settings, @"^\s*#?\s*deny\s*=", "deny = 5"),
            new SetLine(Settings, @"^\s*#?\s*unlock_time\s*=", "unlock_time = 900"),
            new SetLine(Settings, @"^\s*#?\s*even_deny_root\b", "even_deny_root"),
            new SetLine(Settings, @"^\s*#?\s*root_unlock_time\s*=", "root_unlock_time = 60"),
            new PutFile(Profiles + "garita-faillock", "Name: Lock accounts after wrong passwords\nDefault: yes\nPriority: 0\nAuth-Type: Primary\nAuth:\n\t[default=die]\tpam_faillock.so authfail\n"),
            new PutFile(Profiles + "garita-faillock-notify", "Name: Ask whether an account is locked, and forget wrong passwords after a right one\nDefault: yes\nPriority: 1024\nAuth-Type: Primary\nAuth:\n\trequisite\tpam_faillock.so preauth\nAccount-Type: Primary\nAccount:\n\trequired\tpam_faillock.so\n"),
            new RunTool("pam-auth-update", "--enable", "garita-faillock", "garita-faillock-notify") { Files = [.. files.Where(host.Exists)] }) { Touches = Touches.Pam };
    }

    private static int? Number(string? value, int otherwise) => value is null ? otherwise : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
