using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Software;

internal sealed class UnusedProtocols : Check
{
    private static readonly string[] Names = ["dccp", "tipc", "rds", "sctp"];

    public override string Id => "unused-protocols";

    public override Measure Measure => Measure.Software;

    public override string Title => "Network protocols that nobody uses cannot be loaded";

    public override string Why => "Any local user makes the kernel load them by opening a socket; most local exploits of the last years began with one of these.";

    public override IReadOnlyList<string> References => ["CIS 3.2.1", "CIS 3.2.4", "Lynis NETW-3200"];

    public override string Expected => "dccp, tipc, rds, sctp: absent from the kernel, or blocked in modprobe.d";

    public override string Mend => "`install NAME /bin/false` and `blacklist NAME` for each in /etc/modprobe.d/";

    public override Finding Look(View host) => ModuleBlocks.Look(host, Names);

    public override Repair? Repair(View host) => ModuleBlocks.Repair(Id, Title, Names, "Programs that speak SCTP (telephone exchanges), TIPC or RDS (clusters); none of them is mail.");
}
