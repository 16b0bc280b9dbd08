namespace Garita.Hardening.Logging.Audit;

/// <summary>Calls of the kernel, by 64-bit and 32-bit programs alike.</summary>
/// <param name="Syscalls">Their names.</param>
/// <param name="Filter">What a rule may ask for, as in <c>euid=0</c>, or null.</param>
/// <param name="OfPeople">What daemons do may be left out.</param>
internal sealed record SyscallNeed(IReadOnlyList<string> Syscalls, string? Filter = null, bool OfPeople = false) : AuditNeed
{
    private static readonly string[] Architectures = ["b64", "b32"];

    public override string What => string.Join(", ", Syscalls) + (Filter is null ? "" : $" with {Filter}");

    public override IReadOnlyList<string> Lines(string key) =>
        [.. Architectures.Select(architecture => $"-a always,exit -F arch={architecture} -S {string.Join(',', Syscalls)}{(Filter is null ? "" : " -F " + Filter)}{(OfPeople ? " -F auid>=1000 -F auid!=unset" : "")} -F key={key}")];

    public override bool IsMet(AuditRules rules) => Architectures.All(architecture => Syscalls.All(syscall => IsMet(rules, architecture, syscall)));

    private bool IsMet(AuditRules rules, string architecture, string syscall)
    {
        foreach (var rule in rules.Rules)
        {
            if (!string.Equals(rule.List, "exit", StringComparison.Ordinal) || rule.Watched is not null || (rule.Architecture is not null && !string.Equals(rule.Architecture, architecture, StringComparison.Ordinal)))
                continue;
            if (!rule.Syscalls.Contains(syscall) && !rule.Syscalls.Contains("all"))
                continue;
            // The first rule that matches decides.
            if (rule.Never && rule.Filters.Count == 0)
                return false;
            if (!rule.Never && rule.Filters.TrueForAll(filter => string.Equals(filter, Filter, StringComparison.Ordinal) || (OfPeople && AuditRule.IsOfPeople(filter))))
                return true;
        }
        return false;
    }
}
