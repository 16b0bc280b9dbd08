using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class FtpClientAbsent : PackageAbsentCheck
{
    public override string Id => "no-ftp-client";

    public override string Title => "No FTP and TFTP clients";

    public override string Why => "Whoever broke in brings his tools with them; administrators have sftp.";

    public override IReadOnlyList<string> References => ["CIS 2.2.6", "Lynis INSE-8320"];

    protected override IReadOnlyList<string> Packages => ["ftp", "tnftp", "inetutils-ftp", "lftp", "ncftp", "tftp", "tftp-hpa", "atftp"];

    protected override string WhatMayBreak => "Scripts that bring files by FTP fail; sftp and curl do that.";
}
