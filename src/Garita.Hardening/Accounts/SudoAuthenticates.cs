using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

internal sealed class SudoAuthenticates : Check
{
    public override string Id => "sudo-authenticates";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "No option turns sudo's question off";

    public override string Why => "One line would undo what every rule says.";

    public override IReadOnlyList<string> References => ["CIS 5.2.5", "SSG sudo_remove_no_authenticate"];

    public override string Expected => "no `Defaults !authenticate`, for nobody";

    public override string Mend => "visudo: take !authenticate out";

    public override Finding Look(View host)
    {
        if (Sudoers.Read(host.Read, host.List) is not { } sudoers)
            return host.List("/etc") is null ? throw new CannotLookException("there is no /etc to look into") : Finding.NotApplicable("no sudo here");
        var found = sudoers.Defaults.Where(static option => option.Name is "!authenticate").Select(static option => $"{option.File}{(option.Scope.Length > 0 ? $" for {option.Scope}" : "")}").ToArray();
        return found.Length > 0 ? Finding.Fail($"!authenticate in {string.Join(", ", found)}") : Finding.Pass("it is on");
    }
}
