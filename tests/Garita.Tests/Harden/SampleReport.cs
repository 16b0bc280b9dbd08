using Garita.Hardening;
using Garita.Hardening.Audits;

namespace Garita.Tests.Harden;

/// <summary>An audit with one of each, and with a host that wants to be markup.</summary>
internal static class SampleReport
{
    public const string Hostile = "</dd><script>alert(1)</script>\u001b[31m\u202e\" onload='x'";

    public static AuditReport Of(string host = "mx.example.com") => new(host, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), "/", ["gateway", "postfix"], Whole: true,
    [
        Result("boot-password", 1, Outcome.Pass, "a password is asked for"),
        Result("ctrl-alt-del", 1, Outcome.Fail, Hostile),
        Result("locked-out", 1, Outcome.Unknown, "/etc/shadow cannot be read: Permission denied"),
        Result("updates", 2, Outcome.NotApplicable, "no dpkg here"),
        Result("open-ports", 5, Outcome.Warning, "tcp 111\ntcp 631"),
    ])
    {
        Since = new DateTimeOffset(2026, 2, 1, 8, 30, 0, TimeSpan.Zero),
        Changes = [new("ctrl-alt-del", "title of ctrl-alt-del", Outcome.Pass, Outcome.Fail), new("boot-password", "title of boot-password", Outcome.Unknown, Outcome.Pass)],
    };

    private static AuditResult Result(string id, int measure, Outcome outcome, string found) =>
        new(id, measure, $"title of {id}", $"why {id}", ["CIS 1.2.3", "NIST SP 800-45 §5"], [$"/etc/{id}"], found, $"expected of {id}", outcome, $"mend {id}");
}
