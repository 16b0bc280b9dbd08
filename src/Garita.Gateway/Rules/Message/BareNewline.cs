using Garita.Protocols.Smtp;

namespace Garita.Gateway.Rules;

/// <summary>
/// Line ends that are not CRLF in the data (RFC 5321 §2.3.8), the raw material of SMTP smuggling. Dot-lines that CRLF does not frame, and NUL, are refused
/// and the connection closed in every mode; other bare LF and CR are mended or refused, by mode.
/// </summary>
public sealed class BareNewline() : Rule<MessageFacts>("bare-newline", RuleStage.Message, RuleMode.Normalize, AllowedModes.Normalize | AllowedModes.Reject | AllowedModes.Defer, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(MessageFacts facts)
    {
        var data = facts.Data;
        if ((data & DataFindings.MisframedDot) != DataFindings.None)
            return Verdict.Breach(550, new(5, 5, 2), "a dot alone on a line that CRLF does not frame", "misframed dot") with { Absolute = true, Close = true };
        if ((data & DataFindings.Nul) != DataFindings.None)
            return Verdict.Breach(550, new(5, 5, 2), "NUL in the message", "NUL") with { Absolute = true, Close = true };
        return (data & (DataFindings.BareLf | DataFindings.BareCr)) switch
        {
            DataFindings.None => Verdict.Pass,
            DataFindings.BareLf => Bare("bare LF"),
            DataFindings.BareCr => Bare("bare CR"),
            _ => Bare("bare LF, bare CR"),
        };
    }

    private static Verdict Bare(string detail) => Verdict.Breach(550, new(5, 5, 2), "lines of a message end in CRLF", detail);
}
