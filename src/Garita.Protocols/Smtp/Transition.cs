using System.Runtime.InteropServices;

namespace Garita.Protocols.Smtp;

/// <summary>What a verb does in a state: one cell of <see cref="SmtpStateTable"/>.</summary>
/// <param name="Allowed">Whether the verb may be carried out now.</param>
/// <param name="Code">The reply code: of success, or why it is not allowed.</param>
/// <param name="Enhanced">The enhanced code (RFC 2034 §4); the default value where there is none.</param>
/// <param name="Text">The reply's constant text; replies to EHLO, MAIL and RCPT are written by who carries them out.</param>
/// <param name="Next">The state after success; when not allowed the same state, or <see cref="SessionState.Closing"/> to reply and close.</param>
/// <param name="IsSynchronizationPoint">Whether the verb must be the last one in a pipelined group (RFC 2920 §3.1).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Transition(
    bool Allowed, ushort Code, EnhancedCode Enhanced, string Text, SessionState Next, bool IsSynchronizationPoint);
