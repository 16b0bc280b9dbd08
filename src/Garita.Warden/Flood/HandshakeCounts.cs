using System.Globalization;

namespace Garita.Warden.Flood;

/// <summary>Reads the kernel's counts of handshakes (proc(5), /proc/self/net). What cannot be read counts nothing.</summary>
/// <param name="folder"><c>/proc/self/net</c>, or a test's.</param>
internal sealed class HandshakeCounts(string folder)
{
    /// <summary>Most lines of connections that are looked at; many more than a flood needs to be seen.</summary>
    private const int MostLines = 100_000;

    public FloodReading Read() => new(HalfOpen("tcp") + HalfOpen("tcp6"), Strained(), Unanswered());

    private int HalfOpen(string file)
    {
        // sl local_address rem_address st: 03 is TCP_SYN_RECV (include/net/tcp_states.h).
        var count = 0;
        foreach (var line in Lines(file).Skip(1).Take(MostLines))
        {
            if (line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries) is [_, _, _, "03", ..])
                count++;
        }

        return count;
    }

    private long Strained()
    {
        string[]? names = null;
        long sum = 0;
        foreach (var line in Lines("netstat"))
        {
            if (!line.StartsWith("TcpExt:", StringComparison.Ordinal))
                continue;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (names is null)
            {
                names = words;
                continue;
            }

            for (var i = 1; i < Math.Min(names.Length, words.Length); i++)
            {
                if (names[i] is "SyncookiesSent" or "ListenOverflows" or "TCPReqQFullDrop")
                    sum += Number(words[i], NumberStyles.None);
            }
        }

        return sum;
    }

    private long Unanswered()
    {
        // entries syn_received cookie_invalid cookie_valid …, in hexadecimal, a line a processor.
        long sum = 0;
        foreach (var line in Lines("stat/synproxy").Skip(1))
        {
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, var received, _, var valid, ..])
                sum += Number(received, NumberStyles.AllowHexSpecifier) - Number(valid, NumberStyles.AllowHexSpecifier);
        }

        return Math.Max(0, sum);
    }

    private static long Number(string word, NumberStyles style) => long.TryParse(word, style, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private IEnumerable<string> Lines(string file)
    {
        try
        {
            return [.. File.ReadLines(Path.Combine(folder, file)).Take(MostLines + 1)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
