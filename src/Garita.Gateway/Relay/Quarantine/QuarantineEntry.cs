using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Garita.Gateway.Ledger;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>What has become of a message in the quarantine, or of one of its recipients. The numbers are on disk: they never change.</summary>
public enum QuarantineState : byte
{
    /// <summary>It is kept.</summary>
    Kept = 0,
    /// <summary>It is on its way to the mail server.</summary>
    Releasing = 1,
    /// <summary>The mail server has it.</summary>
    Released = 2,
    /// <summary>The gateway was killed, or the mail server silent, while it was released: it may have been delivered.</summary>
    Unknown = 3,
}

/// <summary>A recipient of a message in the quarantine.</summary>
/// <param name="Address">As RCPT gave it.</param>
/// <param name="Notify">When the sender wants a notice (RFC 3461).</param>
/// <param name="OriginalRecipient">The original recipient (RFC 3461 §4.2), or null.</param>
public sealed record QuarantinedRecipient(string Address, DsnNotify Notify = DsnNotify.None, string? OriginalRecipient = null)
{
    /// <summary>What has become of it; the ledger's, not part of the entry.</summary>
    [JsonIgnore]
    public QuarantineState State { get; init; }

    /// <summary>Whether an administrator chose it at a release; it is not in the envelope.</summary>
    [JsonIgnore]
    public bool IsExtra { get; init; }
}

/// <summary>
/// What is known of a message in the quarantine: envelope, client, reasons. The same in the ledger and in the file beside the message, so that a
/// lost ledger can be made anew. Bodies are never in it; what came from outside is escaped by whoever shows it.
/// </summary>
public sealed record QuarantineEntry
{
    /// <summary>Its id: 13 letters and digits, later ones sort later.</summary>
    public required string Id { get; init; }

    /// <summary>Tenant's name.</summary>
    public required string Tenant { get; init; }

    /// <summary>Since when it is kept (UTC).</summary>
    public required DateTimeOffset Kept { get; init; }

    /// <summary>Octets of the message.</summary>
    [JsonPropertyName("bytes")]
    public required long Octets { get; init; }

    /// <summary>SHA-256 over sender, recipients and the message, hexadecimal: the same once more is not kept twice.</summary>
    public required string Twin { get; init; }

    /// <summary>The session that brought it.</summary>
    public required string Session { get; init; }

    /// <summary>Reverse-path; empty for the null one.</summary>
    public required string Sender { get; init; }

    /// <summary>Whether MAIL had SMTPUTF8.</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>What MAIL said of the body.</summary>
    public MailBody Body { get; init; }

    /// <summary>RET of MAIL (RFC 3461 §4.3).</summary>
    public DsnReturn Return { get; init; }

    /// <summary>ENVID of MAIL (RFC 3461 §4.4), or null.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>The recipients, in the order of the envelope; those that a release added come last.</summary>
    public required IReadOnlyList<QuarantinedRecipient> Recipients { get; init; }

    /// <summary>Client's address and port.</summary>
    public required string Client { get; init; }

    /// <summary>Where it connected to.</summary>
    public required string Local { get; init; }

    /// <summary>Its forward-confirmed name, or null.</summary>
    public string? ClientName { get; init; }

    /// <summary>What it called itself.</summary>
    public string Helo { get; init; } = "";

    /// <summary>Whether it said EHLO.</summary>
    public bool IsEsmtp { get; init; }

    /// <summary>Rules that sent it here, or what else did.</summary>
    public IReadOnlyList<RuleHit> Reasons { get; init; } = [];

    /// <summary>Its subject, at most 500 characters. Text from outside.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The author's address, or null.</summary>
    public string? From { get; init; }

    /// <summary>Its Message-ID, or null.</summary>
    public string? MessageId { get; init; }

    /// <summary>What has become of it; the ledger's, not part of the entry.</summary>
    [JsonIgnore]
    public QuarantineState State { get; init; }

