using System.Net;
using System.Text.Json.Serialization;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Spool;

/// <summary>A recipient as it is kept.</summary>
/// <param name="Local">Local part, unquoted.</param>
/// <param name="Domain">Domain.</param>
/// <param name="Notify">NOTIFY (RFC 3461 §4.1).</param>
/// <param name="Original">ORCPT, decoded, or null.</param>
internal sealed record SpooledRecipient(string Local, string Domain, DsnNotify Notify, string? Original);

/// <summary>A range of the letter that is left out.</summary>
internal sealed record SpooledRange(int Offset, int Length);

/// <summary>All of a delivery but its octets, as it is kept with them; written once, never changed.</summary>
internal sealed record SpooledEnvelope
{
    public required string Session { get; init; }

    /// <summary>The transaction within it.</summary>
    public int Transaction { get; init; }

    /// <summary>Local part of the reverse-path; null for the null one.</summary>
    public string? SenderLocal { get; init; }

    public string? SenderDomain { get; init; }

    public long? Size { get; init; }

    public MailBody Body { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    public string? EnvelopeId { get; init; }

    public required IReadOnlyList<SpooledRecipient> Recipients { get; init; }

    public IReadOnlyList<SpooledRange> Omitted { get; init; } = [];

    public required string Client { get; init; }

    public required string Local { get; init; }

    public string? ClientName { get; init; }

    public required string Helo { get; init; }

    public bool IsEsmtp { get; init; }

    public string? MessageId { get; init; }

    /// <summary>The reverse-path's domain where SPF passed for it, else null.</summary>
    public string? PassedDomain { get; init; }

    /// <summary>Whether the message speaks for its sender once the mail server has taken it.</summary>
    public bool EarnsTrust { get; init; }

    /// <summary>The reverse-path; null for the null one.</summary>
    [JsonIgnore]
    public Mailbox? Sender => SenderLocal is null ? null : new Mailbox(SenderLocal, SenderDomain ?? "");

    /// <summary>The client's address.</summary>
    [JsonIgnore]
    public IPAddress ClientAddress => IPEndPoint.Parse(Client).Address;

    /// <summary>What is to be kept of a delivery.</summary>
    public static SpooledEnvelope Of(SpooledMessage message)
    {
        var delivery = message.Delivery;
        return new SpooledEnvelope
        {
            Session = delivery.Session,
            Transaction = message.Transaction,
            SenderLocal = delivery.Mail.Path.Mailbox?.LocalPart,
            SenderDomain = delivery.Mail.Path.Mailbox?.Domain,
            Size = delivery.Mail.Size,
            Body = delivery.Mail.Body,
            SmtpUtf8 = delivery.Mail.SmtpUtf8,
            Return = delivery.Mail.Return,
            EnvelopeId = delivery.Mail.EnvelopeId,
            Recipients = [.. delivery.Recipients.Select(static to => new SpooledRecipient(to.Path.Mailbox!.LocalPart, to.Path.Mailbox.Domain, to.Notify, to.OriginalRecipient))],
            Omitted = [.. delivery.Omitted.Select(static range => new SpooledRange(range.Offset, range.Length))],
            Client = delivery.Client.Address.ToString(),
            Local = delivery.Client.Local.ToString(),
            ClientName = delivery.Client.Name,
            Helo = delivery.Client.Helo,
            IsEsmtp = delivery.Client.IsEsmtp,
            MessageId = message.MessageId,
            PassedDomain = message.PassedDomain,
            EarnsTrust = message.EarnsTrust,
        };
    }

    /// <summary>The delivery again, for some of its recipients.</summary>
    public Delivery ToDelivery(TenantSettings tenant, IReadOnlyList<int> recipients, ReadOnlyMemory<byte> added, ILetter letter, long deadline) => new()
    {
        Tenant = tenant,
        Session = Session,
        Mail = new MailCommand { Path = new SmtpPath(Sender, HasSourceRoute: false, HasTrailingDot: false), Size = Size, Body = Body, SmtpUtf8 = SmtpUtf8, Return = Return, EnvelopeId = EnvelopeId },
        Recipients = [.. recipients.Select(index => ToCommand(Recipients[index]))],
        AddedFields = added,
        Letter = letter,
        Omitted = [.. Omitted.Select(static range => (range.Offset, range.Length))],
        Deadline = deadline,
        Client = new ClientIdentity(IPEndPoint.Parse(Client), IPEndPoint.Parse(Local), ClientName, Helo, IsEsmtp),
    };

    private static RcptCommand ToCommand(SpooledRecipient to) =>
        new() { Path = new SmtpPath(new Mailbox(to.Local, to.Domain), HasSourceRoute: false, HasTrailingDot: false), Notify = to.Notify, OriginalRecipient = to.Original };
}

/// <summary>What the last tries came to; a new file each time.</summary>
internal sealed record SpoolState
{
    /// <summary>Tries that were begun.</summary>
    public int Tries { get; init; }

    /// <summary>Whether a try is under way. Found so at the start: the try was cut off by the end of the process, and may have succeeded.</summary>
    public bool Trying { get; init; }

    /// <summary>Whether a try ended after the final dot without an answer: a mail server may have it, and the next try may bring it twice (RFC 1047).</summary>
    public bool Unknown { get; init; }

    /// <summary>When it is tried next.</summary>
    public DateTimeOffset Next { get; init; }

    /// <summary>Why it is not tried; null where it is.</summary>
    public string? Held { get; init; }

    /// <summary>What came of the last try, our own words.</summary>
    public string Last { get; init; } = "";

    /// <summary>Recipients that are done with, by their place in the envelope: delivered, or in the quarantine.</summary>
    public IReadOnlyList<int> Done { get; init; } = [];
}

/// <summary>The spool's JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SpooledEnvelope))]
[JsonSerializable(typeof(SpoolState))]
internal sealed partial class SpoolJson : JsonSerializerContext;
