using System.Text;

namespace Garita.Protocols.Smtp;

/// <summary>The parameters of RCPT that are known here; any other is refused.</summary>
internal struct RcptParameters
{
    internal DsnNotify Notify { get; private set; }

    internal string? OriginalRecipient { get; private set; }

    internal SyntaxError Read(ReadOnlySpan<byte> input, bool smtpUtf8)
    {
        var reader = new ParameterReader(input);
        while (true)
        {
            var error = reader.Next(out var keyword, out var value, out _);
            if (error != SyntaxError.None || keyword.IsEmpty)
                return error;

            if (Ascii.EqualsIgnoreCase(keyword, "NOTIFY"u8))
                error = Notify == DsnNotify.None ? TakeNotify(value) : SyntaxError.DuplicateParameter;
            else if (Ascii.EqualsIgnoreCase(keyword, "ORCPT"u8))
                error = OriginalRecipient is null ? TakeOriginalRecipient(value, smtpUtf8) : SyntaxError.DuplicateParameter;
            else
                error = SyntaxError.UnknownParameter;

            if (error != SyntaxError.None)
                return error;
        }
    }

    private SyntaxError TakeNotify(ReadOnlySpan<byte> value)
    {
        // RFC 3461 §4.1: NEVER alone, or a list of the others
        if (Ascii.EqualsIgnoreCase(value, "NEVER"u8))
        {
            Notify = DsnNotify.Never;
            return SyntaxError.None;
        }

        var notify = DsnNotify.None;
        foreach (var range in value.Split((byte)','))
        {
            var word = value[range];
            if (Ascii.EqualsIgnoreCase(word, "SUCCESS"u8))
                notify |= DsnNotify.Success;
            else if (Ascii.EqualsIgnoreCase(word, "FAILURE"u8))
                notify |= DsnNotify.Failure;
            else if (Ascii.EqualsIgnoreCase(word, "DELAY"u8))
                notify |= DsnNotify.Delay;
            else
                return SyntaxError.ParameterValue;
        }

        Notify = notify;
        return SyntaxError.None;
    }

    private SyntaxError TakeOriginalRecipient(ReadOnlySpan<byte> value, bool smtpUtf8)
    {
        var error = OriginalRecipientText.Read(value, smtpUtf8, out var text);
        if (error == SyntaxError.None)
            OriginalRecipient = text;
        return error;
    }
}
