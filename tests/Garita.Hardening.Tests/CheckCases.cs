using Garita.Hardening.Tests.Attest;
using Garita.Hardening.Tests.Physical;
using Xunit;

namespace Garita.Hardening.Tests;

/// <summary>Every check with its good and its bad root; each folder lists its own.</summary>
internal static class CheckCases
{
    public static IReadOnlyList<CheckCase> All { get; } =
    [
        .. PhysicalCases.All,
        .. AttestCases.All,
        .. Gateway.GatewayCases.All,
        .. Postfix.PostfixCases.All,
        .. Exim.EximCases.All,
        .. Dovecot.DovecotCases.All,
        .. Sendmail.SendmailCases.All,
        .. OpenSmtpd.OpenSmtpdCases.All,
    ];

    public static CheckCase Of(string id) => Assert.Single(All, known => string.Equals(known.Check.Id, id, StringComparison.Ordinal));
}
