using System.Text;
using CsCheck;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Protocols.Tests.Smtp;

/// <summary>Runs data through the reader and writer in any cutting.</summary>
internal static class DataRun
{
    internal sealed record Outcome(DataStatus Status, string Content, DataFindings Findings, int Consumed, int Longest);

    internal static Gen<string> OneOf(params string[] parts) => Gen.Int[0, parts.Length - 1].Select(i => parts[i]);

    /// <summary>Octets an action allocates. The smallest of some runs: a collection in another test's favour adds to the count.</summary>
    internal static long Allocated(Action action)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 20 && least > 0; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    internal static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);

    internal static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);

    /// <param name="input">What the client sends.</param>
    /// <param name="cuts">Where the input is cut, ascending.</param>
    /// <param name="room">Octets of output at a call.</param>
    internal static Outcome Read(byte[] input, IEnumerable<int> cuts, int room)
    {
        var reader = default(DataReader);
        var content = new List<byte>();
        var output = new byte[room];
        var at = 0;
        foreach (var end in cuts.Append(input.Length))
        {
            while (true)
            {
                var status = reader.Read(input.AsSpan(at, end - at), output, out var consumed, out var written);
                content.AddRange(output[..written]);
                at += consumed;
                if (status is DataStatus.End or DataStatus.Stop)
                {
                    Assert.Equal(status, reader.Read("QUIT\r\n"u8, output, out consumed, out written));
                    Assert.Equal((0, 0), (consumed, written));
                    return Done(status);
                }
                if (status == DataStatus.NeedMore)
                {
                    Assert.Equal(end, at);
                    break;
                }
                Assert.True(consumed > 0, "full output without progress");
            }
        }
        return Done(DataStatus.NeedMore);

        Outcome Done(DataStatus status)
        {
            Assert.Equal(content.Count, reader.Octets);
            return new Outcome(status, Text([.. content]), reader.Findings, at, reader.LongestLine);
        }
    }

    internal static Outcome Read(string input) => Read(Octets(input), [], input.Length + 1);

    /// <summary>Asserts that no cutting and no size of output changes the outcome; returns it.</summary>
    internal static Outcome ReadEveryWay(string input)
    {
        var octets = Octets(input);
        var whole = Read(octets, [], octets.Length + 1);
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            Assert.Equal(whole, Read(octets, [cut], octets.Length + 1));
            Assert.Equal(whole, Read(octets, [cut], 1));
        }
        Assert.Equal(whole, Read(octets, Enumerable.Range(1, Math.Max(octets.Length - 1, 0)), 1));
        Assert.Equal(whole, Read(octets, Enumerable.Range(1, Math.Max(octets.Length - 1, 0)), 8));
        return whole;
    }

    internal static string Write(byte[] content, IEnumerable<int> cuts, int room)
    {
        var writer = new DataWriter(normalize: true);
        var sent = new List<byte>();
        var output = new byte[room];
        var at = 0;
        foreach (var end in cuts.Append(content.Length))
        {
            var last = end == content.Length;
            while (true)
            {
                var done = writer.Write(content.AsSpan(at, end - at), last, output, out var consumed, out var written);
                sent.AddRange(output[..written]);
                at += consumed;
                if (done)
                {
                    Assert.Equal(content.Length, at);
                    return Text([.. sent]);
                }
                if (at == end && written < room)
                    break;
                Assert.True(consumed > 0 || written > 0, "no progress");
            }
        }
        Assert.Fail("never finished");
        return "";
    }

    internal static string Write(string content) => Write(Octets(content), [], (2 * content.Length) + 8);

    /// <summary>What the writer has to send, said in the simplest way.</summary>
    internal static string Expected(string content)
    {
        var lines = content.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', ' ').Split('\n').ToList();
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return string.Concat(lines.Select(line => (line.StartsWith('.') ? "." : "") + line + "\r\n")) + ".\r\n";
    }
}
