using System.Buffers.Binary;
using System.Text;

namespace Garita.Protocols.Smtp;

/// <summary>
/// Takes command lines apart (RFC 5321 §4.1.1) and reads the arguments of the commands that have a grammar of their own.
/// It knows neither state nor policy. Arguments are read strictly, with two exceptions that real clients need: one space after the colon of
/// <c>MAIL FROM:</c> and <c>RCPT TO:</c> (RFC 5321 §3.3 names it a common error), and runs of spaces where the grammar has one.
/// </summary>
public static partial class CommandParser
{
    /// <summary>Splits a line into verb and argument. It never fails: what is not known is <see cref="SmtpVerb.Unknown"/>.</summary>
    /// <param name="line">The line without CRLF. White space at its end is ignored (RFC 5321 §4.1.1); only a space ends the verb.</param>
    public static SmtpCommand Parse(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \t"u8);
        var space = line.IndexOf((byte)' ');
        if (space < 0)
            return new SmtpCommand(Classify(line, hasArgument: false), line, default);

        var verb = line[..space];
        return new SmtpCommand(Classify(verb, hasArgument: true), verb, line[space..].TrimStart((byte)' '));
    }

    /// <summary>Reads the argument of HELO, EHLO or LHLO. A name that is malformed is no error unless it holds control characters, is empty or too long.</summary>
    /// <param name="argument">The command's argument.</param>
    /// <param name="name">The name, fit to be shown even when there is an error.</param>
    public static SyntaxError ParseHelo(ReadOnlySpan<byte> argument, out HeloName name) => HeloNameReader.Read(argument, out name);

    private static SmtpVerb Classify(ReadOnlySpan<byte> verb, bool hasArgument)
    {
        if (verb.Length == 4)
        {
            var known = ClassifyFour(verb);
            if (known != SmtpVerb.Unknown)
                return known;
        }
        else if (verb.Length == 8 && Ascii.EqualsIgnoreCase(verb, "STARTTLS"u8))
        {
            return SmtpVerb.StartTls;
        }

        if (verb.Length > 0 && verb[0] is (byte)'X' or (byte)'x')
            return SmtpVerb.Vendor;

        return hasArgument && IsHttpMethod(verb) ? SmtpVerb.Http : SmtpVerb.Unknown;
    }

    private static SmtpVerb ClassifyFour(ReadOnlySpan<byte> verb)
    {
        // Clearing bit 5 makes letters upper case and turns no other octet into a letter.
        var key = BinaryPrimitives.ReadUInt32BigEndian(verb) & 0xDFDFDFDF;
        return key switch
        {
            0x48454C4F => SmtpVerb.Helo,
            0x45484C4F => SmtpVerb.Ehlo,
            0x4C484C4F => SmtpVerb.Lhlo,
            0x4D41494C => SmtpVerb.Mail,
            0x52435054 => SmtpVerb.Rcpt,
            0x44415441 => SmtpVerb.Data,
            0x42444154 => SmtpVerb.Bdat,
            0x52534554 => SmtpVerb.Rset,
            0x4E4F4F50 => SmtpVerb.Noop,
            0x51554954 => SmtpVerb.Quit,
            0x48454C50 => SmtpVerb.Help,
            0x56524659 => SmtpVerb.Vrfy,
            0x4558504E => SmtpVerb.Expn,
            0x41555448 => SmtpVerb.Auth,
            0x4554524E => SmtpVerb.Etrn,
            0x5455524E => SmtpVerb.Turn,
            _ => SmtpVerb.Unknown,
        };
    }

    private static bool IsHttpMethod(ReadOnlySpan<byte> verb) => verb.Length switch
    {
        3 => Ascii.EqualsIgnoreCase(verb, "GET"u8) || Ascii.EqualsIgnoreCase(verb, "PUT"u8),
        4 => Ascii.EqualsIgnoreCase(verb, "POST"u8) || Ascii.EqualsIgnoreCase(verb, "HEAD"u8),
        5 => Ascii.EqualsIgnoreCase(verb, "PATCH"u8) || Ascii.EqualsIgnoreCase(verb, "TRACE"u8),
        6 => Ascii.EqualsIgnoreCase(verb, "DELETE"u8),
        7 => Ascii.EqualsIgnoreCase(verb, "CONNECT"u8) || Ascii.EqualsIgnoreCase(verb, "OPTIONS"u8),
        _ => false,
    };
}
