using System.Globalization;
using System.Text;

namespace Garita.Gateway.Alarms;

/// <summary>
/// Writes a notice as a message (RFC 5322), ASCII throughout. RFC 3834 §5: <c>Auto-Submitted: auto-generated</c>, so that no responder answers;
/// <c>Precedence</c> says the same to old ones.
/// </summary>
internal static class AlarmMessage
{
    private const int Width = 76;

    /// <summary>The octets of a message.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="address">From and to: the postmaster's address.</param>
    internal static byte[] Write(AlarmNotice notice, string address)
    {
        var text = new StringBuilder(1024);
        // RFC 5322 §3.3, always in UTC.
        text.Append(CultureInfo.InvariantCulture, $"Date: {notice.Time.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000\r\n");
        text.Append(CultureInfo.InvariantCulture, $"From: Garita <{address}>\r\n");
        text.Append(CultureInfo.InvariantCulture, $"To: <{address}>\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Message-ID: <{notice.Id}@{notice.Hostname}>\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Subject: [Garita] {notice.Kind}{(notice.Over ? " is over" : "")}{(notice.Tenant is null ? "" : ", tenant " + Ascii(notice.Tenant))}\r\n");
        text.Append("Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n");
        Wrap(text, notice.Text);
        text.Append("\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Alarm:    {notice.Kind}{(notice.Over ? " (over)" : "")}\r\n");
        if (notice.Tenant is not null)
            Wrap(text, "Tenant:   " + notice.Tenant);
        Wrap(text, "About:    " + notice.Key);
        text.Append(CultureInfo.InvariantCulture, $"Gateway:  {notice.Hostname}\r\nTime:     {notice.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\r\n");
        if (notice.Suppressed > 0)
            text.Append(CultureInfo.InvariantCulture, $"Not told: {notice.Suppressed} alarms of this kind since the last notice\r\n");
        text.Append("\r\nOf each kind at most one notice an hour is sent. The log has more, and\r\n\"garita status\" shows the latest alarms.\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>RFC 5322 §2.1.1: lines of 78 characters; a word that is longer stands on lines of its own.</summary>
    private static void Wrap(StringBuilder text, string line)
    {
        var column = 0;
        foreach (var word in Ascii(line).Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.Append("\r\n");
                column = 0;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }

            for (var at = 0; at < word.Length; at += Width)
            {
                if (at > 0)
                    text.Append("\r\n");
                var piece = word.AsSpan(at, Math.Min(Width, word.Length - at));
                text.Append(piece);
                column = at > 0 ? piece.Length : column + piece.Length;
            }

            // A field's blanks stay.
            if (word.Length == 0)
                column = Math.Max(column, 1);
        }

        text.Append("\r\n");
    }

    private static string Ascii(string text) => string.Create(text.Length, text, static (safe, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            safe[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
    });
}
