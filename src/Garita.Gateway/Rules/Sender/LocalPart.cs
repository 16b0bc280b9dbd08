using System.Buffers;

namespace Garita.Gateway.Rules;

/// <summary>
/// Local parts that mean something to a shell or to an expansion language: Exim CVE-2019-10149 (<c>${run}</c>), OpenSMTPD CVE-2020-7247.
/// Recipients are refused; senders are refused where it takes quotes to write them, and tagged otherwise, since VERP and old gateways use such characters.
/// </summary>
public sealed class LocalPart() : Rule<LocalPartFacts>("local-part", RuleStage.Sender, RuleMode.Reject, AllowedModes.Usual, canBeExcepted: true)
{
    private static readonly SearchValues<char> Shell = SearchValues.Create("${};|&`<>");

    /// <inheritdoc/>
    public override Verdict Judge(LocalPartFacts facts)
    {
        var local = facts.Mailbox.LocalPart;
        if (!local.StartsWith('/') && !local.AsSpan().ContainsAny(Shell))
            return Verdict.Pass;
        if (!facts.IsSender)
            return Verdict.Breach(550, new(5, 1, 3), "the local part holds characters that are not taken here");
        return Verdict.Breach(550, new(5, 1, 7), "the local part holds characters that are not taken here") with { AtMost = facts.Mailbox.NeedsQuotes ? RuleMode.Reject : RuleMode.Tag };
    }
}
