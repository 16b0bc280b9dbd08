using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp.Verbs;

/// <summary>HELO and EHLO (RFC 5321 §4.1.1.1). What the name is worth is judged at RCPT, when the tenant is known; what administrators block, here.</summary>
internal static class HeloVerb
{
    internal static ValueTask RunAsync(SmtpSession session, ReadOnlySpan<byte> argument, bool isEhlo)
    {
        var error = CommandParser.ParseHelo(argument, out var name);
        if (error != SyntaxError.None)
            return session.FaultAsync(CommandFault.Syntax, isEhlo ? SmtpVerb.Ehlo : SmtpVerb.Helo, error);

        // RFC 5321 §4.1.4: it ends a transaction as RSET does.
        session.EndTransaction("aborted", 250);
        session.Helo = name;
        session.IsEsmtp = isEhlo;
        session.State = SessionState.Greeted;
        session.OffersDsn = false;
        if (session.Blocked(null, close: true) is { } blocked)
        {
            session.Refuse(blocked);
            return ValueTask.CompletedTask;
        }

        session.Advance(SmtpSession.Step.Hello);
        if (isEhlo)
        {
            session.Say(session.House.Offers.Reply(session.Policy, session.Listener, OffersTls(session), out var dsn));
            session.OffersDsn = dsn;
            return ValueTask.CompletedTask;
        }

        session.Say(250, default, session.Policy.Settings.Hostname);
        return ValueTask.CompletedTask;
    }

    internal static bool OffersTls(SmtpSession session) =>
        session.Listener.Tls == ListenerTls.StartTls && !session.Connection.IsTls && session.House.Certificates.HasAny;
}
