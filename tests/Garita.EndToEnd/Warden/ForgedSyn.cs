using System.Buffers.Binary;
using System.Net;

namespace Garita.EndToEnd.Warden;

/// <summary>A SYN with a sender of the test's choice (RFC 791, RFC 9293 §3.1).</summary>
internal static class ForgedSyn
{
    private const int IpLength = 20;
    private const int TcpLength = 24;

    public static byte[] Make(IPAddress from, IPAddress to, ushort fromPort, ushort toPort)
    {
        var packet = new byte[IpLength + TcpLength];
        // 1. IPv4: the kernel puts in length and checksum.
        packet[0] = 0x45;
        packet[8] = 64;
        packet[9] = 6;
        from.TryWriteBytes(packet.AsSpan(12), out _);
        to.TryWriteBytes(packet.AsSpan(16), out _);
        // 2. TCP: SYN, with the option of the segment size.
        var tcp = packet.AsSpan(IpLength);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], toPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], (uint)fromPort * 7919);
        tcp[12] = TcpLength / 4 << 4;
        tcp[13] = 0x02;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 64240);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[20..], 0x020405B4);
        // 3. Its checksum, over addresses, protocol and length too.
        uint sum = 6 + TcpLength;
        for (var i = 12; i < packet.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(i));
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], (ushort)~sum);
        return packet;
    }
}
