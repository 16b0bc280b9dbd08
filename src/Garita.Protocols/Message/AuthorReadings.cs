using System.Text;
using System.Text.Unicode;

namespace Garita.Protocols.Message;

/// <summary>
/// Everything that a From field may show to a reader: the domains of all authors in it and all words around the addresses. For judging, so
/// it reads more than the grammar would: <see cref="HeaderSection.From"/> is the one address that all readers agree on.
/// </summary>
/// <param name="Domains">Domains behind an <c>@</c> outside of quotes and comments, as written, each once, at most <see cref="MostDomains"/>.</param>
/// <param name="HasMoreDomains">Whether there were more.</param>
/// <param name="Words">Display names and comments, encoded words decoded, without quotes; at most 4,096 characters. Text from outside.</param>
public sealed record AuthorReadings(IReadOnlyList<string> Domains, bool HasMoreDomains, string Words)
{
    /// <summary>Domains that are kept.</summary>
    public const int MostDomains = 4;

    private const int MostDomain = 255;
    private const int MostOctets = 8192;

    /// <summary>Stands for an <c>@</c> outside of quotes and comments while it is read.</summary>
    private const byte Bare = 1;

    /// <summary>Nothing.</summary>
    public static AuthorReadings None { get; } = new([], false, "");

    /// <summary>Reads a field's value; never throws.</summary>
    /// <param name="value">Everything behind the colon, folded or not.</param>
    public static AuthorReadings Read(ReadOnlySpan<byte> value)
    {
        List<string> domains = [];
        var hasMore = ReadDomains(value[..Math.Min(value.Length, HeaderSection.MaxAddressField)], domains);
        return new AuthorReadings(domains, hasMore, ReadWords(value[..Math.Min(value.Length, MostOctets)]));
    }

    private static bool ReadDomains(ReadOnlySpan<byte> value, List<string> domains)
    {
        var lexer = new AddressLexer(value);
        var text = new StringBuilder();
        while (lexer.Kind != AddressTokenKind.End)
        {
            if (!lexer.Is('@'))
            {
                lexer.Next();
                continue;
            }

            lexer.Next();
            text.Clear();
            while (text.Length <= MostDomain && (lexer.Kind == AddressTokenKind.Atom || lexer.Is('.')))
            {
                text.Append(Encoding.UTF8.GetString(lexer.Text));
                lexer.Next();
                // RFC 5322 §4.4: white space around the dots of a domain; without a dot it ends there.
                if (lexer.IsSpaced && lexer.Kind == AddressTokenKind.Atom && text[^1] != '.')
                    break;
            }

            var domain = text.ToString().TrimEnd('.').ToLowerInvariant();
            if (domain.Length is 0 or > MostDomain || domains.Contains(domain))
                continue;
            if (domains.Count == MostDomains)
                return true;
            domains.Add(domain);
        }

        return false;
    }

    private static string ReadWords(ReadOnlySpan<byte> value)
    {
        var words = new List<byte>(value.Length);
        bool isQuoted = false, isAddress = false, hasAngle = false;
        var depth = 0;
        for (var at = 0; at < value.Length; at++)
        {
            var octet = value[at];
            if (octet == '\\' && at + 1 < value.Length)
            {
                octet = value[++at];
            }
            else if (octet == '"' && depth == 0)
            {
                isQuoted = !isQuoted;
                continue;
            }
            else if (!isQuoted && depth == 0 && octet is (byte)'<' or (byte)'>')
            {
                isAddress = octet == '<';
                hasAngle = true;
                octet = (byte)' ';
            }
            else if (!isQuoted && octet is (byte)'(' or (byte)')')
            {
                depth = Math.Max(0, depth + (octet == '(' ? 1 : -1));
                octet = (byte)' ';
            }
            else if (octet == '@' && !isQuoted && depth == 0)
            {
                octet = Bare;
            }

            if (!isAddress || octet == ' ')
                words.Add(octet is (byte)'\r' or (byte)'\n' or (byte)'\t' ? (byte)' ' : octet);
        }

        var octets = words.ToArray();
        var text = (Utf8.IsValid(octets) ? Encoding.UTF8 : Encoding.Latin1).GetString(octets);
        // An address that stands by itself is no name; one before angle brackets is shown as one.
        text = hasAngle ? text.Replace((char)Bare, '@') : string.Join(' ', text.Split(' ').Where(static word => !word.Contains((char)Bare)));
        return EncodedWords.Decode(text).Trim();
    }
}
