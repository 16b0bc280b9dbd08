using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class SudoPty : Check
{
    public override string Id => "sudo-pty";

    public override Measure Measure => Measure.Logging;

    public override string Title => "sudo runs programs in a terminal of their own";

    public override string Why => "Otherwise a program started with sudo can push keystrokes into the administrator's shell after it has ended.";

    public override IReadOnlyList<string> References => ["CIS 5.2.2", "SSG sudo_add_use_pty"];

    public override string Expected => "Defaults use_pty (sudo's own default since 1.9.14), for everybody";

    public override string Mend => "write Defaults use_pty into /etc/sudoers.d/zz-garita-pty (visudo -f)";

    public override Finding Look(View host)
    {
        if (SudoDefaults.Read(host) is not { } defaults)
            return Finding.NotApplicable("no sudo here");
        if (defaults.TurnedOffFor("use_pty") is { } scope)
            return Finding.Fail($"Defaults{scope} !use_pty");
        return defaults.Value("use_pty") switch
        {
            "" => Finding.Fail("Defaults !use_pty"),
            null => host.Package("sudo") is { } version && DebianVersion.Order.Compare(version, "1.9.14") >= 0 ? Finding.Pass($"sudo {version} does by itself") : Finding.Fail("no Defaults use_pty"),
            _ => Finding.Pass("Defaults use_pty"),
        };
    }

    public override Repair? Repair(View host) => SudoDefaults.Read(host) is not { ReadsDropIns: true } defaults || defaults.TurnedOffFor("use_pty") is not null ? null : new(
        Risk.Low,
        "Programs that are left in the background by sudo end with it.",
        new PutFile("/etc/sudoers.d/zz-garita-pty", "Defaults use_pty\n", UnixFileMode.UserRead | UnixFileMode.GroupRead))
    {
        Touches = Touches.Pam,
    };
}
