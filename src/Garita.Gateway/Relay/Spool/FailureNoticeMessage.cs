using System.Globalization;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.Gateway.Relay.Spool;

/// <summary>What a failure notice tells.</summary>
/// <param name="Hostname">Our name.</param>
/// <param name="To">The sender of the message.</param>
/// <param name="Envelope">The message's envelope.</param>
/// <param name="Recipients">Who did not get it.</param>
/// <param name="Id">The message's id.</param>
/// <param name="Header">The message's header section.</param>
/// <param name="HasExpired">Whether its time was up; otherwise it was refused.</param>
/// <param name="Result">The last answer, or null.</param>
/// <param name="Time">Now.</param>
internal sealed record FailureNotice(
    string Hostname, Mailbox To, SpooledEnvelope Envelope, IReadOnlyList<SpooledRecipient> Recipients, SpoolId Id, ReadOnlyMemory<byte> Header, bool HasExpired, DeliveryResult? Result, DateTimeOffset Time);

/// <summary>
/// Writes a delivery status notification (RFC 3464) in a multipart/report (RFC 6522), ASCII throughout. Of the message only the header section
/// goes back, as RET=HDRS would have it (RFC 3461 §4.3); of the mail server's answer only its codes: its words may be meant for inside.
/// </summary>
internal static class FailureNoticeMessage
{
    private const int MostHeader = 16 * 1024;

    // RFC 5322 §2.1.1
    private const int MostLine = 998;

    internal static byte[] Write(FailureNotice notice)
    {
        var text = new StringBuilder(2048);
        var boundary = $"garita-{notice.Id}-{Guid.NewGuid():N}";
        text.Append(CultureInfo.InvariantCulture, $"Date: {Date(notice.Time)}\r\nFrom: Mail Delivery System <postmaster@{notice.Hostname}>\r\nTo: <{Address(notice.To)}>\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Message-ID: <{Guid.NewGuid():N}@{notice.Hostname}>\r\nSubject: Undelivered mail\r\n");
        if (notice.Envelope.MessageId is { } id && id is ['<', .., '>'] && !id.Contains(' ', StringComparison.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"References: {id}\r\n");
        // RFC 3834 §5
        text.Append(CultureInfo.InvariantCulture, $"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"{boundary}\"\r\n\r\n");
        WriteText(text, boundary, notice);
        WriteStatus(text, boundary, notice);
        WriteHeader(text, boundary, notice.Header.Span);
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void WriteText(StringBuilder text, string boundary, FailureNotice notice)
    {
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nThis is the mail gateway {notice.Hostname}.\r\n\r\n");
        text.Append(notice.HasExpired
            ? "Your message could not be delivered to the recipients below: their mail\r\nserver did not take it in time. It will not be tried again.\r\n\r\n"
            : "Your message could not be delivered to the recipients below: their mail\r\nserver refused it.\r\n\r\n");
        foreach (var to in notice.Recipients)
            text.Append(CultureInfo.InvariantCulture, $"    <{Address(new Mailbox(to.Local, to.Domain))}>\r\n");
        text.Append("\r\n");
    }

    // RFC 3464 §2.2, §2.3
    private static void WriteStatus(StringBuilder text, string boundary, FailureNotice notice)
    {
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {notice.Hostname}\r\n");
        if (notice.Envelope.EnvelopeId is { } envelope)
            text.Append(CultureInfo.InvariantCulture, $"Original-Envelope-Id: {Ascii(envelope)}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Arrival-Date: {Date(notice.Id.Arrived)}\r\n");
        // RFC 3463 §3.5: X.4.7, delivery time expired.
        var status = notice.HasExpired ? "5.4.7" : notice.Result?.Enhanced is { Class: 5 } code ? code.ToString() : "5.0.0";
        foreach (var to in notice.Recipients)
        {
            text.Append("\r\n");
            if (to.Original is { } original)
                text.Append(CultureInfo.InvariantCulture, $"Original-Recipient: {Ascii(original)}\r\n");
            var final = new Mailbox(to.Local, to.Domain);
            // RFC 6533 §3: type utf-8 and its 7-bit form for addresses beyond ASCII.
            text.Append(CultureInfo.InvariantCulture, $"Final-Recipient: {(final.IsAscii ? "rfc822" : "utf-8")}; {Address(final)}\r\nAction: failed\r\nStatus: {status}\r\n");
            if (!notice.HasExpired && notice.Result is { Code: >= 500 } result)
                text.Append(CultureInfo.InvariantCulture, $"Diagnostic-Code: smtp; {result.Code} {status} refused by the mail server\r\n");
        }

        text.Append("\r\n");
    }

    private static void WriteHeader(StringBuilder text, string boundary, ReadOnlySpan<byte> header)
    {
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\n");
        header = header[..Math.Min(header.Length, MostHeader)];
        while (!header.IsEmpty)
        {
            var end = header.IndexOf((byte)'\n');
            var line = (end < 0 ? header : header[..end]).TrimEnd("\r"u8);
            header = end < 0 ? default : header[(end + 1)..];
            if (line.IsEmpty)
                break;
            foreach (var octet in line[..Math.Min(line.Length, MostLine)])
                text.Append(octet is (byte)'\t' or (>= (byte)' ' and <= (byte)'~') ? (char)octet : '?');
            text.Append("\r\n");
        }

        text.Append("\r\n");
    }

    // RFC 5322 §3.3, always in UTC.
    private static string Date(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000");

    /// <summary>An address in printable ASCII; what is beyond it as <c>\x{…}</c> (RFC 6533 §3, utf-8-addr-xtext).</summary>
    private static string Address(Mailbox mailbox)
    {
        var text = new StringBuilder();
        foreach (var rune in mailbox.ToString().EnumerateRunes())
        {
            if (rune.Value is >= ' ' and <= '~')
                text.Append((char)rune.Value);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X2}}}");
        }

        return text.ToString();
    }

    private static string Ascii(string text) => string.Create(text.Length, text, static (safe, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            safe[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
    });
}
