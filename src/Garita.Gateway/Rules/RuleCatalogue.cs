using System.Collections.Frozen;
using Garita.Gateway.Evidence.Sender;

namespace Garita.Gateway.Rules;

/// <summary>
/// Every rule there is, in the order of their stages. A rule that is not here does not exist.
/// The dialogue judges the list of a stage with that stage's facts; the two rules that are judged at two stages stand by themselves.
/// </summary>
public static class RuleCatalogue
{
    /// <summary>Judged at accept and behind a PROXY header, before all others.</summary>
    public static Rule<BanFacts> Banned { get; } = new Banned();

    /// <summary>Judged when a connection comes, and while it stays.</summary>
    public static IReadOnlyList<Rule<AdmissionFacts>> Admission { get; } = [new ConnectionLimit(), new RateLimit(), new Evicted(), new SlowClient()];

    /// <summary>Judged before or at the greeting.</summary>
    public static IReadOnlyList<Rule<ConnectFacts>> Connect { get; } = [new WrongProtocol(), new Pregreet(), new PtrMissing(), new Fcrdns()];

    /// <summary>Judged at RCPT TO with the client.</summary>
    public static Rule<DnsblFacts> Dnsbl { get; } = new Dnsbl();

    /// <summary>Judged at HELO and EHLO.</summary>
    public static IReadOnlyList<Rule<HeloFacts>> Helo { get; } = [new HeloSyntax(), new HeloOwnName(), new HeloMismatch()];

    /// <summary>Judged at any command, <c>errors</c> last.</summary>
    public static IReadOnlyList<Rule<CommandFacts>> Command { get; } =
    [
        new ProxyHeader(), new CommandLength(), new NulByte(), new StarttlsInjection(), new Pipelining(), new Verb(), new CommandSyntax(), new Errors(),
    ];

    /// <summary>Judged at MAIL FROM.</summary>
    public static IReadOnlyList<Rule<SenderFacts>> Sender { get; } = [new SenderSyntax(), new SenderDomain(), new Spf()];

    /// <summary>Judged at MAIL FROM and again at each RCPT TO, behind the syntax.</summary>
    public static Rule<LocalPartFacts> LocalPart { get; } = new LocalPart();

    /// <summary>Judged at RCPT TO; <c>relay</c> stands before <c>unknown-recipient</c>, which means nothing for the domains of others.</summary>
    public static IReadOnlyList<Rule<RecipientFacts>> Recipient { get; } = [new RecipientSyntax(), new Relay(), new UnknownRecipient(), new TooManyRecipients()];

    /// <summary>Judged at RCPT TO before it is looked up who exists, and at MAIL FROM of a network that was refused.</summary>
    public static Rule<HarvestFacts> Harvest { get; } = new Harvest();

    /// <summary>Judged at RCPT TO before it is looked up who exists.</summary>
    public static Rule<DistributedHarvestFacts> DistributedHarvest { get; } = new DistributedHarvest();

    /// <summary>Judged at RCPT TO of a recipient that exists.</summary>
    public static Rule<GreylistFacts> Greylist { get; } = new Greylist();

    /// <summary>Judged at RCPT TO of the null reverse-path.</summary>
    public static Rule<BounceFloodFacts> BounceFlood { get; } = new BounceFlood();

    /// <summary>Judged at MAIL FROM with the declared size, and again with the counted one.</summary>
    public static Rule<MessageSizeFacts> MessageSize { get; } = new MessageSize();

    /// <summary>Judged with the whole message; framing first, since nothing else holds where it is broken.</summary>
    public static IReadOnlyList<Rule<MessageFacts>> Message { get; } =
    [
        new BareNewline(), new LineLength(), new HeaderSize(), new HeaderSyntax(), new Header8bit(), new FromHeader(), new MailLoop(), new AddressHeader(),
    ];

    /// <summary>Judged with the author's name, before anything is asked.</summary>
    public static Rule<AuthorFacts> DisplayName { get; } = new DisplayName();

    /// <summary>Judged with the signatures of the message, which cost a pass over it and look-ups.</summary>
    public static IReadOnlyList<Rule<MessageAuthFacts>> Signatures { get; } = [new Dkim(), new Arc()];

    /// <summary>Judged with what DNS says of the author's domain.</summary>
    public static Rule<AuthorFacts> Dmarc { get; } = new Dmarc();

    /// <summary>Judged behind <c>dmarc</c>, which knows whether a domain of ours was forged.</summary>
    public static Rule<AuthorFacts> LookAlike { get; } = new LookAlike();

    /// <summary>Judged with what the whole message holds.</summary>
    public static IReadOnlyList<Rule<ContentFacts>> Content { get; } = [new Attachment(), new AmbiguousMime()];

    /// <summary>Judged with what engines say of the message.</summary>
    public static Rule<EngineFacts> Virus { get; } = new Virus();

    /// <summary>Judged last, with all that the others said.</summary>
    public static Rule<ScoreFacts> Score { get; } = new Score();

    /// <summary>All rules.</summary>
    public static IReadOnlyList<Rule> All { get; } = Number([Banned, .. Admission, .. Connect, Dnsbl, .. Helo, .. Command, .. Sender, LocalPart, .. Recipient, Harvest, DistributedHarvest, Greylist, BounceFlood, MessageSize, .. Message, DisplayName, .. Signatures, Dmarc, LookAlike, .. Content, Virus, Score]);

    /// <summary>By slug.</summary>
    public static FrozenDictionary<string, Rule> BySlug { get; } = All.ToFrozenDictionary(static rule => rule.Slug, StringComparer.Ordinal);

    private static Rule[] Number(Rule[] rules)
    {
        for (var i = 0; i < rules.Length; i++)
            rules[i].Index = i;
        return rules;
    }
}
