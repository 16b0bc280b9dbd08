using System.Text;
using Garita.Protocols.Address;

namespace Garita.Protocols.Smtp;

public static partial class CommandParser
{
    /// <summary>Reads the argument of MAIL: <c>FROM:&lt;reverse-path&gt;</c> and parameters from an allow-list (SIZE, BODY, SMTPUTF8, RET, ENVID, AUTH).</summary>
    /// <param name="argument">The command's argument.</param>
    /// <param name="command">Never null; what was read up to an error.</param>
    public static SyntaxError ParseMail(ReadOnlySpan<byte> argument, out MailCommand command)
    {
        // Whether UTF-8 was allowed in the path is known only after it: read it so, and judge at the end.
        var pathError = PathError.None;
        var path = default(SmtpPath);
        var parameters = default(MailParameters);
        var error = ReadPrefix(argument, "FROM:"u8, out var rest);
        if (error == SyntaxError.None)
        {
            pathError = PathParser.ParseReversePath(rest, smtpUtf8: true, out path, out var consumed);
            error = pathError == PathError.None ? parameters.Read(rest[consumed..]) : FromPath(pathError);
            if (error == SyntaxError.None && !parameters.SmtpUtf8 && !Ascii.IsValid(argument))
            {
                pathError = PathError.EightBit; // RFC 6531 §3.4
                error = SyntaxError.EightBit;
            }
        }

        command = new MailCommand
        {
            Path = path,
            PathError = pathError,
            Size = parameters.Size,
            Body = parameters.Body,
            SmtpUtf8 = parameters.SmtpUtf8,
            Return = parameters.Return,
            EnvelopeId = parameters.EnvelopeId,
        };
        return error;
    }

    /// <summary>Reads the argument of RCPT: <c>TO:&lt;forward-path&gt;</c> and parameters from an allow-list (NOTIFY, ORCPT).</summary>
    /// <param name="argument">The command's argument.</param>
    /// <param name="smtpUtf8">Whether MAIL of this transaction had SMTPUTF8 (RFC 6531 §3.4).</param>
    /// <param name="command">Never null; what was read up to an error.</param>
    public static SyntaxError ParseRcpt(ReadOnlySpan<byte> argument, bool smtpUtf8, out RcptCommand command)
    {
        var pathError = PathError.None;
        var path = default(SmtpPath);
        var parameters = default(RcptParameters);
        var error = ReadPrefix(argument, "TO:"u8, out var rest);
        if (error == SyntaxError.None)
        {
            pathError = PathParser.ParseForwardPath(rest, smtpUtf8, out path, out var consumed);
            error = pathError == PathError.None ? parameters.Read(rest[consumed..], smtpUtf8) : FromPath(pathError);
        }

        command = new RcptCommand
        {
            Path = path,
            PathError = pathError,
            Notify = parameters.Notify,
            OriginalRecipient = parameters.OriginalRecipient,
        };
        return error;
    }

    private static SyntaxError FromPath(PathError error) => error == PathError.EightBit ? SyntaxError.EightBit : SyntaxError.Path;

    private static SyntaxError ReadPrefix(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> rest)
    {
        rest = default;
        if (argument.Length < prefix.Length || !Ascii.EqualsIgnoreCase(argument[..prefix.Length], prefix))
            return SyntaxError.Command;

        rest = argument[prefix.Length..];
        // RFC 5321 §3.3 forbids the space and calls it a common source of errors; senders of real mail make it.
        if (!rest.IsEmpty && rest[0] == (byte)' ')
            rest = rest[1..];
        return SyntaxError.None;
    }
}
