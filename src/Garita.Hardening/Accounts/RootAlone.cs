using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

internal sealed class RootAlone : Check
{
    public override string Id => "root-alone";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root is root";

    public override string Why => "A second account with the id 0 is root by another name, and no list of administrators shows it.";

    public override IReadOnlyList<string> References => ["Lynis AUTH-9204", "CIS 7.2.5", "CIS 5.4.2.1"];

    public override string Expected => "root, and no other account, has the user id 0";

    public override string Mend => "find out who made it and why; then userdel -f NAME, or give it an id of its own";

    public override Finding Look(View host)
    {
        var found = Account.Read(host).Where(static account => account.Uid == 0).Select(static account => account.Name).ToArray();
        return found is ["root"] ? Finding.Pass("root") : Finding.Fail(found.Length == 0 ? "no account has the id 0" : $"user id 0: {string.Join(", ", found)}");
    }
}
