using System.Globalization;
using System.Text;
using Garita.Gateway.Ledger;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>The fields that Garita puts before a message: <c>Received:</c> (RFC 5321 §4.4) and a tag for each rule that says so.</summary>
internal static class TraceFields
{
    internal static byte[] Make(SmtpSession session, Envelope envelope, string? confirmedName, DateTimeOffset now)
    {
        // RFC 8601 §4: above the Received field of the server that adds it.
        var text = new StringBuilder(envelope.ResultsField, 512);
        var address = session.Connection.Address;
        var literal = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"IPv6:{address}" : address.ToString();
        text.Append("Received: from ").Append(Atoms(session.Helo?.Text)).Append(" (");
        text.Append(confirmedName is null ? "" : confirmedName + " ").Append('[').Append(literal).Append("])\r\n");
        text.Append("\tby ").Append(session.Policy.Settings.Hostname).Append(" (Garita) with ").Append(Protocol(session, envelope));
        text.Append(CultureInfo.InvariantCulture, $" id {session.Id}.{envelope.Number}");
        if (envelope.Recipients.Count == 1)
            text.Append("\r\n\tfor <").Append(envelope.Recipients[0].Path.Mailbox).Append('>');
        text.Append(";\r\n\t").Append(now.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)).Append(" +0000\r\n");
        Tag(text, session.Hits);
        Tag(text, envelope.Hits);
        text.Append(envelope.AddedFields);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Tag(StringBuilder text, List<RuleHit>? hits)
    {
        if (hits is null)
            return;
        for (var i = 0; i < hits.Count; i++)
        {
            // Only the slug: what was seen comes from outside and stays in the record.
            var hit = hits[i];
            if (IsTag(hit) && hits.FindIndex(other => IsTag(other) && string.Equals(other.Rule, hit.Rule, StringComparison.Ordinal)) == i)
                text.Append("X-Garita-Rule: ").Append(hit.Rule).Append("\r\n");
        }
    }

    private static bool IsTag(in RuleHit hit) => string.Equals(hit.Verdict, "tag", StringComparison.Ordinal);

    // RFC 3848 and RFC 6531 §4.3: the names of the protocol types.
    private static string Protocol(SmtpSession session, Envelope envelope) => (session.IsEsmtp, envelope.Mail.SmtpUtf8, session.Connection.IsTls) switch
    {
        (false, _, _) => "SMTP",
        (true, true, false) => "UTF8SMTP",
        (true, true, true) => "UTF8SMTPS",
        (true, false, false) => "ESMTP",
        (true, false, true) => "ESMTPS",
    };

    /// <summary>The HELO name as far as it is letters, digits and what addresses need; never what could end a comment or a field.</summary>
    private static string Atoms(string? helo)
    {
        if (string.IsNullOrEmpty(helo))
            return "unknown";
        return string.Create(helo.Length, helo, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] is '.' or '-' or '_' or '[' or ']' or ':' ? from[i] : '?';
        });
    }
}
