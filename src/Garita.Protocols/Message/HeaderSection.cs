using System.Text;
using System.Text.Unicode;

namespace Garita.Protocols.Message;

/// <summary>
/// The header section of a message (RFC 5322 §2.2, §3.6, with the obsolete syntax of §4): what verification and relaying need
/// to agree on, read once for both. It gives facts and ranges and changes nothing; the body is never looked at.
/// </summary>
/// <remarks>
/// Lines end as <see cref="Smtp.DataWriter"/> sends them on: at CRLF and at a bare LF, while a bare CR is a space. A line of white
/// space alone continues a field (RFC 5322 §4.2). The first line that is neither a field nor continues one ends the section,
/// as the servers behind take it, and is reported. One pass, linear in the size; nothing is unfolded or copied.
/// </remarks>
public sealed class HeaderSection
{
    /// <summary>Octets of a section (256 KiB).</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Fields of a section.</summary>
    public const int MaxFields = 1000;

    /// <summary>Octets of an address field's value (64 KiB).</summary>
    public const int MaxAddressField = 64 * 1024;

    /// <summary>Addresses of an address field.</summary>
    public const int MaxAddresses = 1000;

    private const int MaxMessageId = 250;

    private List<(int Offset, int Length)>? _ruleFields;
    private List<(int Offset, int Length)>? _resultsFields;
    private int _from;

    private HeaderSection()
    {
    }

    /// <summary>What was found.</summary>
    public HeaderFindings Findings { get; private set; }

    /// <summary>Octets of the section with the empty line that ends it; up to the offending line where there is a gap.</summary>
    public int Length { get; private set; }

    /// <summary>Fields.</summary>
    public int Fields { get; private set; }

    /// <summary>Received fields (RFC 5321 §6.3 counts them against loops).</summary>
    public int Received { get; private set; }

    /// <summary>
    /// The author's address, of the only From field, written as an addr-spec with the domain in lower case; the first one where it
    /// names several. Null when there is no readable one. It may hold characters above 127.
    /// </summary>
    public string? From { get; private set; }

    /// <summary>The first Message-ID, at most 250 characters of printable ASCII (others replaced by <c>?</c>); null without one.</summary>
    public string? MessageId { get; private set; }

    /// <summary>The fields named X-Garita-Rule, with their line ends: ranges of the octets read, ascending, to be left out on relaying.</summary>
    public IReadOnlyList<(int Offset, int Length)> GaritaRuleFields => _ruleFields ?? (IReadOnlyList<(int Offset, int Length)>)[];

    /// <summary>The fields named Authentication-Results (RFC 8601), with their line ends: ranges of the octets read, ascending.</summary>
    public IReadOnlyList<(int Offset, int Length)> ResultsFields => _resultsFields ?? (IReadOnlyList<(int Offset, int Length)>)[];

    /// <summary>The first From field, with its line end: a range of the octets read; of length 0 without one.</summary>
    public (int Offset, int Length) FromField { get; private set; }

