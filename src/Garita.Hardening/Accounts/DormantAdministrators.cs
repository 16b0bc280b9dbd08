using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

internal sealed class DormantAdministrators : Check
{
    public override string Id => "dormant-administrators";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Administrators who no longer come are no longer administrators";

    public override string Why => "Nobody notices when somebody else uses their account.";

    public override IReadOnlyList<string> References => ["CIS 5.4.1.5", "NIST SP 800-45 §9.5"];

    public override string Expected => "whoever may become root has logged in within 90 days";

    public override string Mend => "usermod -L -e 1 NAME and take the account out of sudo; after a year, delete it";

    public override Finding Look(View host)
    {
        var accounts = Account.Read(host, withShadow: true);
        var administrators = Administrators.Read(host, accounts).Where(account => account.HasShell && (!account.IsLocked || AuthorizedKey.Read(host, account).Count > 0)).Select(static account => account.Name).ToArray();
        if (administrators.Length == 0)
            return Finding.Pass("nobody but root may become root");
        if (!host.IsLive)
            throw new CannotLookException("when somebody logged in last is seen on the running system only");
        var text = host.Ask(host.Has("lastlog") || !host.Has("lastlog2") ? "lastlog" : "lastlog2", "-b", "90");
        var old = Text.Lines(text).Select(static line => Text.Words(line)[0]).ToHashSet(StringComparer.Ordinal);
        var dormant = administrators.Where(old.Contains).ToArray();
        return dormant.Length > 0 ? Finding.Warning($"not within 90 days: {string.Join(", ", dormant)}") : Finding.Pass($"all within 90 days: {string.Join(", ", administrators)}");
    }
}
