using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayWardenSocket : GatewayCheck
{
    private const string Folder = "/run/garita-warden";

    public override string Id => "garita-warden-socket";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only the gateway reaches the warden";

    public override string Why => "The warden puts bans into the kernel: whoever may ask it can shut out others.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.5", "unix(7)"];

    public override string Expected => $"{Folder} and warden.sock are closed to others, and the folder is not for the group to write";

    public override string Mend => $"systemctl restart garita-warden, and no drop-in that changes RuntimeDirectoryMode= or UMask=";

    public override Finding Look(View host)
    {
        if (host.Stat(Folder) is not { } folder)
            return Finding.NotApplicable($"no {Folder}: the warden does not run");
        var socket = host.Stat(Folder + "/warden.sock");
        var wrong = new List<string>();
        if ((folder.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)) != UnixFileMode.None)
            wrong.Add($"{Folder} is {folder.Octal}");
        if (socket is not null && socket.OthersMay(UnixFileMode.OtherRead | UnixFileMode.OtherWrite))
            wrong.Add($"{Folder}/warden.sock is {socket.Octal}");
        return FileRights.Judge(wrong, $"{Folder} is {folder.Octal}");
    }
}
