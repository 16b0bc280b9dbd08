using System.Buffers;
using System.Text;

namespace Garita.Protocols.Address;

/// <summary>The octet classes of the address grammar.</summary>
internal static class AddressOctets
{
    // RFC 5322 §3.2.3: atext
    private const string Atext = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~";

    internal static readonly SearchValues<byte> AtextOrDot = SearchValues.Create(Encoding.ASCII.GetBytes(Atext + "."));

    internal static readonly SearchValues<char> AtextOrDotChars = SearchValues.Create(Atext + ".");

    internal static bool IsControl(byte octet) => octet < 0x20 || octet == 0x7F;

    /// <summary>Names the error for an octet that is not allowed where it stands.</summary>
    internal static PathError Blame(byte octet, PathError otherwise) =>
        IsControl(octet) ? PathError.Control : octet >= 0x80 ? PathError.EightBit : otherwise;

    /// <summary>Reads one character above U+007F. RFC 6531 §3.3: UTF8-non-ascii, well formed (RFC 3629 §4); C1 controls are refused as the C0 ones are.</summary>
    internal static PathError ReadNonAscii(ReadOnlySpan<byte> input, bool smtpUtf8, out int length)
    {
        if (!smtpUtf8 || Rune.DecodeFromUtf8(input, out var rune, out length) != OperationStatus.Done)
        {
            length = 0;
            return PathError.EightBit;
        }

        return Rune.IsControl(rune) ? PathError.Control : PathError.None;
    }
}