    /// <summary>Octets that it is charged with: whole blocks, and one for the file beside it, so that a flood of small ones fills no disk.</summary>
    [JsonIgnore]
    public long Room => RoomOf(Octets);

    /// <summary>Octets that a message of a size is charged with.</summary>
    /// <param name="octets">Its size.</param>
    public static long RoomOf(long octets) => ((octets + 4095) / 4096 * 4096) + 4096;

    internal static QuarantineEntry Of(string id, QuarantinedMessage message, DateTimeOffset now, byte[] twin) => new()
    {
        Id = id,
        Tenant = message.Delivery.Tenant.Name,
        Kept = now,
        Octets = message.Delivery.Letter.Length,
        Twin = Convert.ToHexStringLower(twin),
        Session = message.Delivery.Session,
        Sender = message.Delivery.Mail.Path.Mailbox?.ToString() ?? "",
        SmtpUtf8 = message.Delivery.Mail.SmtpUtf8,
        Body = message.Delivery.Mail.Body,
        Return = message.Delivery.Mail.Return,
        EnvelopeId = message.Delivery.Mail.EnvelopeId,
        Recipients = [.. message.Delivery.Recipients.Select(static rcpt => new QuarantinedRecipient(rcpt.Path.Mailbox!.ToString(), rcpt.Notify, rcpt.OriginalRecipient))],
        Client = message.Delivery.Client.Address.ToString(),
        Local = message.Delivery.Client.Local.ToString(),
        ClientName = message.Delivery.Client.Name,
        Helo = message.Delivery.Client.Helo,
        IsEsmtp = message.Delivery.Client.IsEsmtp,
        Reasons = message.Reasons,
        Subject = message.Subject,
        From = message.From,
        MessageId = message.MessageId,
    };

    /// <summary>MAIL as it was; null when the reverse-path cannot be read any more.</summary>
    internal MailCommand? Mail() => Path(Sender, allowNull: true) is not { } path ? null : new MailCommand
    {
        Path = path,
        Body = Body,
        SmtpUtf8 = SmtpUtf8,
        Return = Return,
        EnvelopeId = EnvelopeId,
    };

    /// <summary>RCPT for a recipient; null when the address cannot be read.</summary>
    internal static RcptCommand? Rcpt(QuarantinedRecipient recipient) => Path(recipient.Address, allowNull: false) is not { } path ? null
        : new RcptCommand { Path = path, Notify = recipient.Notify, OriginalRecipient = recipient.OriginalRecipient };

    /// <summary>The client, as the mail server would have been told of it.</summary>
    internal ClientIdentity Identity()
    {
        var nowhere = new IPEndPoint(IPAddress.Loopback, 0);
        return new ClientIdentity(IPEndPoint.TryParse(Client, out var client) ? client : nowhere, IPEndPoint.TryParse(Local, out var local) ? local : nowhere, ClientName, Helo, IsEsmtp);
    }

    private static SmtpPath? Path(string address, bool allowNull)
    {
        if (address.Length == 0)
            return allowNull ? new SmtpPath(null, HasSourceRoute: false, HasTrailingDot: false) : null;
        // RFC 5321 §4.5.1: the bare postmaster has no domain.
        if (address.Equals("postmaster", StringComparison.OrdinalIgnoreCase))
            return new SmtpPath(new Mailbox(address, ""), HasSourceRoute: false, HasTrailingDot: false);
        return PathParser.TryParseMailbox(address, out var mailbox) ? new SmtpPath(mailbox, HasSourceRoute: false, HasTrailingDot: false) : null;
    }
}

/// <summary>Entries as JSON, in the ledger and beside the message.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(DecisionJson.OutsideText), typeof(DecisionJson.UtcTime)])]
[JsonSerializable(typeof(QuarantineEntry))]
internal sealed partial class QuarantineJson : JsonSerializerContext
{
    /// <summary>Reads an entry; null when it is none.</summary>
    public static QuarantineEntry? TryRead(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.QuarantineEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
