using System.Globalization;
using System.Text;

namespace Garita.Gateway.Ledger;

/// <summary>A decision record for people: what <c>garita explain</c> prints.</summary>
public static class DecisionText
{
    private const int RecipientsShown = 50;

    /// <summary>Some lines, each ended by a line feed. Text that came from outside is escaped: nothing in it can move the cursor or forge a line.</summary>
    /// <param name="record">The record.</param>
    public static string Render(DecisionRecord record)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{record.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z  session {Escape(record.Session)}");
        if (record.Transaction > 0)
            text.Append(CultureInfo.InvariantCulture, $", message {record.Transaction}");
        text.Append(CultureInfo.InvariantCulture, $"  listener {Escape(record.Listener)}").Append(record.Tenant is null ? "" : $", tenant {Escape(record.Tenant)}").Append('\n');

        Line(text, "client", $"{Escape(record.Client)} ({(record.ReverseName is null ? "no reverse name" : Escape(record.ReverseName))})"
            + (record.Helo is null ? "" : $", HELO {Escape(record.Helo)}") + $", {(record.Tls is null ? "no TLS" : Escape(record.Tls))}");
        if (record.Sender is not null)
            Line(text, "from", $"<{Escape(record.Sender)}>");
        foreach (var recipient in record.Recipients.Take(RecipientsShown))
            Line(text, "to", $"<{Escape(recipient.Address)}>: {recipient.Reply}{(recipient.Rule is null ? "" : $" by rule {Escape(recipient.Rule)}")}");
        if (record.Recipients.Count > RecipientsShown)
            Line(text, "to", $"and {record.Recipients.Count - RecipientsShown} more");
        if (record.Octets > 0 || record.MessageId is not null)
            Line(text, "message", string.Create(CultureInfo.InvariantCulture, $"{record.Octets:N0} octets{(record.MessageId is null ? "" : $", Message-ID {Escape(record.MessageId)}")}"));
        foreach (var hit in record.Rules)
            Line(text, "rule", $"{Escape(hit.Rule)}: {Escape(hit.Verdict)}{(hit.Detail is null ? "" : $" ({Escape(hit.Detail)})")}");
        if (record.Backend is not null)
            Line(text, "backend", Escape(record.Backend) + (record.BackendReply is null ? "" : $" answered: {Escape(record.BackendReply)}"));
        Line(text, "outcome", Escape(record.Outcome) + (record.Reply == 0 ? "" : $", we answered {record.Reply}")
            + string.Create(CultureInfo.InvariantCulture, $", {record.SessionMilliseconds:N0} ms after the connection")
            + (record.RelayMilliseconds == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {record.RelayMilliseconds:N0} ms after the final dot")));
        return text.ToString();
    }

    /// <summary>Text from outside, safe on a terminal and in a log: control and format characters and lone surrogates as <c>\u{1B}</c>, a backslash doubled.</summary>
    /// <param name="outside">The text.</param>
    public static string Escape(string outside)
    {
        if (Ascii.IsValid(outside) && outside.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && !outside.Contains('\\', StringComparison.Ordinal))
            return outside;
        var text = new StringBuilder(outside.Length + 16);
        var rest = outside.AsSpan();
        while (!rest.IsEmpty)
        {
            var isRune = Rune.DecodeFromUtf16(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (isRune && rune.Value == '\\')
                text.Append(@"\\");
            else if (isRune && IsPlain(Rune.GetUnicodeCategory(rune)))
                text.Append(rest[..length]);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\u{{{(isRune ? rune.Value : rest[0]):X}}}");
            rest = rest[length..];
        }

        return text.ToString();
    }

    private static bool IsPlain(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void Line(StringBuilder text, string what, string value) =>
        text.Append("  ").Append(what.PadRight(8)).Append(' ').Append(value).Append('\n');
}
