using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class AvahiAbsent : PackageAbsentCheck
{
    public override string Id => "no-avahi";

    public override string Title => "No service discovery (Avahi)";

    public override string Why => "It answers everybody in the network with what runs here, and has had its share of overflows.";

    public override IReadOnlyList<string> References => ["CIS 2.1.2", "NIST SP 800-45 §5.1"];

    protected override IReadOnlyList<string> Packages => ["avahi-daemon"];

    protected override IReadOnlyList<string> Units => ["avahi-daemon.service", "avahi-daemon.socket"];

    protected override string WhatMayBreak => "Names that end in .local are no longer announced.";
}
