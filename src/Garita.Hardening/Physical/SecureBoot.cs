using Garita.Hardening.Host;

namespace Garita.Hardening.Physical;

internal sealed class SecureBoot : Check
{
    public override string Id => "secure-boot";

    public override Measure Measure => Measure.Physical;

    public override string Title => "The firmware starts signed programs only";

    public override string Why => "Otherwise whoever reaches the machine once puts a boot loader of their own before everything else, and no check on the host sees it.";

    public override IReadOnlyList<string> References => ["SSG uefi", "NIST SP 800-45 §5"];

    public override string Expected => "Secure Boot is on";

    public override string Mend => "turn Secure Boot on in the firmware (mokutil --sb-state tells); a host that starts by BIOS has to be installed anew with UEFI";

    private const string Variables = "/sys/firmware/efi/efivars";

    public override Finding Look(View host)
    {
        if (!host.IsLive)
            throw new CannotLookException("the firmware is seen on the running system only");
        if (!host.Exists("/sys/firmware"))
            throw new CannotLookException("/sys/firmware is not there to be read");
        if (!host.Exists("/sys/firmware/efi"))
            return Finding.Fail("started by a BIOS, which checks no signatures");
        if (IsOn(host, "SetupMode"))
            return Finding.Fail("the firmware is in setup mode: everybody may add keys");
        return IsOn(host, "SecureBoot") ? Finding.Pass("Secure Boot is on") : Finding.Fail("Secure Boot is off");
    }

    /// <summary>A variable is four octets of attributes and its value.</summary>
    private static bool IsOn(View host, string variable)
    {
        var value = host.Read($"{Variables}/{variable}-8be4df61-93ca-11d2-aa0d-00e098032b8c");
        return value is { Length: 5 } ? value[4] == '\u0001' : value is null && host.List(Variables) is null ? throw new CannotLookException("the firmware's variables are not mounted") : false;
    }
}
