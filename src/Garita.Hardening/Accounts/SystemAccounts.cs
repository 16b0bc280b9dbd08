using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class SystemAccounts : Check
{
    private const uint Nobody = 65534;

    public override string Id => "system-accounts-no-login";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Accounts of services cannot log in";

    public override string Why => "A web or mail daemon that is broken into may set a password or key for its account, and come back by SSH.";

    public override IReadOnlyList<string> References => ["CIS 5.4.2.7", "Lynis AUTH-9218"];

    public override string Expected => "ids below UID_MIN (and 65534), except root: nologin, false, or sync, halt, shutdown";

    public override string Mend => "usermod -s /usr/sbin/nologin NAME";

    public override Finding Look(View host)
    {
        var found = Open(host);
        return found.Length > 0 ? Finding.Fail(string.Join(", ", found.Select(static account => $"{account.Name} has {(account.Shell.Length > 0 ? account.Shell : "/bin/sh")}"))) : Finding.Pass("none has a shell");
    }

    public override Repair? Repair(View host) =>
        Open(host).Where(static account => account.Name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && !account.Name.StartsWith('-')).ToArray() is { Length: > 0 } found
            ? new(Risk.Medium, $"`su - NAME` and jobs that need a shell, for {string.Join(", ", found.Select(static account => account.Name))}.",
                [.. found.Select(static account => new RunTool("usermod", "-s", "/usr/sbin/nologin", account.Name) { Undo = ["usermod", "-s", account.Shell, account.Name] })])
            : null;

    private static Account[] Open(View host)
    {
        var first = Account.FirstPerson(host);
        return [.. Account.Read(host).Where(account => account.Uid != 0 && (account.Uid < first || account.Uid == Nobody) && account.HasShell)];
    }
}
