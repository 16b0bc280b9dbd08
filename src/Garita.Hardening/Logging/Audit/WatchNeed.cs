namespace Garita.Hardening.Logging.Audit;

/// <summary>What is done to a file, or to a folder and all in it.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Permissions">Of <c>r</c>, <c>w</c>, <c>x</c>, <c>a</c>: each has to be watched.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="OfPeople">What daemons do there all day may be left out.</param>
internal sealed record WatchNeed(string Path, string Permissions, bool IsFolder = false, bool OfPeople = false) : AuditNeed
{
    public override string What => Path;

    public override IReadOnlyList<string> Lines(string key) => OfPeople
        ? [$"-a always,exit -F {(IsFolder ? "dir" : "path")}={Path} -F perm={Permissions} -F auid>=1000 -F auid!=unset -F key={key}"]
        : [$"-w {Path}{(IsFolder ? "/" : "")} -p {Permissions} -k {key}"];

    public override bool IsMet(AuditRules rules)
    {
        foreach (var rule in rules.Rules)
        {
            if (!Covers(rule))
                continue;
            // The first rule that matches decides.
            if (rule.Never && rule.Filters.Count == 0)
                return false;
            if (!rule.Never && Permissions.All(rule.Permissions.Contains) && (rule.Filters.Count == 0 || (OfPeople && rule.OfPeopleOnly)))
                return true;
        }
        return false;
    }

    private bool Covers(AuditRule rule)
    {
        if (!string.Equals(rule.List, "exit", StringComparison.Ordinal) || rule.Watched is null || (rule.Syscalls.Count > 0 && !rule.Syscalls.Contains("all")))
            return false;
        var path = AuditRule.Path(Path);
        return string.Equals(rule.Watched, path, StringComparison.Ordinal)
            ? rule.WithContents || !IsFolder
            : rule.WithContents && path.StartsWith(rule.Watched is "/" ? "/" : rule.Watched + '/', StringComparison.Ordinal);
    }
}
