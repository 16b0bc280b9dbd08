using System.Net;
using System.Runtime.InteropServices;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Recipients;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Message;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Rules;

/// <summary>What is known of a client before it says its name.</summary>
/// <param name="Client">The client, IPv4-mapped addresses already made IPv4.</param>
/// <param name="FirstBytes">What it sent first, at most 64 octets; empty where it is not yet known.</param>
/// <param name="TalkedBeforeGreeting">Whether it sent something before our greeting was complete.</param>
/// <param name="ReverseDns">What DNS says of its address; null where it was not asked.</param>
public sealed record ConnectFacts(IPAddress Client, ReadOnlyMemory<byte> FirstBytes, bool TalkedBeforeGreeting, ReverseDnsFact? ReverseDns);

/// <summary>What the ban book says of a client.</summary>
/// <param name="IsBanned">Whether it is banned.</param>
public readonly record struct BanFacts(bool IsBanned);

/// <summary>What is known at HELO or EHLO.</summary>
/// <param name="Client">The client.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="OwnNames">Our own names and address literals, lower case.</param>
/// <param name="Addresses">Addresses of the HELO name, for <c>helo-mismatch</c>; null where it was not asked.</param>
public sealed record HeloFacts(IPAddress Client, HeloName Name, IReadOnlySet<string> OwnNames, AddressFact? Addresses);

/// <summary>What is wrong with a command before its meaning is looked at.</summary>
public enum CommandFault : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Longer than its limit.</summary>
    TooLong,
    /// <summary>A NUL octet.</summary>
    Nul,
    /// <summary>A line feed without carriage return.</summary>
    BareNewline,
    /// <summary>More input before the answer to a command that ends a group (RFC 2920 §3.1), or before EHLO offered pipelining.</summary>
    Pipelined,
    /// <summary>Input in clear text behind STARTTLS.</summary>
    BehindStartTls,
    /// <summary>A verb that is not spoken here.</summary>
    Verb,
    /// <summary>An argument that breaks the grammar.</summary>
    Syntax,
    /// <summary>A PROXY header that is missing, broken or not allowed.</summary>
    ProxyHeader,
    /// <summary>Too many errors in one session.</summary>
    TooManyErrors,
}

/// <summary>A command as it was read.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Verb">The verb, as far as it was read.</param>
/// <param name="Syntax">For <see cref="CommandFault.Syntax"/>: what.</param>
/// <param name="Errors">Errors of this session so far.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CommandFacts(CommandFault Fault, SmtpVerb Verb, SyntaxError Syntax, int Errors);

/// <summary>What is known at MAIL FROM.</summary>
/// <param name="Command">The command.</param>
/// <param name="Fault">What the grammar says.</param>
/// <param name="Domain">What DNS says of the sender's domain; null where it was not asked (null reverse-path, literal).</param>
/// <param name="MessageSize">Our largest message, octets.</param>
/// <param name="Spf">What SPF says of client and sender, or HELO name for the null reverse-path (RFC 7208 §2.4); null where it was not asked.</param>
/// <param name="HeloSpf">What SPF says of client and HELO name beside a reverse-path (RFC 7208 §2.3); null where it was not asked.</param>
/// <param name="IsForwarded">Whether the client is listed as one that forwards mail of others.</param>
public sealed record SenderFacts(
    MailCommand Command, SyntaxError Fault, MailDomainFact? Domain, long MessageSize, SpfFact? Spf = null, SpfFact? HeloSpf = null, bool IsForwarded = false);

/// <summary>What is known at RCPT TO.</summary>
/// <param name="Command">The command.</param>
/// <param name="Fault">What the grammar says.</param>
/// <param name="Tenant">Whose domain it is; null: nobody's here.</param>
/// <param name="Answer">Whether the recipient exists; null where it was not asked.</param>
/// <param name="Accepted">Recipients accepted so far in this transaction.</param>
/// <param name="MaxRecipients">How many are allowed.</param>
public sealed record RecipientFacts(RcptCommand Command, SyntaxError Fault, TenantSettings? Tenant, RecipientAnswer? Answer, int Accepted, int MaxRecipients);

/// <summary>What is known of a whole message.</summary>
/// <param name="Octets">Its size as received, dots removed.</param>
/// <param name="MaxOctets">Our largest message.</param>
/// <param name="Data">What the data reader saw.</param>
/// <param name="LongestLine">Octets of the longest line.</param>
/// <param name="Header">The header section; null when the data was cut off.</param>
/// <param name="SmtpUtf8">Whether MAIL said SMTPUTF8.</param>
public sealed record MessageFacts(long Octets, long MaxOctets, DataFindings Data, int LongestLine, HeaderSection? Header, bool SmtpUtf8);

/// <summary>A local part, wherever it stands in the envelope.</summary>
/// <param name="Mailbox">The address.</param>
/// <param name="IsSender">Whether it is the reverse-path; otherwise a recipient.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LocalPartFacts(Mailbox Mailbox, bool IsSender);

/// <summary>The size of a message.</summary>
/// <param name="Octets">Its octets.</param>
/// <param name="MaxOctets">The most that are taken.</param>
/// <param name="IsDeclared">Whether MAIL declared them (SIZE=); otherwise they were counted.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MessageSizeFacts(long Octets, long MaxOctets, bool IsDeclared);

/// <summary>What a sender asked for within the last hour.</summary>
/// <param name="Unknown">Distinct recipients that do not exist.</param>
/// <param name="Known">Distinct recipients that exist.</param>
/// <param name="IsTrusted">Whether the sender is trusted.</param>
/// <param name="Limits">What is allowed.</param>
/// <param name="Disclosed">What strangers were told of the domain, for the record.</param>
/// <param name="AtMail">Whether it was refused already and begins another transaction.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct HarvestFacts(int Unknown, int Known, bool IsTrusted, HarvestSettings Limits, string Disclosed, bool AtMail);

/// <summary>Whether a domain is being harvested from many networks, before it was looked up who exists.</summary>
/// <param name="IsOn">Whether it is.</param>
/// <param name="IsLetThrough">Whether the sender tried again as mail servers do, and there was an answer left for it.</param>
/// <param name="Disclosed">What strangers were told of the domain, for the record.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DistributedHarvestFacts(bool IsOn, bool IsLetThrough, string Disclosed);

/// <summary>Bounces within the last hour.</summary>
/// <param name="ToRecipient">To the recipient.</param>
/// <param name="ToDomain">To its domain.</param>
/// <param name="Limits">What is allowed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BounceFloodFacts(int ToRecipient, int ToDomain, HarvestSettings Limits);

/// <summary>What is known of a message's content.</summary>
/// <param name="Report">What was read.</param>
/// <param name="Settings">The policy for attachments.</param>
public sealed record ContentFacts(ContentReport Report, AttachmentSettings Settings);
