using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Says lines and looks at the replies, nothing more.</summary>
internal sealed class RawClient(int port) : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly SemaphoreSlim Reading = new(1, 1);
    private static Task<string>? s_next;

    private readonly TcpClient _client = new() { NoDelay = true, ReceiveTimeout = 60_000 };
    private StreamReader? _reader;

    public async Task OpenAsync(string helo = "client.example.net")
    {
        Assert.StartsWith("250", await TryOpenAsync(helo), StringComparison.Ordinal);
    }

    /// <summary>Greeting and EHLO; the last reply.</summary>
    public async Task<string> TryOpenAsync(string helo = "client.example.net")
    {
        await _client.ConnectAsync("127.0.0.1", port);
        _reader = new StreamReader(_client.GetStream(), Encoding.Latin1);
        if (await ReadAsync() is not ['2', '2', '0', ..] and var no)
            return no;
        await SendAsync($"EHLO {helo}\r\n");
        return await ReadAsync();
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

    /// <summary>
    /// Waits until all that was sent has left the kernel for the server's hands (or the server has gone): only then is the next write a
    /// segment of its own to it. Linux only.
    /// </summary>
    public async Task WaitUntilReadAsync()
    {
        var own = ((IPEndPoint)_client.Client.LocalEndPoint!).Port.ToString("X4", CultureInfo.InvariantCulture);
        var server = port.ToString("X4", CultureInfo.InvariantCulture);
        var mine = $" 0100007F:{own} 0100007F:{server} ";
        var its = $" 0100007F:{server} 0100007F:{own} ";
        while (true)
        {
            var table = await NextTableAsync();
            // Unsent on our side, unread on its side.
            if (Queues(table, mine) is null or ['0', '0', '0', '0', '0', '0', '0', '0', ..] && Queues(table, its) is null or [.., '0', '0', '0', '0', '0', '0', '0', '0'])
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    /// <summary>The kernel's table of connections, read after this call. It is slow, so all that wait share one reading.</summary>
    private static Task<string> NextTableAsync()
    {
        lock (Gate)
            return s_next ??= Task.Run(ReadAsync);

        static async Task<string> ReadAsync()
        {
            await Reading.WaitAsync();
            try
            {
                lock (Gate)
                    s_next = null;
                return await File.ReadAllTextAsync("/proc/net/tcp");
            }
            finally
            {
                Reading.Release();
            }
        }
    }

    /// <summary>tx_queue:rx_queue of a connection, or null if there is none such.</summary>
    private static string? Queues(string table, string ends)
    {
        var at = table.IndexOf(ends, StringComparison.Ordinal);
        return at < 0 ? null : table.Substring(at + ends.Length + 3, 17);
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _client.Dispose();
    }
}
