using Garita.Hardening.Host;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotLoginUser : DovecotCheck
{
    public override string Id => "dovecot-login-user";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "What talks to strangers before a login runs as a user that owns nothing";

    public override string Why => "The login process reads what anybody sends: a hole in it must not reach the mailboxes or Dovecot's own sockets.";

    public override IReadOnlyList<string> References => ["Dovecot default_login_user", "NIST SP 800-45 §5.3"];

    public override string Expected => "default_login_user neither root nor default_internal_user; no login service with another user or without chroot";

    public override string Mend => "default_login_user = dovenull, and no user or empty chroot in `service imap-login` and its like; then doveadm reload";

    protected override Finding Look(View host, DovecotSettings dovecot)
    {
        var login = dovecot.Value("default_login_user");
        var inner = dovecot.Value("default_internal_user");
        var wrong = new List<string>();
        if (login is "root" or "0" or "" || string.Equals(login, inner, StringComparison.Ordinal))
            wrong.Add($"default_login_user = {login}");
        foreach (var service in dovecot.Root.Blocks.Values.Where(static block => block.Kind is "service" && block.Name.EndsWith("-login", StringComparison.Ordinal)))
        {
            if (service.Values.TryGetValue("user", out var user) && user is "root" or "0" or "$default_internal_user")
                wrong.Add($"{service.Name}: user = {user}");
            if (service.Values.TryGetValue("chroot", out var chroot) && chroot.Length == 0 && service.Name is "service imap-login" or "service pop3-login" or "service submission-login" or "service managesieve-login")
                wrong.Add($"{service.Name}: chroot is empty");
        }
        return FileRights.Judge(wrong, $"default_login_user = {login}");
    }
}
