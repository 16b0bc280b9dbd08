namespace Garita.Gateway.Rules;

/// <summary>What is done when a rule is broken.</summary>
public enum RuleMode : byte
{
    /// <summary>The rule is not judged.</summary>
    Off,
    /// <summary>Recorded, nothing else.</summary>
    Shadow,
    /// <summary>The message passes with an <c>X-Garita-Rule:</c> field.</summary>
    Tag,
    /// <summary>Refused with 4xx: the sender may try again.</summary>
    Defer,
    /// <summary>Refused with 5xx.</summary>
    Reject,
    /// <summary>Mended and passed (<c>bare-newline</c> only).</summary>
    Normalize,
    /// <summary>Taken, kept and not delivered: an administrator may release it (rules of the whole message only).</summary>
    Quarantine,
    /// <summary>Passed without the offending part, with a note in its place (<c>attachment</c> only).</summary>
    Strip,
}

/// <summary>How modes compare.</summary>
public static class RuleModeOrder
{
    /// <summary>The severer, the greater: a refusal that the sender sees is severer than the quarantine, that than a part taken out.</summary>
    /// <param name="mode">The mode.</param>
    public static int Severity(this RuleMode mode) => mode switch
    {
        RuleMode.Off => 0,
        RuleMode.Shadow => 1,
        RuleMode.Tag or RuleMode.Normalize => 2,
        RuleMode.Strip => 3,
        RuleMode.Quarantine => 4,
        RuleMode.Defer => 5,
        _ => 6,
    };
}

/// <summary>A set of modes, for saying which make sense for a rule.</summary>
[Flags]
public enum AllowedModes : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary><see cref="RuleMode.Off"/>.</summary>
    Off = 1 << RuleMode.Off,
    /// <summary><see cref="RuleMode.Shadow"/>.</summary>
    Shadow = 1 << RuleMode.Shadow,
    /// <summary><see cref="RuleMode.Tag"/>.</summary>
    Tag = 1 << RuleMode.Tag,
    /// <summary><see cref="RuleMode.Defer"/>.</summary>
    Defer = 1 << RuleMode.Defer,
    /// <summary><see cref="RuleMode.Reject"/>.</summary>
    Reject = 1 << RuleMode.Reject,
    /// <summary><see cref="RuleMode.Normalize"/>.</summary>
    Normalize = 1 << RuleMode.Normalize,
    /// <summary><see cref="RuleMode.Quarantine"/>.</summary>
    Quarantine = 1 << RuleMode.Quarantine,
    /// <summary><see cref="RuleMode.Strip"/>.</summary>
    Strip = 1 << RuleMode.Strip,
    /// <summary>What makes sense before there is a message.</summary>
    Usual = Off | Shadow | Tag | Defer | Reject,
    /// <summary>What makes sense for a whole message.</summary>
    OfMessage = Usual | Quarantine,
}

/// <summary>The stage at which a rule is judged.</summary>
public enum RuleStage : byte
{
    /// <summary>Before or at the greeting.</summary>
    Connect,
    /// <summary>HELO and EHLO.</summary>
    Helo,
    /// <summary>Any command.</summary>
    Command,
    /// <summary>MAIL FROM.</summary>
    Sender,
    /// <summary>RCPT TO.</summary>
    Recipient,
    /// <summary>The message.</summary>
    Message,
}
