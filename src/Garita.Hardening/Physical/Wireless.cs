using Garita.Hardening.Host;

namespace Garita.Hardening.Physical;

internal sealed class Wireless : Check
{
    public override string Id => "wireless";

    public override Measure Measure => Measure.Physical;

    public override string Title => "The host has no wireless network card in use";

    public override string Why => "A radio is a network port that reaches through the wall of the server room.";

    public override IReadOnlyList<string> References => ["CIS 3.1.2", "NIST SP 800-45 §5"];

    public override string Expected => "no network interface is wireless";

    public override string Mend => "take the card out or turn it off in the firmware, or block its driver in /etc/modprobe.d";

    public override Finding Look(View host)
    {
        if (!host.IsLive)
            throw new CannotLookException("network cards are seen on the running system only");
        var interfaces = host.List("/sys/class/net") ?? throw new CannotLookException("/sys/class/net is missing");
        string[] wireless = [.. interfaces.Where(name => host.Exists($"/sys/class/net/{name}/wireless") || host.Exists($"/sys/class/net/{name}/phy80211"))];
        return wireless.Length == 0 ? Finding.Pass($"none of {string.Join(", ", interfaces)} is") : Finding.Fail($"wireless: {string.Join(", ", wireless)}");
    }
}
