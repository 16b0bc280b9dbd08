using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

internal sealed class RootGroupAlone : Check
{
    // Nobody logs in with these; distributions that have them keep them in the group.
    private static readonly string[] Exempt = ["root", "sync", "shutdown", "halt", "operator"];

    public override string Id => "root-group-alone";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root is in the group of root";

    public override string Why => "Files that the group root may write, such as logs and settings, are as good as those of root.";

    public override IReadOnlyList<string> References => ["CIS 5.4.2.2", "CIS 5.4.2.3"];

    public override string Expected => "the group id 0 is the first group of root alone, has no members and no second name";

    public override string Mend => "usermod -g GROUP NAME; gpasswd -d NAME root";

    public override Finding Look(View host)
    {
        var first = Account.Read(host).Where(static account => account.Gid == 0 && !Exempt.Contains(account.Name, StringComparer.Ordinal)).Select(static account => $"{account.Name} has it as first group");
        var groups = Group.Read(host).Where(static group => group.Gid == 0).ToArray();
        var members = groups.SelectMany(static group => group.Members).Where(static name => name is not "root").Select(static name => $"{name} is a member");
        var names = groups.Where(static group => group.Name is not "root").Select(static group => $"{group.Name} has the id 0");
        var found = first.Concat(members).Concat(names).ToArray();
        return found.Length > 0 ? Finding.Fail(string.Join(", ", found)) : Finding.Pass("root");
    }
}
