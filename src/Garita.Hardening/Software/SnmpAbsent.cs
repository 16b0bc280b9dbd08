using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class SnmpAbsent : PackageAbsentCheck
{
    public override string Id => "no-snmp-server";

    public override string Title => "No SNMP agent";

    public override string Why => "Community names travel in clear, and the agent tells whoever knows one what runs here.";

    public override IReadOnlyList<string> References => ["CIS 2.1.15", "NIST SP 800-45 §5.1"];

    protected override IReadOnlyList<string> Packages => ["snmpd", "snmptrapd"];

    protected override IReadOnlyList<string> Units => ["snmpd.service", "snmptrapd.service"];

    protected override string WhatMayBreak => "Monitoring that asks by SNMP sees this host no more.";
}
