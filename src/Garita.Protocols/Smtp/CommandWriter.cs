using System.Text;
using Garita.Protocols.Address;

namespace Garita.Protocols.Smtp;

/// <summary>
/// Writes the commands that go to a server: from the model, never from outside text. A parameter goes out only when the server offered its
/// extension (RFC 5321 §2.2.1). It does not decide whether a message may go without one; an address that needs SMTPUTF8 never does.
/// </summary>
public static class CommandWriter
{
    /// <summary>Octets that are enough for any command written here.</summary>
    public const int MaxCommand = 4096;

    /// <summary>Writes MAIL (RFC 5321 §4.1.1.2) with SIZE, BODY, SMTPUTF8, RET and ENVID as far as given and offered.</summary>
    /// <param name="to">Where it is written, at least <see cref="MaxCommand"/> octets.</param>
    /// <param name="sender">The sender; null for the null reverse-path.</param>
    /// <param name="size">Size of the message in octets, or null.</param>
    /// <param name="body">The kind of body; seven-bit is what is assumed anyway and is not written.</param>
    /// <param name="smtpUtf8">Whether the message needs SMTPUTF8.</param>
    /// <param name="ret">What a failure notice shall return.</param>
    /// <param name="envelopeId">The envelope identifier, decoded, or null.</param>
    /// <param name="can">What the server offered.</param>
    /// <returns>Octets written.</returns>
    /// <exception cref="ArgumentException">SMTPUTF8 is needed and not offered, or the address is not ASCII without it.</exception>
    /// <exception cref="InvalidOperationException">A value holds control characters: the model did not come from a parser.</exception>
    public static int WriteMail(
        Span<byte> to, Mailbox? sender, long? size, MailBody body, bool smtpUtf8, DsnReturn ret, string? envelopeId, in ServerCapabilities can)
    {
        // RFC 6531 §3.1: never towards a server that does not offer it
        if (smtpUtf8 ? !can.SmtpUtf8 : sender is { IsAscii: false })
            throw new ArgumentException("The server does not take this message: it needs SMTPUTF8.", nameof(smtpUtf8));

        var line = new LineWriter(to);
        line.Append("MAIL FROM:"u8);
        line.AppendPath(sender);
        if (size is { } octets && can.Size is not null)
        {
            line.Append(" SIZE="u8);
            line.Append(octets);
        }

        if (body == MailBody.EightBitMime && can.EightBitMime)
            line.Append(" BODY=8BITMIME"u8);
        if (smtpUtf8)
            line.Append(" SMTPUTF8"u8);
        if (can.Dsn)
            AppendDsn(ref line, ret, envelopeId);

        return line.End();
    }

    /// <summary>Writes RCPT (RFC 5321 §4.1.1.3) with NOTIFY and ORCPT when DSN is offered.</summary>
    /// <param name="to">Where it is written, at least <see cref="MaxCommand"/> octets.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="notify">When the sender wants a notice.</param>
    /// <param name="originalRecipient">Address type, semicolon and decoded address, or null; left out where it would be over 500 octets encoded (RFC 3461 §4.2).</param>
    /// <param name="can">What the server offered.</param>
    /// <returns>Octets written.</returns>
    /// <exception cref="ArgumentException">The address is not ASCII and SMTPUTF8 is not offered.</exception>
    /// <exception cref="InvalidOperationException">A value holds control characters: the model did not come from a parser.</exception>
    public static int WriteRcpt(Span<byte> to, Mailbox recipient, DsnNotify notify, string? originalRecipient, in ServerCapabilities can)
    {
        if (!recipient.IsAscii && !can.SmtpUtf8)
            throw new ArgumentException("The server does not take this recipient: it needs SMTPUTF8.", nameof(recipient));

        var line = new LineWriter(to);
        line.Append("RCPT TO:"u8);
        line.AppendPath(recipient);
        if (can.Dsn && notify != DsnNotify.None)
            AppendNotify(ref line, notify);
        if (can.Dsn && originalRecipient is not null)
            AppendOriginalRecipient(ref line, originalRecipient);

        return line.End();
    }

