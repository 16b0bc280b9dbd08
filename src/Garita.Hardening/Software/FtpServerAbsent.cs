using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class FtpServerAbsent : PackageAbsentCheck
{
    public override string Id => "no-ftp-server";

    public override string Title => "No FTP server";

    public override string Why => "Passwords travel in clear, and often they are those of the mailboxes.";

    public override IReadOnlyList<string> References => ["CIS 2.1.7", "Lynis INSE-8050"];

    protected override IReadOnlyList<string> Packages => ["vsftpd", "proftpd*", "pure-ftpd*", "ftpd*", "inetutils-ftpd"];

    protected override IReadOnlyList<string> Units => ["vsftpd.service", "proftpd.service", "pure-ftpd.service"];

    protected override string WhatMayBreak => "Files are no longer taken or given by FTP.";
}
