using System.Buffers.Binary;
using System.Net;

namespace Garita.Wall.Warden;

/// <summary>Writes frames.</summary>
public static class WardenWriter
{
    /// <summary>Writes a message; <see cref="WardenProtocol.MaxFrame"/> octets are room for any.</summary>
    /// <param name="octets">Where to.</param>
    /// <param name="message">The message; more networks than <see cref="WardenProtocol.MaxNetworks"/> are an error of the caller.</param>
    /// <returns>Octets written.</returns>
    public static int Write(Span<byte> octets, WardenMessage message)
    {
        var rest = octets[WardenProtocol.HeadLength..];
        var (kind, length) = message switch
        {
            BanCommand ban => (FrameKind.Ban, Bans(rest, ban.Bans)),
            UnbanCommand unban => (FrameKind.Unban, Networks(rest, unban.Networks)),
            SnapshotBegin begin => (FrameKind.SnapshotBegin, Number(rest, begin.Count)),
            SnapshotPart part => (FrameKind.SnapshotPart, Bans(rest, part.Bans)),
            SnapshotEnd => (FrameKind.SnapshotEnd, 0),
            FloodCommand flood => (FrameKind.Flood, Octet(rest, (byte)flood.Mode)),
            WishCommand wish => (FrameKind.Wish, Octet(rest, Bit(wish.Wanted, 0))),
            StatusCommand => (FrameKind.Status, 0),
            DoneAnswer done => (FrameKind.Done, Done(rest, done)),
            WardenState state => (FrameKind.State, State(rest, state)),
            RefusalAnswer refusal => (FrameKind.Refusal, Text(rest, refusal.Text)),
            _ => throw new ArgumentException("no frame for this message", nameof(message)),
        };
        octets[0] = WardenProtocol.Version;
        octets[1] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(octets[2..], (ushort)length);
        return WardenProtocol.HeadLength + length;
    }

    private static int Bans(Span<byte> rest, IReadOnlyList<WardenBan> bans)
    {
        var length = 0;
        foreach (var ban in bans)
        {
            length += Network(rest[length..], ban.Network);
            // Rounded up: a ban never ends before its time.
            var seconds = Math.Ceiling(Math.Clamp(ban.Left.TotalSeconds, 1, WardenProtocol.Longest.TotalSeconds));
            length += Number(rest[length..], (int)seconds);
        }

        return length;
    }

    private static int Networks(Span<byte> rest, IReadOnlyList<IPNetwork> networks)
    {
        var length = 0;
        foreach (var network in networks)
            length += Network(rest[length..], network);
        return length;
    }

    private static int Network(Span<byte> rest, IPNetwork network)
    {
        _ = network.BaseAddress.TryWriteBytes(rest[2..], out var octets);
        rest[0] = octets == 4 ? (byte)4 : (byte)6;
        rest[1] = (byte)network.PrefixLength;
        return 2 + octets;
    }

    private static int Done(Span<byte> rest, DoneAnswer done)
    {
        Number(rest, done.Taken);
        Number(rest[4..], done.Refused);
        return 8 + Octet(rest[8..], Bit(done.InKernel, 0));
    }

    private static int State(Span<byte> rest, WardenState state)
    {
        rest[0] = (byte)(Bit(state.HasTable, 0) | Bit(state.InKernel, 1) | Bit(state.IsFlooding, 2) | Bit(state.UsesLibrary, 3));
        rest[1] = (byte)state.Flood;
        Number(rest[2..], state.Networks);
        Number(rest[6..], state.Elements);
        Number(rest[10..], state.Refused);
        Number(rest[14..], state.HalfOpen);
        Number(rest[18..], state.Mended);
        Number(rest[22..], (int)Math.Clamp(state.MendedAgo.TotalSeconds, 0, int.MaxValue));
        return 26 + Text(rest[26..], state.Problem);
    }

    private static int Number(Span<byte> rest, int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, number);
        return 4;
    }

    private static int Octet(Span<byte> rest, byte octet)
    {
        rest[0] = octet;
        return 1;
    }

    private static byte Bit(bool value, int place) => (byte)(value ? 1 << place : 0);

    private static int Text(Span<byte> rest, string text)
    {
        var length = Math.Min(text.Length, WardenProtocol.MaxText);
        for (var i = 0; i < length; i++)
            rest[i] = text[i] is >= ' ' and <= '~' ? (byte)text[i] : (byte)'?';
        return length;
    }
}
