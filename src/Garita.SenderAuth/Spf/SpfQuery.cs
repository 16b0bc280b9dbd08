using System.Net;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.SenderAuth.Spf;

/// <summary>What is checked: the arguments of check_host() (RFC 7208 §4.1), and what macros of explanations may name (§7.3).</summary>
public sealed class SpfQuery
{
    // RFC 5321 §4.5.3.1: 64 and 255; what is longer cannot come from an envelope.
    private const int MostText = 320;

    /// <summary>Makes a query.</summary>
    /// <param name="client">The client; an IPv4-mapped address is IPv4 (RFC 7208 §5).</param>
    /// <param name="helo">What it called itself.</param>
    /// <param name="mailFrom">The reverse-path without brackets, its local part unquoted; empty for the null one.</param>
    /// <param name="receiver">Our own name, for <c>%{r}</c>.</param>
    /// <param name="at">When, for <c>%{t}</c>.</param>
    public SpfQuery(IPAddress client, string helo, string mailFrom, string receiver = "unknown", DateTimeOffset at = default)
    {
        Client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        Helo = Ascii(Cut(helo));
        Receiver = Cut(receiver);
        At = at;

        // RFC 7208 §2.4, §4.3: the null reverse-path stands for postmaster at the HELO name, a missing local part for postmaster.
        var cut = Cut(mailFrom);
        var split = cut.LastIndexOf('@');
        LocalPart = split > 0 ? cut[..split] : "postmaster";
        var domain = mailFrom.Length == 0 ? Helo : Ascii(cut[(split + 1)..]);
        // RFC 7208 §4.3: an empty label may stand at the end.
        Domain = domain.EndsWith('.') ? domain[..^1] : domain;
    }

    /// <summary>The client.</summary>
    public IPAddress Client { get; }

    /// <summary>What it called itself, U-labels as A-labels.</summary>
    public string Helo { get; }

    /// <summary>The sender's local part.</summary>
    public string LocalPart { get; }

    /// <summary>The domain that is checked, U-labels as A-labels (RFC 8616 §4).</summary>
    public string Domain { get; }

    /// <summary>The sender: local part, <c>@</c>, domain.</summary>
    public string Sender => string.Concat(LocalPart, "@", Domain);

    /// <summary>Our own name.</summary>
    public string Receiver { get; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; }

    private static string Cut(string text) => text.Length <= MostText ? text : text[..MostText];

    // What does not convert stays as it is, and is then no name that DNS could be asked for.
    private static string Ascii(string domain) =>
        !System.Text.Ascii.IsValid(domain) && DomainName.TryNormalize(Encoding.UTF8.GetBytes(domain), smtpUtf8: true, out var ascii) ? ascii! : domain;
}
