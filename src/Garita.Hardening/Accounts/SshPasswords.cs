using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class SshPasswords : SshdCheck
{
    private const string Interactive = "KbdInteractiveAuthentication";

    public override string Id => "ssh-no-passwords";

    public override string Title => "SSH takes keys, not passwords";

    public override string Why => "Passwords are guessed, and those of mailboxes are phished.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.5", "SSG sshd_disable_password_auth"];

    public override string Expected => "PasswordAuthentication no and KbdInteractiveAuthentication no, or AuthenticationMethods that always ask for a key";

    protected override string Keyword => "PasswordAuthentication";

    protected override string Wanted => "no";

    protected override string WhatMayBreak => "Whoever has no key on this host cannot log in any more.";

    protected override Risk Risk => Risk.High;

    protected override bool IsGood(string value) => string.Equals(value, "no", StringComparison.OrdinalIgnoreCase);

    /// <summary>The other way in which PAM asks for a password.</summary>
    protected override IReadOnlyList<string> FurtherLines => ["KbdInteractiveAuthentication no"];

    public override Finding Look(View host)
    {
        if (SshServer.Read(host) is not { } server)
            return base.Look(host);
        var methods = Text.Words(server.Value("AuthenticationMethods"));
        // A password beside the key is a second lock, not a way around the first.
        if (methods.Length > 0 && methods.All(static method => method.Split(',').Any(static part => part.StartsWith("publickey", StringComparison.Ordinal))) && !server.Overrides("AuthenticationMethods").Any())
            return Finding.Pass($"AuthenticationMethods {string.Join(' ', methods)}");
        var finding = base.Look(host);
        var asked = server.Overrides(Interactive).Select(static known => known.Value).Prepend(server.Value(Interactive)).Any(value => !IsGood(value));
        return finding.Outcome == Outcome.Pass && asked && !string.Equals(server.Value("UsePAM"), "no", StringComparison.OrdinalIgnoreCase) ? Finding.Fail($"{finding.Found}, but PAM may ask for one: {Interactive} {server.Value(Interactive)}") : finding;
    }

    protected override bool MayRepair(View host) => Administrators.CanStillComeIn(host, byKey: true);
}
