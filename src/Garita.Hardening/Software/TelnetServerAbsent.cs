using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class TelnetServerAbsent : PackageAbsentCheck
{
    public override string Id => "no-telnet-server";

    public override string Title => "No telnet or rsh server";

    public override string Why => "Whoever listens on the way reads the password of whoever logs in, or needs none.";

    public override IReadOnlyList<string> References => ["CIS 2.1.20", "Lynis INSE-8116", "NIST SP 800-45 §5.1"];

    protected override IReadOnlyList<string> Packages => ["telnetd", "inetutils-telnetd", "telnetd-ssl", "rsh-server", "rsh-redone-server", "inetutils-inetd", "openbsd-inetd", "xinetd"];

    protected override IReadOnlyList<string> Units => ["inetutils-inetd.service", "openbsd-inetd.service", "xinetd.service"];

    protected override string WhatMayBreak => "Logins by telnet and rsh end, and what else inetd starts.";
}
