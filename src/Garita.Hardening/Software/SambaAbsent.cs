using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class SambaAbsent : PackageAbsentCheck
{
    public override string Id => "no-smb-server";

    public override string Title => "No SMB server (Samba)";

    public override string Why => "File shares bring accounts, passwords and code of their own that reach the same disk as the mail.";

    public override IReadOnlyList<string> References => ["CIS 2.1.14", "NIST SP 800-45 §5.1"];

    protected override IReadOnlyList<string> Packages => ["samba", "samba-ad-dc", "winbind"];

    protected override IReadOnlyList<string> Units => ["smbd.service", "nmbd.service", "samba-ad-dc.service", "winbind.service"];

    protected override string WhatMayBreak => "Shares that other hosts use are gone, and logins by winbind.";
}
