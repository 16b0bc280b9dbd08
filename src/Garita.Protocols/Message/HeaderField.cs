using System.Text;

namespace Garita.Protocols.Message;

/// <summary>Which fields are looked at.</summary>
internal enum HeaderFieldKind : byte
{
    Other,
    From,
    Addresses,
    Received,
    MessageId,
    GaritaRule,
    AuthenticationResults,
}

/// <summary>The shape of a field's lines and the names that are known (RFC 5322 §2.2, §3.6).</summary>
internal static class HeaderField
{
    /// <summary>Whether a line goes on with the field before it: it begins with white space, which a bare CR becomes.</summary>
    internal static bool IsContinuation(ReadOnlySpan<byte> line) =>
        line[0] is (byte)' ' or (byte)'\t' || (line[0] == '\r' && !(line.Length > 1 && line[1] == '\n'));

    /// <summary>Finds the colon behind a field's name; -1 when the line begins no field.</summary>
    /// <param name="line">A line.</param>
    /// <param name="name">Octets of the name.</param>
    internal static int NameLength(ReadOnlySpan<byte> line, out int name)
    {
        // RFC 5322 §2.2: printable ASCII without colon; §4.5.3 (obsolete): white space before the colon.
        name = line.IndexOfAnyExceptInRange((byte)'!', (byte)'~');
        var colon = line.IndexOf((byte)':');
        if (colon < 0 || name < 0)
            name = colon;
        if (colon <= 0 || name == 0)
            return -1;
        if (name > colon)
            name = colon;
        return line[name..colon].ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r') ? -1 : colon;
    }

    internal static HeaderFieldKind Identify(ReadOnlySpan<byte> name)
    {
        if (Is(name, "From"u8))
            return HeaderFieldKind.From;
        if (Is(name, "Received"u8))
            return HeaderFieldKind.Received;
        if (Is(name, "Message-ID"u8))
            return HeaderFieldKind.MessageId;
        if (Is(name, "X-Garita-Rule"u8))
            return HeaderFieldKind.GaritaRule;
        // RFC 8601 §2.2
        if (Is(name, "Authentication-Results"u8))
            return HeaderFieldKind.AuthenticationResults;
        // RFC 5322 §3.6.2, §3.6.3, §3.6.6, §3.6.7; RFC 8098 §2.1 for the last but one; and Errors-To, which readers of old parse too.
        if (Is(name, "To"u8) || Is(name, "Cc"u8) || Is(name, "Bcc"u8) || Is(name, "Sender"u8) || Is(name, "Reply-To"u8)
            || Is(name, "Resent-From"u8) || Is(name, "Resent-Sender"u8) || Is(name, "Resent-To"u8) || Is(name, "Resent-Cc"u8)
            || Is(name, "Resent-Bcc"u8) || Is(name, "Resent-Reply-To"u8) || Is(name, "Return-Path"u8)
            || Is(name, "Disposition-Notification-To"u8) || Is(name, "Errors-To"u8))
            return HeaderFieldKind.Addresses;
        return HeaderFieldKind.Other;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
