namespace Garita.Hardening.Postfix;

/// <summary>Postfix, by its own postconf where it runs.</summary>
internal static class PostfixChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new PostfixBareNewline(),
        new PostfixPipelining(),
        new PostfixHelo(),
        new PostfixVrfy(),
        new PostfixPercentHack(),
        new PostfixStrictEnvelopes(),
        new PostfixTlsVersions(),
        new PostfixTlsForLogin(),
        new PostfixLoginRate(),
        new PostfixConnectionRate(),
        new PostfixBanner(),
        new PostfixRelay(),
        new PostfixTrustedNetworks(),
        new PostfixGatewayUntrusted(),
        new PostfixGatewayExempt(),
        new PostfixChroot(),
        new PostfixKeyRights(),
        new PostfixConfigRights(),
        new PostfixPasswordFiles(),
        new PostfixTlsLog(),
        new PostfixQueueSpace(),
        new PostfixUnknownRecipients(),
    ];
}
