using System.Buffers;
using System.Text;

namespace Garita.Protocols.Smtp;

/// <summary>Reads esmtp-params one after the other (RFC 5321 §4.1.2). What a keyword means is for its caller.</summary>
internal ref struct ParameterReader(ReadOnlySpan<byte> input)
{
    private static readonly SearchValues<byte> KeywordOctets =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"u8);

    private ReadOnlySpan<byte> _rest = input;

    /// <summary>Reads the next parameter; an empty keyword means that there is none.</summary>
    internal SyntaxError Next(out ReadOnlySpan<byte> keyword, out ReadOnlySpan<byte> value, out bool hasValue)
    {
        keyword = default;
        value = default;
        hasValue = false;
        if (_rest.IsEmpty)
            return SyntaxError.None;
        if (_rest[0] != (byte)' ')
            return SyntaxError.Command;

        _rest = _rest.TrimStart((byte)' ');
        var end = _rest.IndexOf((byte)' ');
        var parameter = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];

        var equals = parameter.IndexOf((byte)'=');
        keyword = equals < 0 ? parameter : parameter[..equals];
        // esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
        if (keyword.ContainsAnyExcept(KeywordOctets) || (!parameter.IsEmpty && (keyword.IsEmpty || keyword[0] == (byte)'-')))
            return Ascii.IsValid(keyword) ? SyntaxError.Command : SyntaxError.EightBit;
        if (equals < 0)
            return SyntaxError.None;

        hasValue = true;
        value = parameter[(equals + 1)..];
        return CheckValue(value);
    }

    /// <summary>esmtp-value = 1*(%d33-60 / %d62-126); RFC 6531 §3.3 adds UTF-8, which the few parameters that may have it check themselves.</summary>
    private static SyntaxError CheckValue(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return SyntaxError.ParameterValue;

        foreach (var octet in value)
        {
            if (octet is <= 0x20 or 0x7F or (byte)'=')
                return SyntaxError.ParameterValue;
        }

        return SyntaxError.None;
    }
}
