using System.Security.Authentication;
using Garita.Gateway.Rules;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp.Verbs;

/// <summary>STARTTLS (RFC 3207).</summary>
internal static class StartTlsVerb
{
    internal static ValueTask RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (!argument.IsEmpty)
            return session.FaultAsync(CommandFault.Syntax, SmtpVerb.StartTls, SyntaxError.Command);
        if (!HeloVerb.OffersTls(session))
            return session.FaultAsync(CommandFault.Verb, SmtpVerb.StartTls);
        return BeginAsync(session);
    }

    private static async ValueTask BeginAsync(SmtpSession session)
    {
        // What waits in the kernel was sent in clear text before our answer: an injection attempt (CVE-2011-0411).
        if (session.Connection.HasInput)
        {
            await session.FaultAsync(CommandFault.BehindStartTls, SmtpVerb.StartTls);
            return;
        }

        if (session.Exceeds(Admission.RateKind.Handshake) is { } tooMany)
        {
            session.Say(454, tooMany.Enhanced, $"{tooMany.Text} ({tooMany.Slug}, session {session.Id})");
            return;
        }

        // RFC 3207 §4: the client may go on without TLS, or come again.
        if (!session.TakeTlsPlace())
        {
            session.Say(454, new(4, 7, 0), "TLS not available now, try again later");
            return;
        }

        session.Say(220, new(2, 0, 0), "Ready to start TLS");
        await session.FlushAsync();
        session.State = SessionState.TlsHandshake;
        try
        {
            await session.SecureAsync();
            session.Advance(SmtpSession.Step.Tls);
        }
        catch (AuthenticationException e)
        {
            session.Note("tls", "abstain", e.InnerException?.Message ?? e.Message);
            throw;
        }
    }
}
