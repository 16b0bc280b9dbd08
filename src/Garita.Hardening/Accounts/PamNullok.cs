using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class PamNullok : Check
{
    private static readonly string[] Services = ["common-auth", "system-auth", "login", "sshd", "su", "dovecot", "smtp", "other"];

    public override string Id => "pam-no-nullok";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "PAM lets nobody in with an empty password";

    public override string Why => "Some day an account will have none.";

    public override IReadOnlyList<string> References => ["CIS 5.3.3.4.1", "SSG no_empty_passwords"];

    public override string Expected => "no pam_unix.so line with nullok in what logins ask";

    public override string Mend => "take nullok out of the profile and run pam-auth-update, or out of /etc/pam.d/common-auth";

    public override Finding Look(View host)
    {
        var stacks = Services.Select(service => PamStack.Read(host, service)).OfType<IReadOnlyList<PamLine>>().ToArray();
        if (stacks.Length == 0)
            throw new CannotLookException("/etc/pam.d has none of the services that this check knows");
        var found = stacks.SelectMany(static lines => lines).Where(static line => line.Module is "pam_unix.so" && line.Arguments.Any(static argument => argument.StartsWith("nullok", StringComparison.Ordinal))).Select(static line => $"{line.File} ({line.Kind})").Distinct(StringComparer.Ordinal).ToArray();
        return found.Length > 0 ? Finding.Fail($"nullok in {string.Join(", ", found)}") : Finding.Pass("no nullok");
    }

    /// <summary>
    /// Only while nobody has an empty password. Word by word: the line counts how many lines to jump, and whatever else mends PAM changes that number.
    /// </summary>
    public override Repair? Repair(View host)
    {
        const string CommonAuth = "/etc/pam.d/common-auth";
        if (host.Lines(CommonAuth) is not { } lines || !host.Exists("/etc/passwd") || !host.Exists("/etc/shadow") || Account.Read(host, withShadow: true).Any(static account => account.Hash is { Length: 0 }))
            return null;
        return lines.Any(static line => line.StartsWith("auth", StringComparison.Ordinal) && line.Contains("pam_unix.so", StringComparison.Ordinal) && line.Contains(" nullok", StringComparison.Ordinal))
            ? new(Risk.Medium, "Accounts with an empty password cannot log in.", new RunTool("sed", "-i", "-E", @"/^auth\s.*pam_unix\.so/s/\s+nullok(_secure)?\b//g", CommonAuth) { Files = [CommonAuth] }) { Touches = Touches.Pam }
            : null;
    }
}
