using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.Gateway.Tests.Evidence.Dns;

/// <summary>A DNS server on loopback with a zone of a test's own (RFC 1035 §4). What is not in the zone does not exist; it can also be silent.</summary>
internal sealed class LoopbackDns : IDisposable
{
    internal const ushort A = 1, Ns = 2, Ptr = 12, Mx = 15, Txt = 16, Aaaa = 28;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly ConcurrentDictionary<(string Name, ushort Type), (int Code, uint Ttl, byte[][] Records)> _zone = new();

    private bool _isSilent;

    internal LoopbackDns()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = AnswerAsync();
    }

    internal IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Questions that came, as <c>TYPE name</c>.</summary>
    internal ConcurrentQueue<string> Questions { get; } = new();

    /// <summary>Whether it takes questions without answering.</summary>
    internal bool IsSilent { get => Volatile.Read(ref _isSilent); set => Volatile.Write(ref _isSilent, value); }

    /// <summary>While not set, answers wait.</summary>
    internal TaskCompletionSource Gate { get; set; } = Opened();

    internal void Add(string name, ushort type, uint ttl, params byte[][] records) => _zone[(name, type)] = (0, ttl, records);

    internal void Fail(string name, ushort type, int code) => _zone[(name, type)] = (code, 0, []);

    internal void AddAddress(string name, uint ttl, string address)
    {
        var octets = IPAddress.Parse(address).GetAddressBytes();
        Add(name, octets.Length == 4 ? A : Aaaa, ttl, octets);
        _zone.TryAdd((name, octets.Length == 4 ? Aaaa : A), (0, 0, []));
    }

    internal static byte[] Name(string name)
    {
        var octets = new List<byte>();
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            octets.Add((byte)label.Length);
            octets.AddRange(Encoding.Latin1.GetBytes(label));
        }

        octets.Add(0);
        return [.. octets];
    }

    internal static byte[] Text(params string[] strings) => [.. strings.SelectMany(static text => (byte[])[(byte)text.Length, .. Encoding.Latin1.GetBytes(text)])];

    internal static byte[] Exchanger(ushort preference, string host) => [(byte)(preference >> 8), (byte)preference, .. Name(host)];

    internal static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.SetResult();
        return gate;
    }

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync()
    {
        var buffer = new byte[1500];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                var reply = Reply(buffer.AsSpan(0, received.ReceivedBytes));
                await Gate.Task;
                if (!IsSilent)
                    await _socket.SendToAsync(reply, SocketFlags.None, received.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private byte[] Reply(ReadOnlySpan<byte> question)
    {
        var labels = new List<string>();
        var at = 12;
        for (; question[at] != 0; at += 1 + question[at])
            labels.Add(Encoding.Latin1.GetString(question.Slice(at + 1, question[at])));
        var name = string.Join('.', labels);
        var type = BinaryPrimitives.ReadUInt16BigEndian(question[(at + 1)..]);
        Questions.Enqueue($"{type} {name}");
        if (!_zone.TryGetValue((name, type), out var found))
            found = (3, 0, []);

        var reply = new List<byte>([.. question[..2], 0x81, (byte)(0x80 | found.Code), 0, 1, 0, (byte)found.Records.Length, 0, 0, 0, 0, .. question[12..(at + 5)]]);
        Span<byte> fixedPart = stackalloc byte[12];
        foreach (var record in found.Records)
        {
            BinaryPrimitives.WriteUInt16BigEndian(fixedPart, 0xC00C);
            BinaryPrimitives.WriteUInt16BigEndian(fixedPart[2..], type);
            BinaryPrimitives.WriteUInt16BigEndian(fixedPart[4..], 1);
            BinaryPrimitives.WriteUInt32BigEndian(fixedPart[6..], found.Ttl);
            BinaryPrimitives.WriteUInt16BigEndian(fixedPart[10..], (ushort)record.Length);
            reply.AddRange(fixedPart);
            reply.AddRange(record);
        }

        return [.. reply];
    }
}
