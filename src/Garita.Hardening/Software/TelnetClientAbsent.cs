using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class TelnetClientAbsent : PackageAbsentCheck
{
    public override string Id => "no-telnet-client";

    public override string Title => "No telnet client";

    public override string Why => "It invites administrators to send a password in clear; openssl s_client tries a mail port as well.";

    public override IReadOnlyList<string> References => ["CIS 2.2.4", "Lynis INSE-8322"];

    protected override IReadOnlyList<string> Packages => ["telnet", "inetutils-telnet", "telnet-ssl"];

    protected override string WhatMayBreak => "Nobody tries ports by telnet from here; `openssl s_client` and `nc` do that too.";
}
