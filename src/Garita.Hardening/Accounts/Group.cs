using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

/// <summary>A line of group(5).</summary>
/// <param name="Name">The name.</param>
/// <param name="Gid">The id.</param>
/// <param name="Members">Those who have it besides their first group.</param>
internal sealed record Group(string Name, uint Gid, IReadOnlyList<string> Members)
{
    /// <summary>The groups in the host's own files.</summary>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<Group> Read(View host)
    {
        var groups = new List<Group>();
        foreach (var line in (host.Read("/etc/group") ?? throw new CannotLookException("there is no /etc/group")).Split('\n'))
        {
            if (line.Split(':') is [{ Length: > 0 } name, _, var id, var members, ..] && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var gid))
                groups.Add(new Group(name, gid, members.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        }
        return groups;
    }

    /// <summary>Names of all who are in it.</summary>
    /// <param name="accounts">All accounts.</param>
    public IEnumerable<string> All(IReadOnlyList<Account> accounts) => Members.Concat(accounts.Where(account => account.Gid == Gid).Select(static account => account.Name)).Distinct(StringComparer.Ordinal);
}
