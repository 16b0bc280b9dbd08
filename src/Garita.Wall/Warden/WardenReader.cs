using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.Wall.Warden;

/// <summary>Reads frames: strict, bounded, the same result however the octets are cut.</summary>
public static class WardenReader
{
    /// <summary>Reads the frame at the beginning.</summary>
    /// <param name="octets">What has arrived.</param>
    /// <param name="message">The message; null when there is none.</param>
    /// <param name="consumed">Octets of the frame; 0 when there is none.</param>
    public static FrameStatus Read(ReadOnlySpan<byte> octets, out WardenMessage? message, out int consumed)
    {
        message = null;
        consumed = 0;
        // What cannot become right is refused at its first wrong octet.
        if (octets.Length > 0 && octets[0] != WardenProtocol.Version)
            return FrameStatus.Malformed;
        if (octets.Length > 1 && !Enum.IsDefined((FrameKind)octets[1]))
            return FrameStatus.Malformed;
        if (octets.Length > 2 && octets[2] > WardenProtocol.MaxRest >> 8)
            return FrameStatus.Malformed;
        if (octets.Length < WardenProtocol.HeadLength)
            return FrameStatus.Incomplete;
        var length = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        if (length > WardenProtocol.MaxRest)
            return FrameStatus.Malformed;
        if (octets.Length < WardenProtocol.HeadLength + length)
            return FrameStatus.Incomplete;
        message = Message((FrameKind)octets[1], octets.Slice(WardenProtocol.HeadLength, length));
        if (message is null)
            return FrameStatus.Malformed;
        consumed = WardenProtocol.HeadLength + length;
        return FrameStatus.Message;
    }

    private static WardenMessage? Message(FrameKind kind, ReadOnlySpan<byte> rest) => kind switch
    {
        FrameKind.Ban => Bans(rest) is { Count: > 0 } bans ? new BanCommand(bans) : null,
        FrameKind.Unban => Networks(rest) is { Count: > 0 } networks ? new UnbanCommand(networks) : null,
        FrameKind.SnapshotBegin => rest.Length == 4 && Number(rest, WardenProtocol.MaxSnapshot) is { } count ? new SnapshotBegin(count) : null,
        FrameKind.SnapshotPart => Bans(rest) is { Count: > 0 } bans ? new SnapshotPart(bans) : null,
        FrameKind.SnapshotEnd => rest.IsEmpty ? new SnapshotEnd() : null,
        FrameKind.Flood => rest.Length == 1 && rest[0] <= (byte)FloodMode.Auto ? new FloodCommand((FloodMode)rest[0]) : null,
        FrameKind.Wish => rest.Length == 1 && rest[0] <= 1 ? new WishCommand(rest[0] == 1) : null,
        FrameKind.Status => rest.IsEmpty ? new StatusCommand() : null,
        FrameKind.Done => Done(rest),
        FrameKind.State => State(rest),
        FrameKind.Refusal => Text(rest) is { } text ? new RefusalAnswer(text) : null,
        _ => null,
    };

    private static List<WardenBan>? Bans(ReadOnlySpan<byte> rest)
    {
        var bans = new List<WardenBan>();
        while (!rest.IsEmpty)
        {
            if (!TryNetwork(ref rest, out var network) || rest.Length < 4 || Number(rest, (int)WardenProtocol.Longest.TotalSeconds) is not ({ } seconds and > 0) || bans.Count == WardenProtocol.MaxNetworks)
                return null;
            bans.Add(new WardenBan(network, TimeSpan.FromSeconds(seconds)));
            rest = rest[4..];
        }

        return bans;
    }

    private static List<IPNetwork>? Networks(ReadOnlySpan<byte> rest)
    {
        var networks = new List<IPNetwork>();
        while (!rest.IsEmpty)
        {
            if (!TryNetwork(ref rest, out var network) || networks.Count == WardenProtocol.MaxNetworks)
                return null;
            networks.Add(network);
        }

        return networks;
    }

    private static bool TryNetwork(ref ReadOnlySpan<byte> rest, out IPNetwork network)
    {
        network = default;
        if (rest.Length < 2)
            return false;
        var octets = rest[0] switch { 4 => 4, 6 => 16, _ => 0 };
        int length = rest[1];
        if (octets == 0 || length > octets * 8 || rest.Length < 2 + octets)
            return false;
        var bits = rest.Slice(2, octets);
        if (HasBitsBehind(bits, length))
            return false;
        var address = new IPAddress(bits);
        // An IPv4 address in IPv6 clothes is a second name for the first.
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6)
            return false;
        network = new IPNetwork(address, length);
        rest = rest[(2 + octets)..];
        return true;
    }

    private static bool HasBitsBehind(ReadOnlySpan<byte> bits, int length)
    {
        var whole = length / 8;
        if (length % 8 != 0 && (bits[whole] & (0xFF >> (length % 8))) != 0)
            return true;
        return bits[(whole + (length % 8 == 0 ? 0 : 1))..].ContainsAnyExcept((byte)0);
    }

    private static DoneAnswer? Done(ReadOnlySpan<byte> rest) =>
        rest.Length == 9 && Number(rest, int.MaxValue) is { } taken && Number(rest[4..], int.MaxValue) is { } refused && rest[8] <= 1
            ? new DoneAnswer(taken, refused, rest[8] == 1) : null;

    private static WardenState? State(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 26 || rest[0] > 0x0F || rest[1] > (byte)FloodMode.Auto || Number(rest[2..], int.MaxValue) is not { } networks || Number(rest[6..], int.MaxValue) is not { } elements
            || Number(rest[10..], int.MaxValue) is not { } refused || Number(rest[14..], int.MaxValue) is not { } halfOpen || Number(rest[18..], int.MaxValue) is not { } mended
            || Number(rest[22..], int.MaxValue) is not { } ago || Text(rest[26..]) is not { } problem)
        {
            return null;
        }

        return new WardenState
        {
            HasTable = (rest[0] & 1) != 0,
            InKernel = (rest[0] & 2) != 0,
            IsFlooding = (rest[0] & 4) != 0,
            UsesLibrary = (rest[0] & 8) != 0,
            Flood = (FloodMode)rest[1],
            Networks = networks,
            Elements = elements,
            Refused = refused,
            HalfOpen = halfOpen,
            Mended = mended,
            MendedAgo = TimeSpan.FromSeconds(ago),
            Problem = problem,
        };
    }

    private static int? Number(ReadOnlySpan<byte> rest, int most)
    {
        var number = BinaryPrimitives.ReadUInt32BigEndian(rest);
        return number <= most ? (int)number : null;
    }

    private static string? Text(ReadOnlySpan<byte> rest) =>
        rest.Length <= WardenProtocol.MaxText && !rest.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Encoding.ASCII.GetString(rest) : null;
}
