using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>How a part's body may be encoded.</summary>
internal enum TransferEncoding : byte
{
    Identity,
    QuotedPrintable,
    Base64,
    Uuencode,
}

/// <summary>Everything that the header of a part can be read to say of its content.</summary>
internal sealed class PartReadings
{
    private static readonly string[] NameParameters = ["name", "filename"];
    private static readonly string[] BoundaryParameter = ["boundary"];

    private PartReadings()
    {
    }

    /// <summary>Types, lower case, "type/subtype" or what stands in its place.</summary>
    internal List<string> Types { get; } = [];

    internal List<string> Names { get; } = [];

    internal List<byte[]> Boundaries { get; } = [];

    internal List<TransferEncoding> Encodings { get; } = [];

    internal bool IsAttachment { get; private set; }

    internal MimeAmbiguity Ambiguities { get; private set; }

    internal bool IsMultipart => Types.Exists(static type => type.StartsWith("multipart", StringComparison.Ordinal));

    internal bool IsMessage => Types.Exists(IsMessageType);

    /// <summary>Whether all readers take it for a message (RFC 2046 §5.2, RFC 6532 §3.7, RFC 5537 §3).</summary>
    internal bool IsKnownMessage => Types.TrueForAll(static type => type is "message/rfc822" or "message/global" or "message/news" or "message/external-body");

    /// <summary>Text that a mail program shows, as far as one can say.</summary>
    internal bool IsText => Types.Count == 0 || Types.Exists(static type => type.StartsWith("text", StringComparison.Ordinal));

    /// <summary>Reads a header section.</summary>
    /// <param name="section">Its octets, the empty line may be missing.</param>
    internal static PartReadings Read(ReadOnlySpan<byte> section)
    {
        var readings = new PartReadings();
        var pieces = 0;
        var types = 0;
        while (!section.IsEmpty)
        {
            var length = FieldLength(section);
            var field = section[..length];
            section = section[length..];
            // No other field is made text of: a header is mostly trace.
            var name = field.TrimStart((byte)' ');
            if (name.Length < 8 || !Ascii.EqualsIgnoreCase(name[..8], "Content-"u8) || name.IndexOf((byte)':') is not (> 0 and var colon))
                continue;
            var value = name[(colon + 1)..];
            if (value.Length > MimeLimits.ContentField)
            {
                readings.Ambiguities |= MimeAmbiguity.LargePartHeader;
                value = value[..MimeLimits.ContentField];
            }

            readings.AddField(Encoding.ASCII.GetString(name[..colon]).Trim().ToLowerInvariant(), Unfold(value), ref pieces, ref types);
        }

        if (pieces > MimeLimits.Pieces)
            readings.Ambiguities |= MimeAmbiguity.TooManyPieces;
        readings.Conclude(types);
        return readings;
    }

    internal static bool IsMessageType(string type) =>
        type.StartsWith("message", StringComparison.Ordinal)
        && type is not ("message/delivery-status" or "message/disposition-notification" or "message/feedback-report" or "message/partial" or "message/tracking-status"
            or "message/global-delivery-status" or "message/global-disposition-notification" or "message/sip" or "message/http" or "message/imdn+xml");

    private void AddField(string name, string value, ref int pieces, ref int types)
    {
        switch (name)
        {
            case "content-type":
                types++;
                AddType(value);
                AddNames(value, ref pieces);
                foreach (var boundary in ParameterReadings.Of(value, BoundaryParameter, ref pieces))
                    AddBoundary(boundary);
                break;
            case "content-disposition":
                IsAttachment |= value.TrimStart().StartsWith("attachment", StringComparison.OrdinalIgnoreCase);
                AddNames(value, ref pieces);
                break;
            case "content-transfer-encoding":
                AddEncoding(value);
                break;
            default:
                break;
        }
    }

