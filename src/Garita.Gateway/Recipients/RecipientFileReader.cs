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
/// Reads a recipient file: one address a line, <c>@domain</c> for a catch-all, <c>#</c> for a comment.
/// A bad line is reported and left out; whether the rest is good enough is for <see cref="RecipientFile"/> to say.
/// </summary>
public static class RecipientFileReader
{
    /// <summary>Bad lines that are reported one by one.</summary>
    public const int MostReported = 20;

    /// <summary>A line longer than this cannot be an address.</summary>
    private const int MostLine = 1024;

    /// <summary>Reads a file to its end.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="caseSensitive">Whether local parts compare exactly.</param>
    /// <param name="domains">The tenant's domains; addresses of others are bad lines. Null: any.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RecipientReading Read(Stream stream, bool caseSensitive, IReadOnlyCollection<string>? domains)
    {
        // An entry takes one octet more than its line: two of length for one of line feed.
        var size = stream.CanSeek ? (int)Math.Min(stream.Length + (stream.Length / 12), 1 << 30) : 0;
        var reading = new Reading(new AddressTaker(new RecipientList.Builder(caseSensitive, size), domains));
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

    private sealed class Reading(AddressTaker addresses)
    {
        private readonly List<BadLine> _bad = [];
        private int _badCount;
        private int _number;

        internal RecipientReading Result() => new(addresses.List.Build(), _bad, _badCount);

        internal void Line(ReadOnlySpan<byte> line, bool tooLong)
        {
            _number++;
            if (_number == 1 && line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                line = line[3..];
            line = line.Trim(" \t\r"u8);
            if (tooLong || line.Length > MostLine)
                Bad("the line is too long for an address");
            else if (line.Length > 0 && line[0] != '#' && addresses.Take(WithoutComment(line)) is { } wrong)
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

        private void Bad(string what)
        {
            _badCount++;
            if (_bad.Count < MostReported)
                _bad.Add(new BadLine(_number, what));
        }
    }
}
