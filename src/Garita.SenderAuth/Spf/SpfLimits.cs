namespace Garita.SenderAuth.Spf;

/// <summary>Every bound of a check in one place.</summary>
public static class SpfLimits
{
    /// <summary>Terms that ask DNS (RFC 7208 §4.6.4).</summary>
    public const int Terms = 10;

    /// <summary>Terms whose look-up finds nothing (RFC 7208 §4.6.4).</summary>
    public const int VoidLookups = 2;

    /// <summary>Names of one MX or PTR look-up (RFC 7208 §4.6.4).</summary>
    public const int Names = 10;

    /// <summary>Octets of a record. RFC 7208 §3.4 advises 450; the longest honest ones have some thousand.</summary>
    public const int RecordLength = 8192;

    /// <summary>Characters that macros may expand to.</summary>
    public const int Expansion = 8192;

    /// <summary>Characters of an explanation.</summary>
    public const int Explanation = 400;

    /// <summary>Characters of a mechanism that an outcome tells.</summary>
    public const int Mechanism = 255;
}
