using System.Globalization;
<<<<<<< HEAD

namespace Garita.Protocols.Smtp;

/// <summary>An enhanced status code (RFC 3463, RFC 2034).</summary>
/// <param name="Class">2, 4 or 5.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct EnhancedCode(byte Class, ushort Subject, ushort Detail)
{
    /// <summary>Reads a code at the start of a text.</summary>
    /// <param name="text">Begins with the code; a space or nothing follows it.</param>
    /// <param name="code">The code.</param>
    /// <param name="consumed">Octets of the code without the space.</param>
=======
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
>>>>>>> p1
    public static bool TryParse(ReadOnlySpan<byte> text, out EnhancedCode code, out int consumed)
    {
        code = default;
        consumed = 0;
<<<<<<< HEAD
        // RFC 3463 §2: class "." subject "." detail, one digit, then one to three each.
        if (text.Length < 5 || text[0] is not ((byte)'2' or (byte)'4' or (byte)'5') || text[1] != '.')
            return false;
        var at = 2;
        if (!Number(text, ref at, out var subject) || at >= text.Length || text[at++] != '.' || !Number(text, ref at, out var detail))
            return false;
        if (at < text.Length && text[at] != ' ')
            return false;
        code = new EnhancedCode((byte)(text[0] - '0'), subject, detail);
        consumed = at;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    private static bool Number(ReadOnlySpan<byte> text, ref int at, out ushort value)
    {
        value = 0;
        var start = at;
        while (at < text.Length && at - start < 3 && text[at] is >= (byte)'0' and <= (byte)'9')
            value = (ushort)((value * 10) + (text[at++] - '0'));
        return at > start;
=======
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
>>>>>>> p1
    }
}
