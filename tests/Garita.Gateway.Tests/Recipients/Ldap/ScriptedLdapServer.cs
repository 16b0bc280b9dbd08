using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Tests.Recipients.Ldap;

/// <summary>What the server was asked.</summary>
/// <param name="Id">Message id.</param>
/// <param name="Operation">Application tag: 0 bind, 2 unbind, 3 search, 16 abandon, 23 extended.</param>
/// <param name="Raw">The whole message.</param>
public sealed record Asked(int Id, int Operation, byte[] Raw)
{
    public bool Has(string text) => Raw.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}

/// <summary>A directory server on loopback that does what a script says: good ones by <see cref="Usual"/>, bad ones by the test.</summary>
internal sealed class ScriptedLdapServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();

    internal ScriptedLdapServer(Func<Stream, Asked, Task> answer)
    {
        Answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new LdapServer("127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port);
        _ = AcceptAsync();
    }

    /// <summary>A good server with these entries; pages of two.</summary>
    internal ScriptedLdapServer(params (string Attribute, string[] Values)[] entries)
        : this((_, _) => Task.CompletedTask)
    {
        Entries = entries;
        Answer = Usual;
    }

    internal Func<Stream, Asked, Task> Answer { get; set; }

    internal IReadOnlyList<(string Attribute, string[] Values)> Entries { get; set; } = [];

    internal ConcurrentQueue<Asked> Requests { get; } = new();

    internal int Connections;

    /// <summary>For StartTLS.</summary>
    internal X509Certificate2? Certificate { get; set; }

    internal LdapServer Address { get; }

    internal int Searches => Requests.Count(static request => request.Operation == 3);

    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>Binds anybody, pages by two, and for a live question finds an entry whose value stands in the request.</summary>
    internal async Task Usual(Stream stream, Asked asked)
    {
        switch (asked.Operation)
        {
            case 0:
                await stream.WriteAsync(Message(asked.Id, Result(0x61, 0)));
                break;
            case 3 when asked.Has("1.2.840.113556.1.4.319"):
                var from = Enumerable.Range(0, Entries.Count + 1).LastOrDefault(i => asked.Has($"page{i}."));
                foreach (var entry in Entries.Skip(from).Take(2))
                    await stream.WriteAsync(Message(asked.Id, Entry(entry)));
                await stream.WriteAsync(Message(asked.Id, Result(0x65, 0), Paging(from + 2 < Entries.Count ? $"page{from + 2}." : "")));
                break;
            case 3:
                foreach (var entry in Entries.Where(entry => entry.Values.Any(asked.Has)).Take(2))
                    await stream.WriteAsync(Message(asked.Id, Entry(entry)));
                await stream.WriteAsync(Message(asked.Id, Result(0x65, 0)));
                break;
        }
    }

    internal static byte[] Message(int id, params byte[][] parts) => Tlv(0x30, [Tlv(2, [(byte)(id >> 8), (byte)id]), .. parts]);

    internal static byte[] Result(int tag, int code, string text = "") => Tlv(tag, Tlv(0x0A, [(byte)code]), Tlv(4), Tlv(4, Encoding.UTF8.GetBytes(text)));

    internal static byte[] Entry((string Attribute, string[] Values) entry) => Tlv(
        0x64, Tlv(4, "cn=x"u8.ToArray()), Tlv(0x30, Tlv(0x30, Tlv(4, Encoding.UTF8.GetBytes(entry.Attribute)), Tlv(0x31, [.. entry.Values.Select(static value => Tlv(4, Encoding.UTF8.GetBytes(value)))]))));

    internal static byte[] Paging(string cookie) =>
        Tlv(0xA0, Tlv(0x30, Tlv(4, "1.2.840.113556.1.4.319"u8.ToArray()), Tlv(4, Tlv(0x30, Tlv(2, [0]), Tlv(4, Encoding.UTF8.GetBytes(cookie))))));

    internal static byte[] Tlv(int tag, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(static part => part)];
        return [(byte)tag, 0x84, (byte)(content.Length >> 24), (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, .. content];
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref Connections);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            Stream stream = new NetworkStream(socket);
            try
            {
                while (await ReadAsync(stream) is { } asked)
                {
                    Requests.Enqueue(asked);
                    if (asked.Operation == 23 && Certificate is not null)
                    {
                        await stream.WriteAsync(Message(asked.Id, Result(0x78, 0)));
                        var tls = new SslStream(stream);
                        stream = tls;
                        await tls.AuthenticateAsServerAsync(Certificate);
                        continue;
                    }

                    await Answer(stream, asked).WaitAsync(_stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                return;
            }
        }
    }

    private async Task<Asked?> ReadAsync(Stream stream)
    {
        var buffer = new List<byte>();
        var one = new byte[1];
        while (true)
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            buffer.Add(one[0]);
            byte[] octets = [.. buffer];
            if (octets.Length < 4 || !AsnDecoder.TryReadEncodedValue(octets, AsnEncodingRules.BER, out _, out _, out _, out var taken) || taken > octets.Length)
                continue;
            var message = new AsnReader(octets, AsnEncodingRules.BER).ReadSequence();
            message.TryReadInt32(out var id);
            return new Asked(id, message.PeekTag().TagValue, octets);
        }
    }
}