    private void AddType(string value)
    {
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var type = semicolon < 0 ? value : value[..semicolon];
        Add(ValueReadings.WithoutComments(type));
        Add(type);
        // Without a semicolon the parameters begin behind white space.
        Add(ValueReadings.WithoutComments(type).Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? first : "");

        void Add(string reading)
        {
            var text = string.Concat(reading.Where(static c => !char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('"' or '\''))).ToLowerInvariant();
            // "text/" is a type without subtype.
            if (text.Length > 1 && text[^1] == '/')
                Add(text[..^1]);
            if (text.Length > 255)
                text = text[..255];
            if (text.Length > 0 && !Types.Contains(text, StringComparer.Ordinal))
                Types.Add(text);
        }
    }

    private void AddNames(string value, ref int pieces)
    {
        foreach (var name in ParameterReadings.Of(value, NameParameters, ref pieces))
        {
            if (name.Length == 0 || Names.Contains(name, StringComparer.Ordinal))
                continue;
            if (Names.Count >= MimeLimits.Names)
                Ambiguities |= MimeAmbiguity.TooManyPieces;
            else
                Names.Add(name);
        }
    }

    private void AddBoundary(string boundary)
    {
        var octets = Encoding.UTF8.GetBytes(boundary.TrimEnd());
        if (octets.Length == 0 || octets.Length > MimeLimits.ComparedBoundary || Boundaries.Count >= MimeLimits.Names)
            return;
        if (!Boundaries.Exists(known => known.AsSpan().SequenceEqual(octets)))
            Boundaries.Add(octets);
    }

    private void AddEncoding(string value)
    {
        var word = ValueReadings.WithoutComments(value).ToLowerInvariant();
        var letters = string.Concat(word.Where(char.IsAsciiLetterOrDigit));
        var encoding = letters switch
        {
            _ when letters.Contains("base64", StringComparison.Ordinal) => TransferEncoding.Base64,
            _ when letters.Contains("quotedprintable", StringComparison.Ordinal) => TransferEncoding.QuotedPrintable,
            _ when letters.Contains("uuencode", StringComparison.Ordinal) || letters.EndsWith("uue", StringComparison.Ordinal) => TransferEncoding.Uuencode,
            _ => TransferEncoding.Identity,
        };
        Add(encoding);
        // Written in a way that only some understand.
        if (encoding != TransferEncoding.Identity && word is not ("base64" or "quoted-printable" or "x-uuencode" or "uuencode" or "x-uue"))
            Add(TransferEncoding.Identity);

        void Add(TransferEncoding one)
        {
            if (!Encodings.Contains(one))
                Encodings.Add(one);
        }
    }

    private void Conclude(int types)
    {
        if (Boundaries.Exists(static boundary => boundary.Length > MimeLimits.Boundary) && IsMultipart && !Boundaries.Exists(static boundary => boundary.Length <= MimeLimits.Boundary))
            Ambiguities |= MimeAmbiguity.LongBoundary;
        if (types > 1 && (IsMultipart || IsMessage) && !(Types.TrueForAll(static type => type.StartsWith("multipart", StringComparison.Ordinal)) || Types.TrueForAll(IsMessageType)))
            Ambiguities |= MimeAmbiguity.TwoTypes;
        if (Types.Contains("message/partial", StringComparer.Ordinal))
            Ambiguities |= MimeAmbiguity.Partial;
        if (Encodings.Count == 0)
            Encodings.Add(TransferEncoding.Identity);
        else if (Encodings.Contains(TransferEncoding.Base64) && Encodings.Exists(static encoding => encoding is TransferEncoding.QuotedPrintable or TransferEncoding.Uuencode))
            Ambiguities |= MimeAmbiguity.TwoEncodings;
    }

    private static int FieldLength(ReadOnlySpan<byte> section)
    {
        var length = 0;
        do
        {
            var feed = section[length..].IndexOf((byte)'\n');
            if (feed < 0)
                return section.Length;
            length += feed + 1;
        }
        while (length < section.Length && section[length] is (byte)' ' or (byte)'\t');
        return length;
    }

    // RFC 5322 §2.2.3: unfolding takes the line end out and leaves the white space.
    private static string Unfold(ReadOnlySpan<byte> value)
    {
        var text = CharsetText.OfHeader(value);
        return text.Contains('\n', StringComparison.Ordinal) ? text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal) : text;
    }
}
