using System.Text;

namespace Garita.Protocols.Smtp;

/// <summary>The parameters of MAIL that are known here; any other is refused.</summary>
internal struct MailParameters
{
    private const int MaxEnvelopeId = 100; // RFC 3461 §4.4
    private const int MaxAuth = 500;
    private const int MaxSizeDigits = 20; // RFC 1870 §6

    private bool _hasAuth;

    internal long? Size { get; private set; }

    internal MailBody Body { get; private set; }

    internal bool SmtpUtf8 { get; private set; }

    internal DsnReturn Return { get; private set; }

    internal string? EnvelopeId { get; private set; }

    internal SyntaxError Read(ReadOnlySpan<byte> input)
    {
        var reader = new ParameterReader(input);
        while (true)
        {
            var error = reader.Next(out var keyword, out var value, out var hasValue);
            if (error != SyntaxError.None || keyword.IsEmpty)
                return error;

            error = Take(keyword, value, hasValue);
            if (error != SyntaxError.None)
                return error;
        }
    }

    private SyntaxError Take(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value, bool hasValue)
    {
        if (Ascii.EqualsIgnoreCase(keyword, "SIZE"u8))
            return Size is null ? TakeSize(value) : SyntaxError.DuplicateParameter;
        if (Ascii.EqualsIgnoreCase(keyword, "BODY"u8))
            return Body == MailBody.None ? TakeBody(value) : SyntaxError.DuplicateParameter;
        if (Ascii.EqualsIgnoreCase(keyword, "SMTPUTF8"u8))
            return SmtpUtf8 ? SyntaxError.DuplicateParameter : TakeSmtpUtf8(hasValue);
        if (Ascii.EqualsIgnoreCase(keyword, "RET"u8))
            return Return == DsnReturn.None ? TakeReturn(value) : SyntaxError.DuplicateParameter;
        if (Ascii.EqualsIgnoreCase(keyword, "ENVID"u8))
            return EnvelopeId is null ? TakeEnvelopeId(value) : SyntaxError.DuplicateParameter;
        if (Ascii.EqualsIgnoreCase(keyword, "AUTH"u8))
            return _hasAuth ? SyntaxError.DuplicateParameter : TakeAuth(value);

        return SyntaxError.UnknownParameter;
    }

    private SyntaxError TakeSize(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > MaxSizeDigits)
            return SyntaxError.ParameterValue;

        var size = 0L;
        foreach (var octet in value)
        {
            if (!char.IsAsciiDigit((char)octet))
                return SyntaxError.ParameterValue;

            // Good syntax even where it is beyond 63 bits: such a message is too big, not malformed.
            var digit = octet - '0';
            size = size > (long.MaxValue - digit) / 10 ? long.MaxValue : (size * 10) + digit;
        }

        Size = size;
        return SyntaxError.None;
    }

    private SyntaxError TakeBody(ReadOnlySpan<byte> value)
    {
        // RFC 6152 §2; BINARYMIME (RFC 3030 §3) is not offered
        if (Ascii.EqualsIgnoreCase(value, "8BITMIME"u8))
            Body = MailBody.EightBitMime;
        else if (Ascii.EqualsIgnoreCase(value, "7BIT"u8))
            Body = MailBody.SevenBit;
        else
            return SyntaxError.ParameterValue;

        return SyntaxError.None;
    }

    private SyntaxError TakeSmtpUtf8(bool hasValue)
    {
        // RFC 6531 §3.4: it takes no value
        if (hasValue)
            return SyntaxError.ParameterValue;

        SmtpUtf8 = true;
        return SyntaxError.None;
    }

    private SyntaxError TakeReturn(ReadOnlySpan<byte> value)
    {
        // RFC 3461 §4.3
        if (Ascii.EqualsIgnoreCase(value, "FULL"u8))
            Return = DsnReturn.Full;
        else if (Ascii.EqualsIgnoreCase(value, "HDRS"u8))
            Return = DsnReturn.Headers;
        else
            return SyntaxError.ParameterValue;

        return SyntaxError.None;
    }

    private SyntaxError TakeEnvelopeId(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxEnvelopeId)
            return SyntaxError.TooLong;

        Span<char> text = stackalloc char[MaxEnvelopeId];
        if (value.IsEmpty || !Xtext.TryDecode(value, text, out var length))
            return SyntaxError.ParameterValue;

        EnvelopeId = new string(text[..length]);
        return SyntaxError.None;
    }

    private SyntaxError TakeAuth(ReadOnlySpan<byte> value)
    {
        // RFC 4954 §5: checked, then dropped
        if (value.Length > MaxAuth)
            return SyntaxError.TooLong;

        Span<char> text = stackalloc char[MaxAuth];
        if (value.IsEmpty || !Xtext.TryDecode(value, text, out _))
            return SyntaxError.ParameterValue;

        _hasAuth = true;
        return SyntaxError.None;
    }
}
