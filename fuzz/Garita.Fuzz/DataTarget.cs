using System.Text;
using Garita.Protocols.Smtp;

namespace Garita.Fuzz;

/// <summary>
/// A message behind 354. The first octet says into which pieces input and output are cut. Oracles: the pieces give the same as the
/// whole; nothing behind an end or a stop is taken; what is sent on has CRLF "." CRLF at its end alone and no bare CR or LF, and
/// reads back to content that is sent in the same octets; nothing is allocated.
/// </summary>
public sealed class DataTarget : IFuzzTarget
{
    // Reading allocates nothing; the bound allows for the granularity of the counter.
    private const long MaxAllocation = 16 * 1024;

    /// <inheritdoc/>
    public string Name => "data";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } = Array.ConvertAll<string, byte[]>(
    [
        "1Subject: x\r\n\r\ntext\r\n..dot\r\n.\r\nQUIT\r\n", "2.\r\n", "3a\n.\nb\r\n.\r\n", "4a\r.\r\r\n.\r\n", "5a\r\n.\rb", "6a\r\n\0.\r\n",
        "7a\n..\nb\rc\r\r\n\u00e4\r\n.\r\n",
    ], Encoding.Latin1.GetBytes);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        var stream = input[1..];
        var (status, content, findings, consumed) = Read(stream, stream.Length, stream.Length + 1);
        var pieces = Read(stream, 1 + (input[0] % 16), 1 + (input[0] / 16));
        OracleException.ThrowUnless(
            status == pieces.Status && findings == pieces.Findings && consumed == pieces.Consumed && content.AsSpan().SequenceEqual(pieces.Content),
            "two cuttings give different content");
        OracleException.ThrowUnless(status != DataStatus.End || stream[..consumed].EndsWith(consumed == 3 ? ".\r\n"u8 : "\r\n.\r\n"u8), "an end that is none");
        OracleException.ThrowUnless(status == DataStatus.Stop || !stream[..consumed].Contains((byte)0), "a NUL was read over");
        var room = new byte[stream.Length + 1];
        AllocationBound.Check(octets => default(DataReader).Read(octets, room, out _, out _), stream, MaxAllocation);
        if (status == DataStatus.End)
            CheckSent(content, input[0]);
    }

    private static void CheckSent(byte[] content, byte cut)
    {
        var sent = Write(content, content.Length, (2 * content.Length) + 8);
        OracleException.ThrowUnless(sent.AsSpan().SequenceEqual(Write(content, 1 + (cut % 16), 1 + (cut / 16))), "two cuttings are sent differently");
        byte[] framed = [.. "\r\n"u8, .. sent];
        OracleException.ThrowUnless(framed.AsSpan().IndexOf("\r\n.\r\n"u8) == framed.Length - 5, "the final dot is not final");
        for (var i = 0; i < sent.Length; i++)
        {
            OracleException.ThrowUnless(sent[i] != '\n' || (i > 0 && sent[i - 1] == '\r'), "a bare LF is sent");
            OracleException.ThrowUnless(sent[i] != '\r' || (i + 1 < sent.Length && sent[i + 1] == '\n'), "a bare CR is sent");
        }
        var back = Read(sent, sent.Length, sent.Length + 1);
        OracleException.ThrowUnless(back.Status == DataStatus.End && back.Consumed == sent.Length, "what is sent does not read back");
        OracleException.ThrowUnless(sent.AsSpan().SequenceEqual(Write(back.Content, back.Content.Length, sent.Length)), "what is read back is sent differently");
    }

    private static (DataStatus Status, byte[] Content, DataFindings Findings, int Consumed) Read(ReadOnlySpan<byte> stream, int step, int room)
    {
        var reader = default(DataReader);
        var content = new List<byte>();
        var output = new byte[room];
        int start = 0, end = 0;
        while (true)
        {
            var status = reader.Read(stream[start..end], output, out var consumed, out var written);
            content.AddRange(output.AsSpan(0, written));
            start += consumed;
            if (status == DataStatus.OutputFull)
                continue;
            if (status != DataStatus.NeedMore || end == stream.Length)
                return (status, [.. content], reader.Findings, start);
            OracleException.ThrowUnless(start == end, "input is left without a reason");
            end = Math.Min(end + Math.Max(step, 1), stream.Length);
        }
    }

    private static byte[] Write(ReadOnlySpan<byte> content, int step, int room)
    {
        var writer = new DataWriter(normalize: true);
        var sent = new List<byte>();
        var output = new byte[room];
        int start = 0, end = 0;
        while (true)
        {
            var done = writer.Write(content[start..end], end == content.Length, output, out var consumed, out var written);
            sent.AddRange(output.AsSpan(0, written));
            start += consumed;
            if (done)
                return [.. sent];
            if (start == end && written < room)
                end = Math.Min(end + Math.Max(step, 1), content.Length);
        }
    }
}
