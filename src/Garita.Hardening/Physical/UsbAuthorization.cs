using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class UsbAuthorization : Check
{
    public override string Id => "usb-authorization";

    public override Measure Measure => Measure.Physical;

    public override string Title => "A USB device that is plugged in has to be allowed first";

    public override string Why => "A stick that says it is a keyboard types what its maker wants, at a console where somebody may be logged in.";

    public override IReadOnlyList<string> References => ["Lynis USB-2000", "Lynis USB-3000", "NIST SP 800-45 §5"];

    public override string Expected => "usbcore.authorized_default is 0 or 2, or usbguard runs with a policy that blocks";

    public override string Mend => "add usbcore.authorized_default=2 to GRUB_CMDLINE_LINUX and run update-grub, or set up usbguard";

    public override Finding Look(View host)
    {
        if (host.Unit("usbguard.service") == UnitState.Enabled)
        {
            var policy = Text.Values(host.Read("/etc/usbguard/usbguard-daemon.conf") ?? "").GetValueOrDefault("ImplicitPolicyTarget", "block");
            return policy is "block" or "reject" ? Finding.Pass($"usbguard runs, unknown devices: {policy}") : Finding.Fail($"usbguard runs, but unknown devices get \"{policy}\"");
        }
        return host.IsLive ? Running(host) : WhenStarted(host);
    }

    public override Repair? Repair(View host) => !host.Exists("/etc/default/grub") ? null : new(
        Risk.High,
        "From the next start on, USB devices at outer ports, keyboards too, are dead until root writes 1 into their \"authorized\" file. Logins over SSH or a serial line are not touched.",
        new PutFile("/etc/default/grub.d/garita-usb.cfg", "# Only devices inside the case; others are allowed one by one.\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX usbcore.authorized_default=2\"\n"),
        new RunTool("update-grub") { Files = ["/boot/grub/grub.cfg"] });

    private static Finding Running(View host)
    {
        var buses = (host.List("/sys/bus/usb/devices") ?? []).Where(static name => name.StartsWith("usb", StringComparison.Ordinal)).ToArray();
        if (buses.Length == 0)
            return host.Exists("/sys/bus") ? Finding.NotApplicable("no USB here") : throw new CannotLookException("/sys is not there to be read");
        var open = buses.Where(bus => host.Read($"/sys/bus/usb/devices/{bus}/authorized_default")?.Trim() is not ("0" or "2")).ToArray();
        return open.Length == 0 ? Finding.Pass("every bus waits for permission") : Finding.Fail($"every device is taken at {string.Join(", ", open)}");
    }

    private static Finding WhenStarted(View host)
    {
        var entries = KernelCommandLine.Of(host);
        return entries.All(static words => KernelCommandLine.Value(words, "usbcore.authorized_default") is "0" or "2")
            ? Finding.Pass("usbcore.authorized_default on the kernel's command line")
            : Finding.Fail("neither usbguard nor usbcore.authorized_default on the kernel's command line");
    }
}
