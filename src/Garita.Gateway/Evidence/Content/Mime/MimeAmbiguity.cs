namespace Garita.Gateway.Evidence.Content;

/// <summary>Ways in which two readers could read a message differently, or could not be followed.</summary>
[Flags]
public enum MimeAmbiguity
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>More than 1,000 parts.</summary>
    TooManyParts = 1,
    /// <summary>Deeper than 30.</summary>
    TooDeep = 1 << 1,
    /// <summary>A boundary of more than 70 characters (RFC 2046 §5.1.1).</summary>
    LongBoundary = 1 << 2,
    /// <summary>The header of a part is too large, or one of its fields.</summary>
    LargePartHeader = 1 << 3,
    /// <summary>More than 100 pieces of parameters (RFC 2231 §3), or more readings of a name than are kept.</summary>
    TooManyPieces = 1 << 4,
    /// <summary>Two readings of one boundary parameter both occur as delimiters.</summary>
    TwoBoundaries = 1 << 5,
    /// <summary>A line that delimits one multipart and ends another.</summary>
    BoundaryClash = 1 << 6,
    /// <summary>A part begins behind something that only lenient readers take for a delimiter: a longer line, one behind the end, or one nobody declared.</summary>
    LooseBoundary = 1 << 7,
    /// <summary>A multipart with a body in which no delimiter occurs.</summary>
    NoBoundary = 1 << 8,
    /// <summary>Several Content-Type fields, of which one makes the body a multipart or a message and another does not.</summary>
    TwoTypes = 1 << 9,
    /// <summary>Several Content-Transfer-Encoding fields that differ.</summary>
    TwoEncodings = 1 << 10,
    /// <summary>Content fields behind a line that ends the header for some readers and not for others.</summary>
    BrokenPartHeader = 1 << 11,
    /// <summary>An attachment in base64 that goes on behind its padding or with characters that only some decoders know, or in quoted-printable with escapes that are none.</summary>
    Base64 = 1 << 12,
    /// <summary>A fragment of a message (RFC 2046 §5.2.2): the whole is put together behind us.</summary>
    Partial = 1 << 13,
    /// <summary>A multipart that is encoded as a whole, which RFC 2045 §6.4 forbids.</summary>
    EncodedMultipart = 1 << 14,
    /// <summary>A zip archive whose directory names other files than its entries do.</summary>
    ArchiveNames = 1 << 15,
}

/// <summary>Caps of reading MIME.</summary>
internal static class MimeLimits
{
    internal const int Depth = 30;
    internal const int Parts = 1000;
    internal const int Boundary = 70;
    /// <summary>Longer ones are not even compared.</summary>
    internal const int ComparedBoundary = 256;
    internal const int Pieces = 100;
    internal const int Names = 64;
    /// <summary>Octets of a part's header; that of the message has the same.</summary>
    internal const int PartHeader = Protocols.Message.HeaderSection.MaxLength;
    /// <summary>Octets of all headers together.</summary>
    internal const int AllHeaders = 2 * 1024 * 1024;
    /// <summary>Characters of a Content field of which readings are made.</summary>
    internal const int ContentField = 16 * 1024;
    /// <summary>Octets of a line that is looked at as one.</summary>
    internal const int Line = 16 * 1024;
}