    /// <summary>Writes the greeting (RFC 5321 §4.1.1.1, RFC 2033 §4.1).</summary>
    /// <param name="to">Where it is written, at least <see cref="MaxCommand"/> octets.</param>
    /// <param name="verb">EHLO, LHLO or HELO.</param>
    /// <param name="name">Our own name.</param>
    /// <returns>Octets written.</returns>
    /// <exception cref="InvalidOperationException">The name holds control characters.</exception>
    public static int WriteEhlo(Span<byte> to, string verb, string name)
    {
        var line = new LineWriter(to);
        line.Append(verb);
        line.Append((byte)' ');
        line.Append(name);
        return line.End();
    }

    /// <summary>Writes XCLIENT (Postfix XCLIENT_README): attributes as xtext, <c>[UNAVAILABLE]</c> for what is not known.</summary>
    /// <param name="to">Where it is written, at least <see cref="MaxCommand"/> octets.</param>
    /// <param name="address">The client's address: <c>192.0.2.1</c> or <c>IPV6:2001:db8::1</c>.</param>
    /// <param name="port">The client's port.</param>
    /// <param name="name">The client's verified name, or null.</param>
    /// <param name="helo">What it called itself, or null.</param>
    /// <param name="protocol">SMTP or ESMTP.</param>
    /// <returns>Octets written.</returns>
    public static int WriteXClient(Span<byte> to, string address, int port, string? name, string? helo, string protocol)
    {
        const string Unavailable = "[UNAVAILABLE]";

        var line = new LineWriter(to);
        line.Append("XCLIENT ADDR="u8);
        line.AppendXtext(address);
        line.Append(" PORT="u8);
        line.Append((long)port);
        line.Append(" NAME="u8);
        line.AppendXtext(name ?? Unavailable);
        line.Append(" HELO="u8);
        line.AppendXtext(helo ?? Unavailable);
        line.Append(" PROTO="u8);
        line.AppendXtext(protocol);
        return line.End();
    }

    private static void AppendDsn(ref LineWriter line, DsnReturn ret, string? envelopeId)
    {
        // RFC 3461 §4.3, §4.4
        if (ret == DsnReturn.Full)
            line.Append(" RET=FULL"u8);
        else if (ret == DsnReturn.Headers)
            line.Append(" RET=HDRS"u8);

        if (envelopeId is not null)
        {
            line.Append(" ENVID="u8);
            line.AppendXtext(envelopeId);
        }
    }

    private static void AppendNotify(ref LineWriter line, DsnNotify notify)
    {
        // RFC 3461 §4.1
        line.Append(" NOTIFY="u8);
        if (notify.HasFlag(DsnNotify.Never))
        {
            line.Append("NEVER"u8);
            return;
        }

        var first = true;
        AppendWord(ref line, notify, DsnNotify.Success, "SUCCESS"u8, ref first);
        AppendWord(ref line, notify, DsnNotify.Failure, "FAILURE"u8, ref first);
        AppendWord(ref line, notify, DsnNotify.Delay, "DELAY"u8, ref first);
    }

    private static void AppendWord(ref LineWriter line, DsnNotify notify, DsnNotify flag, ReadOnlySpan<byte> word, ref bool first)
    {
        if (!notify.HasFlag(flag))
            return;
        if (!first)
            line.Append((byte)',');
        line.Append(word);
        first = false;
    }

    private static void AppendOriginalRecipient(ref LineWriter line, string originalRecipient)
    {
        var semicolon = originalRecipient.IndexOf(';', StringComparison.Ordinal);
        if (semicolon <= 0 || Encoding.UTF8.GetByteCount(originalRecipient) > OriginalRecipientText.MaxLength)
            return;

        var before = line.Length;
        line.Append(" ORCPT="u8);
        var start = line.Length;
        line.Append(originalRecipient.AsSpan(0, semicolon + 1));
        var address = originalRecipient.AsSpan(semicolon + 1);
        if (Ascii.EqualsIgnoreCase(originalRecipient.AsSpan(0, semicolon), "utf-8"))
            line.AppendUtf8AddressXtext(address);
        else
            line.AppendXtext(address);

        // A notice without it is better than a command that the server refuses.
        if (line.Length - start > OriginalRecipientText.MaxLength)
            line.Truncate(before);
    }
}
