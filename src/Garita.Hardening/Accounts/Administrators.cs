using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

/// <summary>People who may become root.</summary>
internal static class Administrators
{
    private static readonly string[] Groups = ["sudo", "wheel", "admin"];

    /// <summary>Members of the usual groups, and those whom sudoers lets run everything; root is not among them.</summary>
    /// <param name="host">The host.</param>
    /// <param name="accounts">All accounts.</param>
    public static IReadOnlyList<Account> Read(View host, IReadOnlyList<Account> accounts)
    {
        var groups = Group.Read(host);
        var names = new HashSet<string>(groups.Where(static group => Groups.Contains(group.Name, StringComparer.Ordinal)).SelectMany(group => group.All(accounts)), StringComparer.Ordinal);
        foreach (var rule in Sudoers.Read(host.Read, host.List)?.Rules ?? [])
        {
            if (!rule.Commands.Any(static command => command.Command is "ALL"))
                continue;
            foreach (var user in rule.Users)
            {
                if (user.StartsWith('%'))
                    names.UnionWith(groups.FirstOrDefault(group => string.Equals(group.Name, user[1..], StringComparison.Ordinal))?.All(accounts) ?? []);
                else
                    names.Add(user);
            }
        }
        return [.. accounts.Where(account => account.Uid != 0 && (names.Contains(account.Name) || names.Contains("ALL")))];
    }

    /// <summary>Whether somebody besides root can log in by SSH and become root, with a key where passwords no longer count.</summary>
    /// <param name="host">The host.</param>
    /// <param name="byKey">Whether a key is needed.</param>
    public static bool CanStillComeIn(View host, bool byKey)
    {
        try
        {
            var accounts = Account.Read(host, withShadow: true);
            return Read(host, accounts).Any(account => account.HasShell && (AuthorizedKey.Read(host, account).Count > 0 || (!byKey && account is { IsLocked: false, Hash.Length: > 0 })));
        }
        catch (CannotLookException)
        {
            // Who cannot be seen is not counted on.
            return false;
        }
    }
}
