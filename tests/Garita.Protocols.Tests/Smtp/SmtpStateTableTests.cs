using Garita.Protocols.Smtp;
using Xunit;
using static Garita.Protocols.Smtp.SessionState;

namespace Garita.Protocols.Tests.Smtp;

public sealed class SmtpStateTableTests
{
    [Theory]
    [InlineData(Connected, SmtpVerb.Ehlo, 250, Greeted)]
    [InlineData(Rcpt, SmtpVerb.Ehlo, 250, Greeted)]
    [InlineData(Connected, SmtpVerb.Helo, 250, Greeted)]
    [InlineData(Greeted, SmtpVerb.Mail, 250, Mail)]
    [InlineData(Mail, SmtpVerb.Rcpt, 250, Rcpt)]
    [InlineData(Rcpt, SmtpVerb.Rcpt, 250, Rcpt)]
    [InlineData(Rcpt, SmtpVerb.Data, 354, Data)]
    [InlineData(Greeted, SmtpVerb.StartTls, 220, TlsHandshake)]
    [InlineData(Connected, SmtpVerb.Rset, 250, Connected)]
    [InlineData(Rcpt, SmtpVerb.Rset, 250, Greeted)]
    [InlineData(Mail, SmtpVerb.Noop, 250, Mail)]
    [InlineData(Mail, SmtpVerb.Help, 214, Mail)]
    [InlineData(Connected, SmtpVerb.Quit, 221, Closing)]
    public void Verbs_in_order_are_allowed(SessionState state, SmtpVerb verb, int code, SessionState next)
    {
        var transition = SmtpStateTable.For(state, verb);
        Assert.True(transition.Allowed);
        Assert.Equal((code, next), (transition.Code, transition.Next));
    }

    [Theory]
    [InlineData(Connected, SmtpVerb.Mail, 503, "EHLO")]
    [InlineData(Connected, SmtpVerb.StartTls, 503, "EHLO")]
    [InlineData(Mail, SmtpVerb.Mail, 503, "RSET")]
    [InlineData(Rcpt, SmtpVerb.Mail, 503, "RSET")]
    [InlineData(Greeted, SmtpVerb.Rcpt, 503, "MAIL")]
    [InlineData(Greeted, SmtpVerb.Data, 503, "MAIL")]
    [InlineData(Mail, SmtpVerb.Data, 503, "RCPT")]
    [InlineData(Rcpt, SmtpVerb.StartTls, 503, "RSET")]
    public void Verbs_out_of_order_are_told_what_is_wanted(SessionState state, SmtpVerb verb, int code, string wanted)
    {
        var transition = SmtpStateTable.For(state, verb);
        Assert.False(transition.Allowed);
        Assert.Equal((code, state, "5.5.1"), (transition.Code, transition.Next, transition.Enhanced.ToString()));
        Assert.Contains(wanted, transition.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmtpVerb.Bdat, 502)]
    [InlineData(SmtpVerb.Auth, 502)]
    [InlineData(SmtpVerb.Etrn, 502)]
    [InlineData(SmtpVerb.Turn, 502)]
    [InlineData(SmtpVerb.Lhlo, 502)]
    [InlineData(SmtpVerb.Vendor, 502)]
    [InlineData(SmtpVerb.Vrfy, 252)]
    [InlineData(SmtpVerb.Expn, 252)]
    [InlineData(SmtpVerb.Unknown, 500)]
    [InlineData(SmtpVerb.Http, 500)]
    public void Some_verbs_are_refused_in_every_state(SmtpVerb verb, int code)
    {
        foreach (var state in (SessionState[])[Connected, Greeted, Mail, Rcpt])
        {
            var transition = SmtpStateTable.For(state, verb);
            Assert.False(transition.Allowed);
            Assert.Equal(code, transition.Code);
            Assert.Equal(verb == SmtpVerb.Http ? Closing : state, transition.Next);
        }
    }

    [Fact]
    public void Every_cell_has_an_answer_that_fits_a_reply()
    {
        foreach (var state in Enum.GetValues<SessionState>())
        {
            foreach (var verb in Enum.GetValues<SmtpVerb>())
            {
                var transition = SmtpStateTable.For(state, verb);
                Assert.InRange(transition.Code, 200, 599);
                Assert.False(transition.Allowed && state is (Data or TlsHandshake or Closing));
                Assert.False(transition.Text.AsSpan().ContainsAnyExceptInRange(' ', '~'));
            }
        }
    }

    [Theory]
    [InlineData(SmtpVerb.Ehlo, true)]
    [InlineData(SmtpVerb.Data, true)]
    [InlineData(SmtpVerb.Vrfy, true)]
    [InlineData(SmtpVerb.Expn, true)]
    [InlineData(SmtpVerb.Turn, true)]
    [InlineData(SmtpVerb.Quit, true)]
    [InlineData(SmtpVerb.Noop, true)]
    [InlineData(SmtpVerb.StartTls, true)]
    [InlineData(SmtpVerb.Rset, false)]
    [InlineData(SmtpVerb.Mail, false)]
    [InlineData(SmtpVerb.Rcpt, false)]
    public void Synchronization_points_are_those_of_rfc_2920(SmtpVerb verb, bool expected)
    {
        foreach (var state in Enum.GetValues<SessionState>())
            Assert.Equal(expected, SmtpStateTable.For(state, verb).IsSynchronizationPoint);
    }
}
