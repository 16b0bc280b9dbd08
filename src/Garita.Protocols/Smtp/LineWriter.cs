using System.Buffers;
using System.Globalization;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.Protocols.Smtp;

/// <summary>Writes one command line into a span and guards it: no control character can leave in the middle of a line.</summary>
internal ref struct LineWriter(Span<byte> to)
{
    private static readonly SearchValues<char> QuotedSpecials = SearchValues.Create("\"\\");

    private readonly Span<byte> _to = to;
    private int _length;

    internal readonly int Length => _length;

    internal void Append(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_to[_length..]);
        _length += text.Length;
    }

    internal void Append(byte octet) => _to[_length++] = octet;

    internal void Append(scoped ReadOnlySpan<char> text)
    {
        if (!Encoding.UTF8.TryGetBytes(text, _to[_length..], out var written))
            throw new ArgumentException("The command does not fit.", nameof(text));
        _length += written;
    }

    internal void Append(long number)
    {
        if (!number.TryFormat(_to[_length..], out var written, default, CultureInfo.InvariantCulture))
            throw new ArgumentException("The command does not fit.", nameof(number));
        _length += written;
    }

    /// <summary>RFC 5321 §4.1.2: the path of a mailbox, its local part quoted only where it must be; null is the null reverse-path.</summary>
    internal void AppendPath(Mailbox? mailbox)
    {
        Append((byte)'<');
        if (mailbox is not null)
        {
            if (mailbox.NeedsQuotes)
                AppendQuoted(mailbox.LocalPart);
            else
                Append(mailbox.LocalPart);

            if (mailbox.Domain.Length > 0)
            {
                Append((byte)'@');
                Append(mailbox.Domain);
            }
        }

        Append((byte)'>');
    }

    /// <summary>RFC 3461 §4: xtext of any text; what is not ASCII is encoded octet by octet as UTF-8.</summary>
    internal void AppendXtext(scoped ReadOnlySpan<char> text)
    {
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && Xtext.IsPlain((char)rune.Value))
            {
                Append((byte)rune.Value);
                continue;
            }

            foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
            {
                Append((byte)'+');
                AppendHex(octet);
            }
        }
    }

    /// <summary>RFC 6533 §3: utf-8-addr-xtext, which any server with DSN takes.</summary>
    internal void AppendUtf8AddressXtext(scoped ReadOnlySpan<char> text)
    {
        Span<char> digits = stackalloc char[6];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && Xtext.IsPlain((char)rune.Value) && rune.Value != '\\')
            {
                Append((byte)rune.Value);
                continue;
            }

            Append("\\x{"u8);
            rune.Value.TryFormat(digits, out var count, "X2", CultureInfo.InvariantCulture);
            Append(digits[..count]);
            Append((byte)'}');
        }
    }

    /// <summary>Takes back what was written after a length.</summary>
    internal void Truncate(int length) => _length = length;

    /// <summary>Ends the line and returns its octets.</summary>
    /// <exception cref="InvalidOperationException">The line holds a control character: the model did not come from a parser.</exception>
    internal int End()
    {
        var text = _to[.._length];
        if (text.ContainsAnyInRange((byte)0, (byte)0x1F) || text.Contains((byte)0x7F))
            throw new InvalidOperationException("A control character in a command.");

        Append("\r\n"u8);
        return _length;
    }

    private void AppendQuoted(scoped ReadOnlySpan<char> text)
    {
        Append((byte)'"');
        while (true)
        {
            var special = text.IndexOfAny(QuotedSpecials);
            if (special < 0)
                break;

            Append(text[..special]);
            Append((byte)'\\');
            Append((byte)text[special]);
            text = text[(special + 1)..];
        }

        Append(text);
        Append((byte)'"');
    }

    private void AppendHex(byte octet)
    {
        const string Digits = "0123456789ABCDEF";
        Append((byte)Digits[octet >> 4]);
        Append((byte)Digits[octet & 0xF]);
    }
}
