using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

internal sealed class SudoPasswords : Check
{
    public override string Id => "sudo-asks-password";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "sudo asks who is there";

    public override string Why => "Whoever gets hold of an open session, or of a daemon with such a rule, is root at once.";

    public override IReadOnlyList<string> References => ["CIS 5.2.4", "SSG sudo_remove_nopasswd"];

    public override string Expected => "no NOPASSWD for people, and for services only with single commands";

    public override string Mend => "visudo: take NOPASSWD out, or name the one command that a service needs";

    public override Finding Look(View host)
    {
        if (Sudoers.Read(host.Read, host.List) is not { } sudoers)
            return host.List("/etc") is null ? throw new CannotLookException("there is no /etc to look into") : Finding.NotApplicable("no sudo here");
        var (everything, some) = (new List<string>(), new List<string>());
        foreach (var rule in sudoers.Rules)
        {
            // root needs none anyway.
            var users = string.Join(", ", rule.Users.Where(static user => user is not "root"));
            var free = rule.Commands.Where(static command => command.WithoutPassword && !command.Command.StartsWith('!')).ToArray();
            if (users.Length == 0 || free.Length == 0)
                continue;
            (free.Any(static command => command.Command is "ALL") ? everything : some).Add($"{users} in {rule.File}: {string.Join(", ", free.Select(static command => command.Command))}");
        }
        if (everything.Count > 0)
            return Finding.Fail($"without a password: {string.Join("; ", everything.Concat(some))}");
        return some.Count > 0 ? Finding.Warning($"single commands without a password: {string.Join("; ", some)}") : Finding.Pass("every rule asks for a password");
    }
}
