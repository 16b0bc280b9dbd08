using Garita.Hardening.Kinds;

namespace Garita.Hardening.Firewall;

internal sealed class BogusErrorsIgnored : SysctlCheck
{
    public override string Id => "bogus-icmp-ignored";

    public override string Title => "Answers that answer nothing are not logged";

    public override string Why => "They fill the disk that the mail needs.";

    public override IReadOnlyList<string> References => ["CIS 3.3.3", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.icmp_ignore_bogus_error_responses", ["1"]),
    ];

    protected override string WhatMayBreak => "Nothing.";
}
