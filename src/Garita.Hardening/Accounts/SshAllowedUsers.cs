using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

internal sealed class SshAllowedUsers : Check
{
    private static readonly string[] Keywords = ["AllowUsers", "AllowGroups"];

    public override string Id => "ssh-allowed-users";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only listed people may use SSH";

    public override string Why => "Accounts for mailboxes and services are many, their passwords are weak, and each of them would be a login.";

    public override IReadOnlyList<string> References => ["CIS 5.1.4", "Lynis SSH-7440"];

    public override string Expected => "AllowUsers or AllowGroups is set";

    public override string Mend => "`AllowGroups sudo` (or AllowUsers with names) in /etc/ssh/sshd_config.d/, then `sshd -t && systemctl reload ssh`; keep the session open and try a second one";

    public override Finding Look(View host)
    {
        if (SshServer.Read(host) is not { } server)
            return Finding.NotApplicable("no SSH server here");
        var lists = Keywords.Where(keyword => server.Value(keyword).Length > 0).ToArray();
        // A list that takes everybody is none.
        var all = lists.Where(keyword => Text.Words(server.Value(keyword)).Contains("*", StringComparer.Ordinal)).ToArray();
        var text = string.Join(", ", lists.Select(keyword => $"{keyword} {server.Value(keyword)}"));
        return lists.Length == 0 ? Finding.Fail("everybody with an account") : all.Length == lists.Length ? Finding.Fail(text) : Finding.Pass(text);
    }
}
