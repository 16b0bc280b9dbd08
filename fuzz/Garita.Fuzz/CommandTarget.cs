using System.Text;
using Garita.Protocols.Smtp;

namespace Garita.Fuzz;

/// <summary>
/// A stream of command lines. The first octet says into which pieces it is cut. Oracles: the pieces give the same lines as the whole;
/// what is written of a MAIL or RCPT that was understood is one clean line and parses back to the same model; allocation is bounded.
/// </summary>
public sealed class CommandTarget : IFuzzTarget
{
    private const int Limit = 512;
    private const long MaxAllocation = 16 * 1024;

    private static readonly ServerCapabilities Everything = new() { EightBitMime = true, SmtpUtf8 = true, Dsn = true, Size = 0 };

    /// <inheritdoc/>
    public string Name => "command";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } = Array.ConvertAll<string, byte[]>(
    [
        "1EHLO client.example\r\nMAIL FROM:<a@example.org> SIZE=1000 BODY=8BITMIME\r\nRCPT TO:<b@example.net>\r\nDATA\r\n",
        "2MAIL FROM:<ü@bücher.example> SMTPUTF8 RET=HDRS ENVID=QQ+2B1\r\nRCPT TO:<\"a b\"@[IPv6:::1]> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c\r\n",
        "3MAIL FROM:<> AUTH=<> RET=FULL\r\nRCPT TO:<postmaster> NOTIFY=NEVER ORCPT=utf-8;\\x{FC}@example.org\r\n",
        "7NOOP\nQUIT\r\nHE\0LP\r\nGET / HTTP/1.1\r\n", "5HELO [192.0.2.1]\r\nEHLO a b\\c\r\nHELO 1.2.3.4\r\nSTARTTLS\r\nX-EXPS GSSAPI\r\n",
    ], Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;

        var stream = input[1..];
        var whole = Lines(stream, stream.Length);
        var pieces = Lines(stream, 1 + (input[0] % 16));
        OracleException.ThrowUnless(whole.Count == pieces.Count, "two cuttings give different numbers of lines");
        for (var i = 0; i < whole.Count; i++)
        {
            OracleException.ThrowUnless(whole[i].Status == pieces[i].Status, "two cuttings give different statuses");
            OracleException.ThrowUnless(whole[i].Line.AsSpan().SequenceEqual(pieces[i].Line), "two cuttings give different lines");
        }

        foreach (var (status, line) in whole)
        {
            if (status != LineStatus.Line)
                continue;

            AllocationBound.Check(octets => ParseArgument(octets), line, MaxAllocation);
            CheckWritten(line);
        }
    }

    private static List<(LineStatus Status, byte[] Line)> Lines(ReadOnlySpan<byte> stream, int step)
    {
        var lines = new List<(LineStatus, byte[])>();
        var reader = default(CommandLineReader);
        var start = 0;
        var end = 0;
        while (true)
        {
            var status = reader.Read(stream[start..end], Limit, out var line, out var consumed);
            start += consumed;
            if (status != LineStatus.Incomplete)
            {
                lines.Add((status, line.ToArray()));
                continue;
            }

            OracleException.ThrowUnless(end - start < Limit, "more than the limit is kept");
            if (end == stream.Length)
                return lines;
            end = Math.Min(end + Math.Max(step, 1), stream.Length);
        }
    }

    private static void ParseArgument(ReadOnlySpan<byte> line)
    {
        var command = CommandParser.Parse(line);
        if (command.Verb == SmtpVerb.Mail)
            CommandParser.ParseMail(command.Argument, out _);
        else if (command.Verb == SmtpVerb.Rcpt)
            CommandParser.ParseRcpt(command.Argument, smtpUtf8: true, out _);
        else
            CommandParser.ParseHelo(command.Argument, out _);
    }

    private static void CheckWritten(ReadOnlySpan<byte> line)
    {
        var command = CommandParser.Parse(line);
        switch (command.Verb)
        {
            case SmtpVerb.Mail when CommandParser.ParseMail(command.Argument, out var mail) == SyntaxError.None:
                CheckMail(mail);
                break;
            case SmtpVerb.Rcpt when CommandParser.ParseRcpt(command.Argument, smtpUtf8: true, out var rcpt) == SyntaxError.None:
                CheckRcpt(rcpt);
                break;
            case SmtpVerb.Helo or SmtpVerb.Ehlo:
                CheckHelo(command.Argument);
                break;
        }
    }

    private static void CheckMail(MailCommand mail)
    {
        Span<byte> octets = stackalloc byte[CommandWriter.MaxCommand];
        var length = CommandWriter.WriteMail(
            octets, mail.Path.Mailbox, mail.Size, mail.Body, mail.SmtpUtf8, mail.Return, mail.EnvelopeId, in Everything);
        var error = CommandParser.ParseMail(CommandParser.Parse(CleanLine(octets[..length])).Argument, out var again);
        var body = mail.Body == MailBody.SevenBit ? MailBody.None : mail.Body;
        OracleException.ThrowUnless(
            error == SyntaxError.None
            && Equals(mail.Path.Mailbox, again.Path.Mailbox)
            && (mail.Size, body, mail.SmtpUtf8, mail.Return, mail.EnvelopeId) == (again.Size, again.Body, again.SmtpUtf8, again.Return, again.EnvelopeId),
            $"MAIL does not parse back: {error}");
    }

    private static void CheckRcpt(RcptCommand rcpt)
    {
        Span<byte> octets = stackalloc byte[CommandWriter.MaxCommand];
        var length = CommandWriter.WriteRcpt(octets, rcpt.Path.Mailbox!, rcpt.Notify, rcpt.OriginalRecipient, in Everything);
        var error = CommandParser.ParseRcpt(CommandParser.Parse(CleanLine(octets[..length])).Argument, smtpUtf8: true, out var again);
        var original = rcpt.OriginalRecipient;
        // ORCPT with raw UTF-8 may be too long in the form that needs no SMTPUTF8, and is left out then.
        var leftOut = again.OriginalRecipient is null && original?.StartsWith("utf-8;", StringComparison.Ordinal) == true && !Ascii.IsValid(original);
        OracleException.ThrowUnless(
            error == SyntaxError.None
            && Equals(rcpt.Path.Mailbox, again.Path.Mailbox)
            && rcpt.Notify == again.Notify
            && (leftOut || string.Equals(original, again.OriginalRecipient, StringComparison.Ordinal)),
            $"RCPT does not parse back: {error}");
    }

    private static void CheckHelo(ReadOnlySpan<byte> argument)
    {
        var error = CommandParser.ParseHelo(argument, out var name);
        OracleException.ThrowUnless(name.Text.Length <= 255 && !name.Text.AsSpan().ContainsAnyExceptInRange(' ', '~'), "a HELO name that may not be shown");
        OracleException.ThrowUnless(error == SyntaxError.None || name.Form == HeloForm.Malformed, "a wrong HELO name with a form");
        if (name.Form == HeloForm.Malformed)
            return;

        OracleException.ThrowUnless(
            CommandParser.ParseHelo(Encoding.ASCII.GetBytes(name.Text), out var again) == SyntaxError.None && again == name,
            "a HELO name does not parse back");
    }

    /// <summary>What a real server would read: exactly one line, with nothing in it that could be taken for another.</summary>
    private static ReadOnlySpan<byte> CleanLine(ReadOnlySpan<byte> octets)
    {
        OracleException.ThrowUnless(octets.EndsWith("\r\n"u8), "a command without CRLF");
        var line = octets[..^2];
        OracleException.ThrowUnless(!line.ContainsAnyInRange((byte)0, (byte)0x1F) && !line.Contains((byte)0x7F), "a control character is sent");
        return line;
    }
}
