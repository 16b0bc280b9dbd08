using Garita.Hardening.Host;
using Garita.Hardening.Repairs;
using System.Text.RegularExpressions;

namespace Garita.Hardening.Accounts;

internal sealed partial class SuRestricted : Check
{
    public override string Id => "su-restricted";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only administrators may use su";

    public override string Why => "With su every account may guess the password of root, as often and as fast as it likes.";

    public override IReadOnlyList<string> References => ["CIS 5.2.7", "SSG use_pam_wheel_for_su"];

    public override string Expected => "in /etc/pam.d/su: auth required pam_wheel.so, before anything that suffices (pam_rootok aside)";

    public override string Mend => "auth required pam_wheel.so use_uid group=sudo in /etc/pam.d/su";

    public override Finding Look(View host)
    {
        if (PamStack.Read(host, "su") is not { } lines)
            return host.List("/etc/pam.d") is null ? throw new CannotLookException("there is no /etc/pam.d to look into") : Finding.NotApplicable("no su here");
        foreach (var line in lines.Where(static line => line.Kind is "auth"))
        {
            if (line.Module is "pam_rootok.so")
                continue;
            // "trust" without "required" lets members in without a password, and others all the same; "deny" turns it around.
            if (line.Module is "pam_wheel.so" && line.Control is "required" or "requisite" && !line.Has("deny"))
                return Finding.Pass($"{line.Control} pam_wheel.so {string.Join(' ', line.Arguments)}".TrimEnd());
            if (line.Control is "sufficient" or "binding" || line.Control.Contains("success=done", StringComparison.Ordinal))
                return Finding.Fail($"{line.Module} suffices before pam_wheel.so is asked");
        }
        return Finding.Fail("pam_wheel.so is not asked: every account may");
    }

    /// <summary>Only where Debian's line for it stands ready, and the group has somebody.</summary>
    public override Repair? Repair(View host)
    {
        const string Path = "/etc/pam.d/su";
        const string Ready = @"^\s*#\s*auth\s+required\s+pam_wheel\.so\s*$";
        return host.Read(Path) is { } text && text.Split('\n').Count(static line => ReadyLine().IsMatch(line)) == 1 && host.Exists("/etc/passwd") && host.Exists("/etc/group")
            && Group.Read(host).FirstOrDefault(static group => group.Name is "sudo") is { } sudo && sudo.All(Account.Read(host)).Any()
            ? new(Risk.Medium, "Accounts that are not in the group sudo cannot use su any more; root can.", new SetLine(Path, Ready, "auth       required   pam_wheel.so use_uid group=sudo")) { Touches = Touches.Pam }
            : null;
    }

    [GeneratedRegex(@"^\s*#\s*auth\s+required\s+pam_wheel\.so\s*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ReadyLine();
}
