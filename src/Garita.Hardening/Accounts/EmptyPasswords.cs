using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class EmptyPasswords : Check
{
    public override string Id => "no-empty-passwords";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Every account has a password, or none that is right";

    public override string Why => "Whoever knows the name is in; mail servers that ask PAM let him read and send mail too.";

    public override IReadOnlyList<string> References => ["Lynis AUTH-9283", "CIS 7.2.2"];

    public override string Expected => "x in /etc/passwd, and in /etc/shadow a hash, ! or *";

    public override string Mend => "passwd -l NAME, or set a password: passwd NAME";

    public override Finding Look(View host)
    {
        var found = Open(host);
        return found.Length > 0 ? Finding.Fail(string.Join(", ", found.Select(static account => account.Password is "x" ? $"{account.Name} needs no password" : $"{account.Name} has its password in /etc/passwd{(account.Password.Length == 0 ? ", and it is empty" : "")}"))) : Finding.Pass("every account has one or is locked");
    }

    public override Repair? Repair(View host) =>
        Open(host).Where(static account => account is { Password: "x", Hash.Length: 0 } && account.Name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && !account.Name.StartsWith('-')).ToArray() is { Length: > 0 } found
            ? new(Risk.High, $"Nobody logs in with a password as {string.Join(", ", found.Select(static account => account.Name))} until root sets one.",
                [.. found.Select(static account => new RunTool("usermod", "-p", "!", account.Name) { Undo = ["usermod", "-p", "", account.Name] })]) { Touches = Touches.Pam }
            : null;

    private static Account[] Open(View host) => [.. Account.Read(host, withShadow: true).Where(static account => account.Password is not "x" and not "*" and not "!" || account.Hash is { Length: 0 })];
}
