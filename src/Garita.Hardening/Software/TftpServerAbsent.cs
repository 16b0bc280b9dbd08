using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class TftpServerAbsent : PackageAbsentCheck
{
    public override string Id => "no-tftp-server";

    public override string Title => "No TFTP server";

    public override string Why => "It gives and takes files without asking who is there.";

    public override IReadOnlyList<string> References => ["CIS 2.1.17", "NIST SP 800-45 §5.1"];

    protected override IReadOnlyList<string> Packages => ["tftpd-hpa", "atftpd", "tftpd"];

    protected override IReadOnlyList<string> Units => ["tftpd-hpa.service", "atftpd.service", "atftpd.socket"];

    protected override string WhatMayBreak => "Devices that boot or load settings from here cannot.";
}
