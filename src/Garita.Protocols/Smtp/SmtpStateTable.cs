using static Garita.Protocols.Smtp.SessionState;

namespace Garita.Protocols.Smtp;

/// <summary>
/// The protocol state of the receiving side (RFC 5321 §4.1.4) on one screen. It says what a verb may do by order alone; whether TLS is
/// configured, a sender welcome or a recipient known is not decided here. Refused in every state: what is never offered.
/// </summary>
public static class SmtpStateTable
{
    private const string HelpText = "See RFC 5321";
    private const string NoVerification = "Cannot verify or expand, send some mail";

    private static readonly EnhancedCode Fine = new(2, 0, 0);
    private static readonly EnhancedCode InvalidCommand = new(5, 5, 1); // RFC 3463 §3.6

    /// <summary>The cell for a state and a verb. It allocates nothing.</summary>
    public static Transition For(SessionState state, SmtpVerb verb)
    {
        // What arrives in these states is no command; to be asked is an error of the caller, answered safely.
        if (state is Data or TlsHandshake or Closing)
            return No(state, verb, 503, "Bad sequence of commands");

        return (verb, state) switch
        {
            // RFC 5321 §4.1.4: a greeting ends a transaction as RSET does. RFC 2034 §4: its reply has no enhanced code.
            (SmtpVerb.Ehlo or SmtpVerb.Helo, _) => new Transition(true, 250, default, "Hello", Greeted, IsSynchronizationPoint(verb)),

            (SmtpVerb.Mail, Greeted) => Yes(verb, 250, "Sender ok", Mail),
            (SmtpVerb.Mail, Connected) => No(state, verb, 503, "EHLO first"),
            (SmtpVerb.Mail, _) => No(state, verb, 503, "Sender already given, RSET first"),

            (SmtpVerb.Rcpt, Mail or Rcpt) => Yes(verb, 250, "Recipient ok", Rcpt),
            (SmtpVerb.Rcpt, Connected) => No(state, verb, 503, "EHLO first"),
            (SmtpVerb.Rcpt, _) => No(state, verb, 503, "MAIL first"),

            // RFC 5321 §3.3: 503 where no recipient was accepted
            (SmtpVerb.Data, Rcpt) => new Transition(true, 354, default, "End data with <CR><LF>.<CR><LF>", Data, true),
            (SmtpVerb.Data, Connected) => No(state, verb, 503, "EHLO first"),
            (SmtpVerb.Data, Greeted) => No(state, verb, 503, "MAIL first"),
            (SmtpVerb.Data, _) => No(state, verb, 503, "RCPT first, no valid recipients"),

            // RFC 3207 §4: no parameters, no transaction under way
            (SmtpVerb.StartTls, Greeted) => Yes(verb, 220, "Ready to start TLS", TlsHandshake),
            (SmtpVerb.StartTls, Connected) => No(state, verb, 503, "EHLO first"),
            (SmtpVerb.StartTls, _) => No(state, verb, 503, "Transaction in progress, RSET first"),

            // RFC 5321 §4.1.4: any time
            (SmtpVerb.Rset, Connected) => Yes(verb, 250, "Ok", Connected),
            (SmtpVerb.Rset, _) => Yes(verb, 250, "Ok", Greeted),
            (SmtpVerb.Noop, _) => Yes(verb, 250, "Ok", state),
            (SmtpVerb.Help, _) => Yes(verb, 214, HelpText, state),
            (SmtpVerb.Quit, _) => Yes(verb, 221, "Bye", Closing),

            // RFC 5321 §7.3: disabled for security, they must be answered with 252, which tells nothing
            (SmtpVerb.Vrfy or SmtpVerb.Expn, _) => new Transition(false, 252, Fine, NoVerification, state, true),

            (SmtpVerb.Bdat or SmtpVerb.Auth or SmtpVerb.Etrn or SmtpVerb.Turn or SmtpVerb.Lhlo or SmtpVerb.Vendor, _) =>
                No(state, verb, 502, "Command not implemented"),
            (SmtpVerb.Http, _) => No(Closing, verb, 500, "This is SMTP"),
            _ => No(state, verb, 500, "Command not recognized"),
        };
    }

    private static Transition Yes(SmtpVerb verb, ushort code, string text, SessionState next) =>
        new(true, code, Fine, text, next, IsSynchronizationPoint(verb));

    private static Transition No(SessionState next, SmtpVerb verb, ushort code, string text) =>
        new(false, code, InvalidCommand, text, next, IsSynchronizationPoint(verb));

    /// <summary>RFC 2920 §3.1: all but RSET, MAIL and RCPT, for what no list names must stand last as well. HELO and HELP are old clients' and count as EHLO and NOOP do.</summary>
    private static bool IsSynchronizationPoint(SmtpVerb verb) => verb is not (SmtpVerb.Rset or SmtpVerb.Mail or SmtpVerb.Rcpt or SmtpVerb.Unknown);
}
