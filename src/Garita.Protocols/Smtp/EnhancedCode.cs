using System.Globalization;
using System.Runtime.InteropServices;

namespace Garita.Protocols.Smtp;

/// <summary>An enhanced status code (RFC 3463 §2, RFC 2034 §4). The default value is none at all, as greetings and EHLO replies have it.</summary>
/// <param name="Class">2, 4 or 5; 0 for none.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EnhancedCode(byte Class, ushort Subject, ushort Detail)
{
    /// <summary>Reads a code at the start of a reply's text. A space or nothing must follow it.</summary>
    /// <param name="text">The text after reply code and separator.</param>
    /// <param name="code">The code; the default value when there is none.</param>
    /// <param name="consumed">Octets of the code without the space; 0 when there is none.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out EnhancedCode code, out int consumed)
    {
        code = default;
        consumed = 0;
        // status-code = class "." subject "." detail; class = "2" / "4" / "5"
        if (text.Length < 5 || text[0] is not ((byte)'2' or (byte)'4' or (byte)'5'))
            return false;

        var position = 1;
        if (!TryParseNumber(text, ref position, out var subject) || !TryParseNumber(text, ref position, out var detail))
            return false;
        if (position < text.Length && text[position] != (byte)' ')
            return false;

        code = new EnhancedCode((byte)(text[0] - '0'), subject, detail);
        consumed = position;
        return true;
    }

    /// <summary>The code as it is written, such as <c>5.1.1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    /// <summary>"." 1*3digit, without leading zeros (RFC 3463 §2).</summary>
    private static bool TryParseNumber(ReadOnlySpan<byte> text, ref int position, out ushort number)
    {
        number = 0;
        if (position >= text.Length || text[position] != (byte)'.')
            return false;

        var start = ++position;
        while (position < text.Length && position - start < 3 && char.IsAsciiDigit((char)text[position]))
            number = (ushort)((number * 10) + (text[position++] - '0'));

        return position > start && (position - start == 1 || text[start] != (byte)'0');
    }
}
