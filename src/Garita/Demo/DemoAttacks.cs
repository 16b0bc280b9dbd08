using System.Text;

namespace Garita.Demo;

/// <summary>
/// The attacks of the demo. All are harmless: the worst that comes of one is a text in the demo's own Maildir. Names of rules are what is
/// expected; which rule it was is read from the gateway's answer.
/// </summary>
internal static class DemoAttacks
{
    private const string Header = "From: Zoe <zoe@example.net>\r\nTo: Alice <alice@example.com>\r\nSubject: Hello\r\nDate: Tue, 03 Nov 2026 09:30:00 +0100\r\n";

    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<DemoAttack> All { get; } =
    [
        Smuggling("LF . LF", "\n.\n"),
        Smuggling("LF . CRLF", "\n.\r\n"),
        Smuggling("CRLF . LF", "\r\n.\n"),
        Smuggling("CR . CR", "\r.\r"),
        Smuggling("CR . CRLF", "\r.\r\n"),
        Smuggling("CRLF NUL . CRLF", "\r\n\0.\r\n"),
        new("over-long command (8 KiB of address)", "command-length", static marker => Mail($"{marker}{new string('a', 8192)}@example.net", "alice@example.com")),
        new("NUL in a command", "nul-byte", static marker => Mail($"{marker}\0@example.net", "alice@example.com")),
        new("NUL in the message", "bare-newline", static marker => Mail(Sender(marker), "alice@example.com", Header + "\r\nbefore\0behind\r\n.\r\n")),
        new("pipelining before its turn", "pipelining", static marker => [new(Octets(AllAtOnce(marker)))]),
        new("unknown recipient", "unknown-recipient", static marker => Mail(Sender(marker), "nobody.here@example.com")),
        new("relay to a foreign domain", "relay", static marker => Mail(Sender(marker), "victim@example.org")),
        new("relay by %", "relay", static marker => Mail(Sender(marker), "victim%example.org@example.com")),
        new("relay by !", "relay", static marker => Mail(Sender(marker), "example.org!victim@example.com")),
        new("relay by a source route", "relay", static marker => Mail(Sender(marker), "@example.com:victim@example.org")),
        new("relay by a quoted address", "relay", static marker => Mail(Sender(marker), "\"victim@example.org\"@example.com")),
        new("shell command as recipient", "local-part", static marker => Mail(Sender(marker), "root+${run{id}}@example.com")),
        // RFC 9112 §3: what a web page can make a visitor's browser send to any port.
        new("HTTP POST with SMTP in its body", "wrong-protocol", static marker => [new(Octets("POST / HTTP/1.1\r\nHost: mail.example.com\r\nContent-Type: text/plain\r\n\r\n" + AllAtOnce(marker)))]) { TalksFirst = true },
        new("two From fields", "from-header", static marker => Mail(Sender(marker), "alice@example.com", "From: The boss <boss@example.com>\r\n" + Header + "\r\nPay this today.\r\n.\r\n")),
        new("gap in the header", "header-syntax", static marker => Mail(Sender(marker), "alice@example.com", Header + "this line is no field\r\nX-Hidden: from filters\r\n\r\nbody\r\n.\r\n")),
        new("address field of nested comments", "address-header", static marker => Mail(Sender(marker), "alice@example.com", $"Cc: {new string('(', 500)}x{new string(')', 500)} bob@example.com\r\n{Header}\r\nbody\r\n.\r\n")),
        new("line of 64 KiB", "line-length", static marker => Mail(Sender(marker), "alice@example.com", $"{Header}\r\n{new string('x', 64 << 10)}\r\n.\r\n")),
        new("mail that goes round in a circle", "mail-loop", static marker => Mail(Sender(marker), "alice@example.com", Loop() + Header + "\r\nbody\r\n.\r\n")),
    ];

    /// <summary>The dialogue of a message, each command after the answer to the one before.</summary>
    /// <param name="sender">Reverse-path.</param>
    /// <param name="recipient">Forward-path.</param>
    /// <param name="data">What follows DATA, final dot included.</param>
    /// <param name="parameters">Of MAIL, with a space before them.</param>
    public static IReadOnlyList<Step> Mail(string sender, string recipient, string data = Header + "\r\nbody\r\n.\r\n", string parameters = "") =>
    [
        new("EHLO client.example.net\r\n"u8.ToArray()),
        new(Octets($"MAIL FROM:<{sender}>{parameters}\r\n")),
        new(Octets($"RCPT TO:<{recipient}>\r\n")),
        new("DATA\r\n"u8.ToArray()),
        new(Octets(data), NeedsGoAhead: true),
    ];

    /// <summary>One character an octet.</summary>
    private static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);

    private static string Sender(string marker) => marker + "@example.net";

    /// <summary>A second message inside the first, behind what some servers take for the end of it.</summary>
    private static DemoAttack Smuggling(string name, string sequence) => new("smuggling by " + name, "bare-newline", marker =>
        Mail("newsletter@example.net", "alice@example.com",
            $"{Header}\r\nThis is all you were meant to see.{sequence}MAIL FROM:<{Sender(marker)}>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\nFrom: The boss <boss@example.com>\r\nSubject: Urgent\r\n\r\nThis was smuggled.\r\n.\r\n"));

    private static string AllAtOnce(string marker) =>
        $"EHLO client.example.net\r\nMAIL FROM:<{Sender(marker)}>\r\nRCPT TO:<alice@example.com>\r\nDATA\r\n{Header}\r\nbody\r\n.\r\n";

    private static string Loop() => string.Concat(Enumerable.Range(1, 101).Select(static hop =>
        $"Received: from a{hop}.example.net by b{hop}.example.net; Tue, 03 Nov 2026 09:30:00 +0100\r\n"));
}
