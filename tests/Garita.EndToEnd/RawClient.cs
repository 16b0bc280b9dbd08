using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Says lines and looks at the replies, nothing more.</summary>
internal sealed class RawClient(int port) : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true, ReceiveTimeout = 60_000 };
    private StreamReader? _reader;

    public async Task OpenAsync(string helo = "client.example.net")
    {
        await _client.ConnectAsync("127.0.0.1", port);
        _reader = new StreamReader(_client.GetStream(), Encoding.Latin1);
        Assert.StartsWith("220", await ReadAsync(), StringComparison.Ordinal);
        await SayAsync("EHLO " + helo, "250");
    }

    public async Task<string> SayAsync(string line, string expected)
    {
        await SendAsync(line + "\r\n");
        var reply = await ReadAsync();
        Assert.True(reply.StartsWith(expected, StringComparison.Ordinal), $"{line}: {reply}");
        return reply;
    }

    public async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The last line of the next reply, or empty at the close.</summary>
    public async Task<string> ReadAsync()
    {
        string? line;
        do
        {
            line = await _reader!.ReadLineAsync();
        }
        while (line is { Length: > 3 } && line[3] == '-');
        return line ?? "";
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _client.Dispose();
    }
}
