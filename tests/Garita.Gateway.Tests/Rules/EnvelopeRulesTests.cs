using System.Net;
using System.Text;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Recipients;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Garita.SenderAuth.Spf;
using Xunit;
using static Garita.Gateway.Tests.Rules.RulePages;

namespace Garita.Gateway.Tests.Rules;

public sealed class EnvelopeRulesTests
{
    private static readonly TenantSettings Acme = new() { Name = "acme", Domains = ["example.com"], Backends = new() { Smtp = [] } };

    // "Relay" alone is the namespace here.
    private static readonly Rule<RecipientFacts> RelayRule = new Gateway.Rules.Relay();

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", "http")]
    [InlineData("CONNECT mail:25 HTTP/1.1\r\n", "http")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000", "tls")]
    [InlineData("SSH-2.0-x\r\n", "ssh")]
    [InlineData("\u0003\u0000\u0000\u0013", "rdp")]
    [InlineData("\u0000\u0000\u0000\u0085\u00FFSMBr", "smb")]
    public void Wrong_protocol(string first, string protocol)
    {
        var verdict = AssertBreach(new WrongProtocol(), Connect(first), "554 5.5.1");
        Assert.True(verdict.Close);
        Assert.Equal(protocol, verdict.Detail);
    }

    [Theory]
    [InlineData("")]
    [InlineData("EHLO a.example\r\n")]
    [InlineData("GETX\r\n")]
    [InlineData("\u0000\u0000\u0000")]
    public void Not_another_protocol(string first) => AssertPass(new WrongProtocol(), Connect(first));

    [Fact]
    public void Pregreet()
    {
        Assert.True(AssertBreach(new Pregreet(), Connect("EHLO x\r\n") with { TalkedBeforeGreeting = true }, "554 5.5.1").Close);
        AssertPass(new Pregreet(), Connect(""));
    }

    [Fact]
    public void Reverse_dns()
    {
        static ConnectFacts With(ReverseDnsFact? fact) => Connect("") with { ReverseDns = fact };
        Rule<ConnectFacts> missing = new PtrMissing(), fcrdns = new Fcrdns();
        foreach (var rule in (Rule<ConnectFacts>[])[missing, fcrdns])
        {
            AssertAbstain(rule, With(null));
            AssertAbstain(rule, With(new(DnsStatus.Failed, null, false, false)));
            AssertPass(rule, With(new(DnsStatus.Found, "mx.example.org", true, false)));
        }

        AssertBreach(missing, With(new(DnsStatus.NoName, null, false, false)), "550 5.7.25");
        AssertPass(fcrdns, With(new(DnsStatus.NoName, null, false, false)));
        AssertPass(missing, With(new(DnsStatus.Found, "mx.example.org", false, false)));
        AssertBreach(fcrdns, With(new(DnsStatus.Found, "mx.example.org", false, false)), "550 5.7.25");
        AssertAbstain(fcrdns, With(new(DnsStatus.Found, "mx.example.org", false, true)));
    }

    [Fact]
    public void Helo()
    {
        static HeloFacts With(string name, HeloForm form, AddressFact? addresses = null) =>
            new(IPAddress.Loopback, new HeloName(name, form), new HashSet<string>(StringComparer.Ordinal) { "mx1.example.com", "[192.0.2.1]" }, addresses);
        AssertPass(new HeloSyntax(), With("a.example", HeloForm.Domain));
        AssertPass(new HeloSyntax(), With("[192.0.2.7]", HeloForm.AddressLiteral));
        foreach (var form in (HeloForm[])[HeloForm.Malformed, HeloForm.SingleLabel, HeloForm.BareAddress])
            AssertBreach(new HeloSyntax(), With("x", form), "501 5.5.4");
        AssertBreach(new HeloOwnName(), With("mx1.example.com", HeloForm.Domain), "550 5.7.1");
        AssertBreach(new HeloOwnName(), With("[192.0.2.1]", HeloForm.AddressLiteral), "550 5.7.1");
        AssertPass(new HeloOwnName(), With("a.example", HeloForm.Domain));
        AssertBreach(new HeloMismatch(), With("a.example", HeloForm.Domain, new(DnsStatus.NoName, false)), "550 5.7.1");
        AssertPass(new HeloMismatch(), With("a.example", HeloForm.Domain, new(DnsStatus.Found, true)));
        AssertAbstain(new HeloMismatch(), With("a.example", HeloForm.Domain, new(DnsStatus.Failed, false)));
        AssertAbstain(new HeloMismatch(), With("a.example", HeloForm.Domain));
        AssertPass(new HeloMismatch(), With("x", HeloForm.SingleLabel));
    }

    [Theory]
    [InlineData("command-length", CommandFault.TooLong, "500 5.5.2", false)]
    [InlineData("nul-byte", CommandFault.Nul, "500 5.5.2", true)]
    [InlineData("pipelining", CommandFault.Pipelined, "554 5.5.0", true)]
    [InlineData("starttls-injection", CommandFault.BehindStartTls, "554 5.5.1", true)]
    [InlineData("verb", CommandFault.Verb, "502 5.5.1", false)]
    [InlineData("proxy-header", CommandFault.ProxyHeader, "554 5.5.1", true)]
    [InlineData("command-syntax", CommandFault.Syntax, "501 5.5.4", false)]
    [InlineData("command-syntax", CommandFault.BareNewline, "500 5.5.2", true)]
    [InlineData("errors", CommandFault.TooManyErrors, "421 4.7.0", true)]
    public void Each_fault_of_a_command_has_one_rule(string slug, CommandFault fault, string reply, bool closes)
    {
        var facts = new CommandFacts(fault, SmtpVerb.Helo, SyntaxError.Command, 0);
        Assert.Equal(closes, AssertBreach((Rule<CommandFacts>)RuleCatalogue.BySlug[slug], facts, reply).Close);
        Assert.All(RuleCatalogue.Command, rule => Assert.Equal(string.Equals(rule.Slug, slug, StringComparison.Ordinal), rule.Judge(facts).IsBreach));
    }

    [Fact]
    public void Errors_are_counted()
    {
        AssertPass(new Errors(), new CommandFacts(CommandFault.None, SmtpVerb.Noop, SyntaxError.None, 19));
        AssertBreach(new Errors(), new CommandFacts(CommandFault.None, SmtpVerb.Noop, SyntaxError.None, 20), "421 4.7.0");
    }

    [Theory]
    [InlineData("FROM:<a@>", "501 5.1.7")]
    [InlineData("FROM:<a@b.example.>", "501 5.1.7")]
    [InlineData("FROM:<a@b.example> AND=COMMAND", "555 5.5.4")]
    [InlineData("FROM:<a@b.example> SIZE=1 SIZE=1", "501 5.5.4")]
    [InlineData("FROM:<a@b.example> SIZE=x", "501 5.5.4")]
    [InlineData("FROM:<a@b.example>", null)]
    [InlineData("FROM:<>", null)]
    [InlineData("FROM:<@relay.example:a@b.example>", null)]
    public void Sender_syntax(string argument, string? reply)
    {
        if (reply is null)
            AssertPass(new SenderSyntax(), Sender(argument));
        else
            AssertBreach(new SenderSyntax(), Sender(argument), reply);
    }

    [Fact]
    public void Sender_domain()
    {
        var facts = Sender("FROM:<a@b.example>");
        AssertPass(new SenderDomain(), facts);
        AssertPass(new SenderDomain(), facts with { Domain = new(MailDomainStatus.Reachable) });
        AssertAbstain(new SenderDomain(), facts with { Domain = new(MailDomainStatus.Failed) });
        Assert.Equal(RuleMode.Reject, AssertBreach(new SenderDomain(), facts with { Domain = new(MailDomainStatus.NullMx) }, "550 5.7.27").AtMost);
        Assert.Equal(RuleMode.Defer, AssertBreach(new SenderDomain(), facts with { Domain = new(MailDomainStatus.NoName) }, "450 4.1.8").AtMost);
        Assert.Equal(RuleMode.Defer, AssertBreach(new SenderDomain(), facts with { Domain = new(MailDomainStatus.NoRecords) }, "450 4.1.8").AtMost);
    }

    [Fact]
    public void Sender_policy()
    {
        SenderFacts With(SpfResult result) => Sender("FROM:<a@b.example>") with { Spf = new SpfFact(result, "b.example", "-all", Explanation: "their words") };
        Assert.Equal(RuleMode.Reject, AssertBreach(new Spf(), With(SpfResult.Fail), "550 5.7.23").AtMost);
        Assert.Equal("fail of b.example by -all", new Spf().Judge(With(SpfResult.Fail)).Detail);
        Assert.Equal(RuleMode.Tag, AssertBreach(new Spf(), With(SpfResult.SoftFail), "550 5.7.23").AtMost);
        foreach (var result in (SpfResult[])[SpfResult.None, SpfResult.Neutral, SpfResult.Pass])
            AssertPass(new Spf(), With(result));
        AssertAbstain(new Spf(), With(SpfResult.TempError));
        AssertAbstain(new Spf(), With(SpfResult.PermError));
        AssertPass(new Spf(), Sender("FROM:<a@b.example>"));
        AssertPass(new Spf(), With(SpfResult.Fail) with { IsForwarded = true });
    }

    [Theory]
    [InlineData(SpfResult.Pass, SpfResult.Fail, RuleMode.Tag, "HELO fail of h.example by -all; sender pass of b.example by a")]
    [InlineData(SpfResult.TempError, SpfResult.Fail, RuleMode.Tag, "HELO fail of h.example by -all; sender temperror of b.example by a")]
    [InlineData(SpfResult.SoftFail, SpfResult.Fail, RuleMode.Tag, "softfail of b.example by a; HELO fail of h.example by -all")]
    [InlineData(SpfResult.Fail, SpfResult.Pass, RuleMode.Reject, "fail of b.example by a; HELO pass of h.example by -all")]
    [InlineData(SpfResult.Pass, SpfResult.SoftFail, RuleMode.Off, null)]
    [InlineData(SpfResult.None, SpfResult.PermError, RuleMode.Off, null)]
    public void Sender_policy_of_the_HELO_name(SpfResult sender, SpfResult helo, RuleMode atMost, string? detail)
    {
        var facts = Sender("FROM:<a@b.example>") with { Spf = new SpfFact(sender, "b.example", "a"), HeloSpf = new SpfFact(helo, "h.example", "-all") };
        if (detail is null)
        {
            AssertPass(new Spf(), facts);
            return;
        }

        var verdict = AssertBreach(new Spf(), facts, "550 5.7.23");
        Assert.Equal((atMost, detail), (verdict.AtMost, verdict.Detail));
    }

    [Theory]
    [InlineData("${run{x}}")]
    [InlineData("a|b")]
    [InlineData("a`id`")]
    [InlineData("/etc/passwd")]
    [InlineData("a&b")]
    [InlineData(";id")]
    [InlineData("a<b>")]
    public void Local_part(string local)
    {
        var mailbox = new Mailbox(local, "example.com");
        AssertBreach(new LocalPart(), new LocalPartFacts(mailbox, IsSender: false), "550 5.1.3");
        var sender = AssertBreach(new LocalPart(), new LocalPartFacts(mailbox, IsSender: true), "550 5.1.7");
        Assert.Equal(mailbox.NeedsQuotes ? RuleMode.Reject : RuleMode.Tag, sender.AtMost);
    }

    [Theory]
    [InlineData("a+b")]
    [InlineData("a/b")]
    [InlineData("o'brien")]
    [InlineData("a=b#c")]
    public void Harmless_local_part(string local) => AssertPass(new LocalPart(), new LocalPartFacts(new Mailbox(local, "example.com"), IsSender: false));

    [Theory]
    [InlineData("TO:<u@example.com>", true, false)]
    [InlineData("TO:<postmaster>", false, false)]
    [InlineData("TO:<u@elsewhere.example>", false, true)]
    [InlineData("TO:<u%elsewhere.example@example.com>", true, true)]
    [InlineData("TO:<elsewhere!u@example.com>", true, true)]
    [InlineData("TO:<\"u@elsewhere.example\"@example.com>", true, true)]
    [InlineData("TO:<\"a:b\"@example.com>", true, true)]
    [InlineData("TO:<@elsewhere.example:u@example.com>", true, true)]
    [InlineData("TO:<u@example.com.>", true, true)]
    public void Relay(string argument, bool ours, bool refused)
    {
        var facts = Recipient(argument) with { Tenant = ours ? Acme : null };
        if (refused)
            AssertBreach(RelayRule, facts, "550 5.7.1");
        else
            AssertPass(RelayRule, facts);
    }

    [Fact]
    public void Recipient_syntax()
    {
        AssertBreach(new RecipientSyntax(), Recipient("TO:<>"), "501 5.1.3");
        AssertBreach(new RecipientSyntax(), Recipient("TO:<a b@example.com>"), "501 5.1.3");
        AssertPass(new RecipientSyntax(), Recipient("TO:<a@example.com>"));
        AssertPass(RelayRule, Recipient("TO:<>"));
    }

    [Fact]
    public void Unknown_recipient()
    {
        var facts = Recipient("TO:<a@example.com>");
        AssertPass(new UnknownRecipient(), facts);
        AssertPass(new UnknownRecipient(), facts with { Answer = new(RecipientStatus.Known, "file") });
        AssertBreach(new UnknownRecipient(), facts with { Answer = new(RecipientStatus.Unknown, "file") }, "550 5.1.1");
        Assert.Equal(RuleMode.Defer, AssertBreach(new UnknownRecipient(), facts with { Answer = new(RecipientStatus.Unavailable, "file") }, "451 4.3.0").AtMost);
        Assert.True(AssertBreach(new UnknownRecipient(), facts with { Answer = new(RecipientStatus.Unavailable, RecipientDirectory.Frozen) }, "451 4.3.0").Absolute);
        var late = new UnknownRecipient().Judge(facts with { Answer = new(RecipientStatus.RefusedLately, "late-refusal", 552, new(5, 2, 2)) });
        Assert.True(late is { Code: 552, Absolute: true } && late.Enhanced == new EnhancedCode(5, 2, 2));
        Assert.Contains(late.Text!, Text("unknown-recipient"), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_recipients()
    {
        var facts = Recipient("TO:<a@example.com>") with { Accepted = 9, MaxRecipients = 10 };
        AssertPass(new TooManyRecipients(), facts);
        AssertBreach(new TooManyRecipients(), facts with { Accepted = 10 }, "452 4.5.3");
    }

    [Fact]
    public void Message_size()
    {
        AssertPass(new MessageSize(), new MessageSizeFacts(100, 100, IsDeclared: true));
        Assert.Equal("declared", AssertBreach(new MessageSize(), new MessageSizeFacts(101, 100, IsDeclared: true), "552 5.3.4").Detail);
        Assert.Equal("counted", AssertBreach(new MessageSize(), new MessageSizeFacts(101, 100, IsDeclared: false), "552 5.3.4").Detail);
    }

    private static ConnectFacts Connect(string first) => new(IPAddress.Loopback, Encoding.Latin1.GetBytes(first), false, null);

    private static SenderFacts Sender(string argument)
    {
        var fault = CommandParser.ParseMail(Encoding.UTF8.GetBytes(argument), out var command);
        return new SenderFacts(command, fault, null, 1000);
    }

    private static RecipientFacts Recipient(string argument)
    {
        var fault = CommandParser.ParseRcpt(Encoding.UTF8.GetBytes(argument), smtpUtf8: false, out var command);
        return new RecipientFacts(command, fault, Acme, null, 0, 10);
    }
}
