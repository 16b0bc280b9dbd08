using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class NfsServerAbsent : PackageAbsentCheck
{
    public override string Id => "no-nfs-server";

    public override string Title => "No NFS server";

    public override string Why => "Mailboxes that are exported by NFS are read and written past the mail server and its records.";

    public override IReadOnlyList<string> References => ["CIS 2.1.9", "NIST SP 800-45 §5.1"];

    protected override IReadOnlyList<string> Packages => ["nfs-kernel-server", "nfs-ganesha", "unfs3"];

    protected override IReadOnlyList<string> Units => ["nfs-server.service", "nfs-kernel-server.service"];

    protected override string WhatMayBreak => "Folders that other hosts mount from here are gone.";
}
