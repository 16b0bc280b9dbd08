using Garita.Protocols.Message;

namespace Garita.Gateway.Rules;

/// <summary>
/// Octets above 127 in the header of a message that was not sent with SMTPUTF8 (RFC 5322 §2.2), or, with it, ones that are not UTF-8 (RFC 6532 §3).
/// </summary>
public sealed class Header8bit() : Rule<MessageFacts>("header-8bit", RuleStage.Message, RuleMode.Tag, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageFacts facts) => facts switch
    {
        { Header: null } => Verdict.Pass,
        { SmtpUtf8: false } when (facts.Header.Findings & (HeaderFindings.EightBit | HeaderFindings.EightBitInvalid)) != HeaderFindings.None => Breach("without SMTPUTF8"),
        _ when (facts.Header.Findings & HeaderFindings.EightBitInvalid) != HeaderFindings.None => Breach("not UTF-8"),
        _ => Verdict.Pass,
    };

    private static Verdict Breach(string detail) => Verdict.Breach(554, new(5, 6, 0), "octets above 127 in the message header", detail);
}