    /// <summary>What stands behind the colon of a field.</summary>
    /// <param name="field">A field's octets.</param>
    public static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> field) => field[(field.IndexOf((byte)':') + 1)..];

    /// <summary>Reads the header section.</summary>
    /// <param name="start">
    /// The message's first octets: all of them, or more than <see cref="MaxLength"/>; with fewer a section that does not end in them
    /// counts as too large.
    /// </param>
    /// <param name="complete">Whether these are all octets of the message.</param>
    /// <returns>The section; never null, never an error.</returns>
    public static HeaderSection Read(ReadOnlySpan<byte> start, bool complete)
    {
        var section = new HeaderSection();
        if (start.Length > MaxLength)
        {
            start = start[..MaxLength];
            complete = false;
        }
        section.ReadFields(start, complete);
        section.Conclude(start[..section.Length]);
        return section;
    }

    private void ReadFields(ReadOnlySpan<byte> start, bool complete)
    {
        var at = 0;
        while (at < start.Length)
        {
            var rest = start[at..];
            var line = LineLength(rest);
            if (line == 0)
                break;
            if (rest[0] == '\n' || rest.StartsWith("\r\n"u8))
            {
                Length = at + line;
                return;
            }
            var colon = HeaderField.NameLength(rest[..line], out var name);
            if (colon < 0)
            {
                Findings |= rest[..line].Contains((byte)':') ? HeaderFindings.Gap : HeaderFindings.Gap | HeaderFindings.NoColon;
                Length = at;
                return;
            }
            var length = line;
            while (length < rest.Length && HeaderField.IsContinuation(rest[length..]))
            {
                line = LineLength(rest[length..]);
                if (line == 0)
                    break;
                length += line;
            }
            // A field that goes on behind what was given is not judged.
            if (line == 0)
                break;
            AddField(rest[..name], rest[(colon + 1)..length], at, length);
            at += length;
        }
        // RFC 5322 §3.5: without a body there need be no empty line.
        Length = start.Length;
        if (!complete)
            Findings |= HeaderFindings.TooLarge;

        int LineLength(ReadOnlySpan<byte> rest)
        {
            var feed = rest.IndexOf((byte)'\n');
            return feed >= 0 ? feed + 1 : complete ? rest.Length : 0;
        }
    }

    private void AddField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int offset, int length)
    {
        Fields++;
        switch (HeaderField.Identify(name))
        {
            case HeaderFieldKind.From:
                AddAddresses(value);
                _from++;
                if (_from == 1)
                    FromField = (offset, length);
                if (_from == 1 && value.Length <= MaxAddressField)
                    ReadFrom(value);
                else if (_from == 1)
                    Findings |= HeaderFindings.UnreadableFrom;
                break;
            case HeaderFieldKind.Addresses:
                AddAddresses(value);
                break;
            case HeaderFieldKind.Received:
                Received++;
                break;
            case HeaderFieldKind.MessageId:
                MessageId ??= Printable(value);
                break;
            case HeaderFieldKind.GaritaRule:
                (_ruleFields ??= []).Add((offset, length));
                break;
            case HeaderFieldKind.AuthenticationResults:
                (_resultsFields ??= []).Add((offset, length));
                break;
            default:
                break;
        }
    }

    private void AddAddresses(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxAddressField)
            Findings |= HeaderFindings.AddressSize;
        var shape = AddressShape.Of(value);
        if (!shape.IsBalanced)
            Findings |= HeaderFindings.AddressDepth;
        if (shape.Count > MaxAddresses)
            Findings |= HeaderFindings.AddressCount;
    }

    private void ReadFrom(ReadOnlySpan<byte> value)
    {
        var reading = AuthorField.Read(value, out var address);
        From = address;
        if (reading == AuthorReading.Unreadable)
            Findings |= HeaderFindings.UnreadableFrom;
        else if (reading == AuthorReading.Loose)
            Findings |= HeaderFindings.LooseFrom;
    }

    private void Conclude(ReadOnlySpan<byte> section)
    {
        if (Fields > MaxFields)
            Findings |= HeaderFindings.TooManyFields;
        if (_from == 0)
            Findings |= HeaderFindings.NoFrom;
        if (_from > 1)
        {
            // CVE-2024-49040: with two of them there is no author that all readers agree on.
            Findings |= HeaderFindings.TwoFrom;
            From = null;
        }
        if (!Ascii.IsValid(section))
            Findings |= Utf8.IsValid(section) ? HeaderFindings.EightBit : HeaderFindings.EightBit | HeaderFindings.EightBitInvalid;
    }

    private static string? Printable(ReadOnlySpan<byte> value)
    {
        value = value.Trim(" \t\r\n"u8);
        if (value.IsEmpty)
            return null;
        return string.Create(Math.Min(value.Length, MaxMessageId), value, static (text, octets) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = octets[i] is >= (byte)' ' and <= (byte)'~' ? (char)octets[i] : '?';
        });
    }
}
