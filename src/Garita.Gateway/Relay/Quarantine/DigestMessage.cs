using System.Globalization;
using System.Text;
using Garita.Gateway.Ledger;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>A message in a digest.</summary>
/// <param name="Entry">The message.</param>
/// <param name="Link">Where its recipient releases it; null when only an administrator may.</param>
internal readonly record struct DigestLine(QuarantineEntry Entry, string? Link);

/// <summary>
/// Writes a digest as a message (RFC 5322): ASCII lines, the text in base64 as it may hold any script. What came from outside is escaped and cut; no line
/// of it can look like one of ours, since ours begin at the margin. RFC 3834 §5: <c>Auto-Submitted</c>, so that no responder answers.
/// </summary>
internal static class DigestMessage
{
    private const int Shown = 120;

    internal static byte[] Write(IReadOnlyList<DigestLine> lines, string recipient, string from, string id, DateTimeOffset now)
    {
        var head = new StringBuilder(512);
        head.Append(CultureInfo.InvariantCulture, $"Date: {now.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000\r\n");
        head.Append("From: Garita <").Append(from).Append(">\r\n");
        // RFC 5322 §3.4: an empty group where the address is not ASCII, or not fit for a line.
        head.Append(Ascii.IsValid(recipient) && recipient.Length <= 320 ? $"To: <{recipient}>\r\n" : "To: undisclosed-recipients:;\r\n");
        head.Append("Message-ID: <").Append(id).Append(">\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Subject: {(lines.Count == 1 ? "1 message is" : $"{lines.Count} messages are")} held for you\r\n");
        head.Append("Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        // RFC 2045 §6.8: lines of 76 characters.
        head.Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(lines)), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
        return Encoding.ASCII.GetBytes(head.ToString());
    }

    /// <summary>The text.</summary>
    internal static string Text(IReadOnlyList<DigestLine> lines)
    {
        var text = new StringBuilder(1024);
        text.Append("These messages to you were held back and not delivered.\r\n");
        text.Append("A link delivers its message to you alone. It works once, for 7 days.\r\n");
        text.Append("Do not open it for a message that you do not expect.\r\n");
        foreach (var (entry, link) in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"\r\n{entry.Kept.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {entry.Octets} octets\r\n");
            Field(text, "from", entry.From ?? entry.Sender);
            Field(text, "subject", entry.Subject);
            Field(text, "reason", string.Join(", ", entry.Reasons.Select(static reason => reason.Rule).Distinct(StringComparer.Ordinal)));
            text.Append(link ?? "Only your administrator can release this one.").Append("\r\n");
        }

        return text.ToString();
    }

    private static void Field(StringBuilder text, string name, string value)
    {
        var escaped = DecisionText.Escape(value.Length <= Shown ? value : value[..Shown]);
        // Mail programs make links of what looks like one: a blank takes the look away from what is not ours.
        text.Append("  ").Append(name).Append(": ").Append(escaped.Replace("://", ": //", StringComparison.Ordinal)).Append("\r\n");
    }
}
