using System.Text;
using Garita.Protocols.Smtp;

namespace Garita.Fuzz;

/// <summary>
/// Replies of a hostile server. The first octet says into which pieces they are cut. Oracles: the pieces give the same replies as the
/// whole; a reply keeps its bounds and its safe text is printable and short; its lines, written again, read back; allocation is bounded.
/// </summary>
public sealed class ReplyTarget : IFuzzTarget
{
    private const long MaxAllocation = 256 * 1024;

    /// <inheritdoc/>
    public string Name => "reply";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } = Array.ConvertAll<string, byte[]>(
    [
        "1220 mx ESMTP\r\n250-mx\r\n250-SIZE 1000\r\n250-LIMITS RCPTMAX=5\r\n250 XCLIENT NAME ADDR\r\n", "2550-5.1.1 no\r\n550 5.1.1 such user\r\n250\r\n",
        "3553-\r\n553\ntype: mda\n", "4250-a\r\n251 b\r\n", "5421 \u001b[2J\u00e4\u0001\r\n", "6250 a\rb\r\n", "7199 x\r\n",
    ], Encoding.Latin1.GetBytes);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        var stream = input[1..];
        var whole = Read(stream, stream.Length);
        var pieces = Read(stream, 1 + (input[0] % 16));
        OracleException.ThrowUnless(whole.Status == pieces.Status && whole.Consumed == pieces.Consumed, "two cuttings end differently");
        OracleException.ThrowUnless(whole.Replies.Count == pieces.Replies.Count, "two cuttings give different numbers of replies");
        for (var i = 0; i < whole.Replies.Count; i++)
        {
            OracleException.ThrowUnless(AreSame(whole.Replies[i], pieces.Replies[i]), "two cuttings give different replies");
            CheckReply(whole.Replies[i]);
        }
        AllocationBound.Check(octets => new ReplyReader().Read(octets, out _), stream, MaxAllocation);
    }

    private static void CheckReply(ServerReply reply)
    {
        OracleException.ThrowUnless(reply.Code is >= 200 and <= 599 && reply.Lines.Count is >= 1 and <= ReplyReader.MaxLines, "a reply beyond its bounds");
        OracleException.ThrowUnless(reply.SafeText.Length <= 200 && !reply.SafeText.AsSpan().ContainsAnyExceptInRange(' ', '~'), "a safe text that is not");
        EhloReply.Parse(reply);
        var written = new StringBuilder();
        for (var i = 0; i < reply.Lines.Count; i++)
        {
            OracleException.ThrowUnless(!reply.Lines[i].Any(char.IsControl), "a control character is left");
            written.Append(reply.Code).Append(i + 1 < reply.Lines.Count ? '-' : ' ').Append(reply.Lines[i]).Append("\r\n");
        }
        // A bare code comes back with its space, which may be one octet too many.
        if (written.Length > ReplyReader.MaxReply)
            return;
        var again = Read(Encoding.Latin1.GetBytes(written.ToString()), written.Length);
        OracleException.ThrowUnless(again.Replies.Count == 1 && AreSame(reply, again.Replies[0]), "a reply does not read back");
    }

    private static bool AreSame(ServerReply a, ServerReply b) => a.Code == b.Code && a.Enhanced == b.Enhanced && a.Lines.SequenceEqual(b.Lines, StringComparer.Ordinal);

    private static (ReplyStatus Status, List<ServerReply> Replies, int Consumed) Read(ReadOnlySpan<byte> stream, int step)
    {
        var reader = new ReplyReader();
        var replies = new List<ServerReply>();
        int start = 0, end = 0;
        while (true)
        {
            var status = reader.Read(stream[start..end], out var consumed);
            start += consumed;
            if (status == ReplyStatus.Reply)
                replies.Add(reader.Reply!);
            else if (status != ReplyStatus.Incomplete || end == stream.Length)
                return (status, replies, start);
            else
                end = Math.Min(end + Math.Max(step, 1), stream.Length);
        }
    }
}
