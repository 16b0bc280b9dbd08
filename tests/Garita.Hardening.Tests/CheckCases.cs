using Garita.Hardening.Host;
using Garita.Hardening.Tests.Accounts;
using Garita.Hardening.Tests.Attest;
using Garita.Hardening.Tests.Firewall;
using Garita.Hardening.Tests.Logging;
using Garita.Hardening.Tests.Physical;
using Garita.Hardening.Tests.Software;
using Garita.Hardening.Tests.Updates;
using Garita.Testing;
using Xunit;

namespace Garita.Hardening.Tests;

/// <summary>Every check with its good and its bad root; each folder lists its own.</summary>
internal static class CheckCases
{
    public static IReadOnlyList<CheckCase> All { get; } =
    [
        .. PhysicalCases.All,
        .. AttestCases.All,
        .. UpdatesCases.All,
        .. LoggingCases.All,
        .. SoftwareCases.All,
        .. FirewallCases.All,
        .. AccountsCases.All,
        .. Gateway.GatewayCases.All,
        .. Postfix.PostfixCases.All,
        .. Exim.EximCases.All,
        .. Dovecot.DovecotCases.All,
        .. Sendmail.SendmailCases.All,
        .. OpenSmtpd.OpenSmtpdCases.All,
    ];

    /// <summary>The root as a check sees it, on the first of March 2026, at noon.</summary>
    public static View Seen(PreparedRoot root, Roles roles = Roles.Any) => new(root, new HostFacts(root, roles) { Time = new ManualTime() });

    public static CheckCase Of(string id) => Assert.Single(All, known => string.Equals(known.Check.Id, id, StringComparison.Ordinal));
}
