using Garita.Hardening.Kinds;

namespace Garita.Hardening.Software;

internal sealed class RpcbindAbsent : PackageAbsentCheck
{
    public override string Id => "no-rpcbind";

    public override string Title => "No port mapper (rpcbind)";

    public override string Why => "It tells strangers which RPC services run, and is used to amplify floods.";

    public override IReadOnlyList<string> References => ["CIS 2.1.12", "NIST SP 800-45 §5.1"];

    protected override IReadOnlyList<string> Packages => ["rpcbind"];

    protected override IReadOnlyList<string> Units => ["rpcbind.service", "rpcbind.socket"];

    protected override string WhatMayBreak => "NFS version 3, also as a client, needs it.";
}
