using System.Buffers;
using System.Globalization;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.Gateway.Recipients;

/// <summary>A line of a recipient file that says nothing usable.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="What">What is wrong with it.</param>
public readonly record struct BadLine(int Line, string What);

/// <summary>What was read.</summary>
/// <param name="List">The addresses.</param>
/// <param name="BadLines">The first bad lines, at most <see cref="RecipientFileReader.MostReported"/>.</param>
/// <param name="BadLineCount">All bad lines.</param>
public sealed record RecipientReading(RecipientList List, IReadOnlyList<BadLine> BadLines, int BadLineCount);

/// <summary>
/// Reads a recipient file: one address a line, <c>@domain</c> for a catch-all, <c>#</c> for a comment. Plain addresses are taken
/// octet by octet without making strings; quoted ones and ones with UTF-8 go through the envelope's own parser.
/// A bad line is reported and left out; whether the rest is good enough is for <see cref="RecipientFile"/> to say.
/// </summary>
public static class RecipientFileReader
{
    /// <summary>Bad lines that are reported one by one.</summary>
    public const int MostReported = 20;

    /// <summary>A line longer than this cannot be an address.</summary>
    private const int MostLine = 1024;

    private static readonly SearchValues<byte> Atom = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."u8);

    /// <summary>Reads a file to its end.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="caseSensitive">Whether local parts compare exactly.</param>
    /// <param name="domains">The tenant's domains; addresses of others are bad lines. Null: any.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RecipientReading Read(Stream stream, bool caseSensitive, IReadOnlyCollection<string>? domains)
    {
        // An entry takes one octet more than its line: two of length for one of line feed.
        var size = stream.CanSeek ? (int)Math.Min(stream.Length + (stream.Length / 12), 1 << 30) : 0;
        var reading = new Reading(new RecipientList.Builder(caseSensitive, size), domains is null ? null : new HashSet<string>(domains, StringComparer.OrdinalIgnoreCase));
        var buffer = new byte[64 * 1024];
        var held = 0;
        var skipping = false;
        while (true)
        {
            var read = stream.Read(buffer, held, buffer.Length - held);
            var filled = buffer.AsSpan(0, held + read);
            while (filled.IndexOf((byte)'\n') is var end and >= 0)
            {
                reading.Line(skipping ? default : filled[..end], skipping);
                skipping = false;
                filled = filled[(end + 1)..];
            }

            if (read == 0)
            {
                if (filled.Length > 0 || skipping)
                    reading.Line(filled, skipping);
                return reading.Result();
            }

            skipping |= filled.Length > MostLine;
            if (skipping)
                filled = default;
            filled.CopyTo(buffer);
            held = filled.Length;
        }
    }

    private sealed class Reading(RecipientList.Builder list, HashSet<string>? domains)
    {
        private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? _domains = domains?.GetAlternateLookup<ReadOnlySpan<char>>();
        private readonly List<BadLine> _bad = [];
        private int _badCount;
        private int _number;

        internal RecipientReading Result() => new(list.Build(), _bad, _badCount);

        internal void Line(ReadOnlySpan<byte> line, bool tooLong)
        {
            _number++;
            if (_number == 1 && line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                line = line[3..];
            line = line.Trim(" \t\r"u8);
            if (tooLong || line.Length > MostLine)
                Bad("the line is too long for an address");
            else if (line.Length > 0 && line[0] != '#' && Take(WithoutComment(line)) is { } wrong)
                Bad(wrong);
        }

        // "#" may stand in a local part; a comment behind an address is set off by white space.
        private static ReadOnlySpan<byte> WithoutComment(ReadOnlySpan<byte> line)
        {
            var space = line.IndexOf(" #"u8);
            var tab = line.IndexOf("\t#"u8);
            var end = space < 0 ? tab : tab < 0 ? space : Math.Min(space, tab);
            return end < 0 ? line : line[..end].TrimEnd(" \t"u8);
        }

        private string? Take(ReadOnlySpan<byte> text)
        {
            var at = text.LastIndexOf((byte)'@');
            if (at < 0)
                return "no @ in it";
            var local = text[..at];
            var domain = text[(at + 1)..];
            if (local.Length <= 64 && !local.ContainsAnyExcept(Atom) && DotsFit(local) && DomainName.IsDomain(domain))
                return TakePlain(text, at, domain);
            return local.Length == 0 ? TakeCatchAll(domain) : TakeParsed(text);
        }

        private string? TakePlain(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> domain)
        {
            Span<char> name = stackalloc char[255];
            var length = Encoding.ASCII.GetChars(domain, name);
            if (_domains is { } ours && !ours.Contains(name[..length]))
                return NotOurs(name[..length]);
            list.AddAscii(text, at);
            return null;
        }

        private string? TakeCatchAll(ReadOnlySpan<byte> domain)
        {
            if (!DomainName.TryNormalize(domain, smtpUtf8: true, out var name) || name is null)
                return "the domain breaks the grammar";
            if (_domains is { } ours && !ours.Contains(name))
                return NotOurs(name);
            list.Add("", name);
            return null;
        }

        private string? TakeParsed(ReadOnlySpan<byte> text)
        {
            if (!PathParser.TryParseMailbox(Encoding.UTF8.GetString(text), out var mailbox) || mailbox is null)
                return "not an address (RFC 5321 §4.1.2)";
            if (_domains is { } ours && !ours.Contains(mailbox.Domain))
                return NotOurs(mailbox.Domain);
            list.Add(mailbox);
            return null;
        }

        // An empty local part is a catch-all; dots only between atoms.
        private static bool DotsFit(ReadOnlySpan<byte> local) =>
            local.Length == 0 || (local[0] != '.' && local[^1] != '.' && local.IndexOf(".."u8) < 0);

        private static string NotOurs(ReadOnlySpan<char> domain) => string.Create(CultureInfo.InvariantCulture, $"{domain} is no domain of this tenant");

        private void Bad(string what)
        {
            _badCount++;
            if (_bad.Count < MostReported)
                _bad.Add(new BadLine(_number, what));
        }
    }
}
