using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>An SMTP client that says line after line.</summary>
internal sealed class Client : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true, ReceiveTimeout = 20_000 };
    private StreamReader? _reader;

    internal static async Task<Client> ConnectAsync(GatewayUnderTest gateway)
    {
        var client = new Client();
        await client._client.ConnectAsync(gateway.Address);
        client._reader = new StreamReader(client._client.GetStream(), Encoding.Latin1);
        return client;
    }

    /// <summary>Connects and says EHLO.</summary>
    /// <param name="gateway">Where.</param>
    /// <param name="first">What it says before the greeting: a PROXY header.</param>
    internal static async Task<Client> OpenAsync(GatewayUnderTest gateway, string first = "")
    {
        var client = await ConnectAsync(gateway);
        if (first.Length > 0)
            await client.SendAsync(first);
        Assert.StartsWith("220", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SayAsync("EHLO client.example.net");
        return client;
    }

    internal async Task<string> SayAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadAsync();
    }

    internal async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

    internal async Task<string> SendMessageAsync(string subject, params string[] recipients)
    {
        await SayAsync("MAIL FROM:<a@x.test>");
        foreach (var recipient in recipients.Length == 0 ? ["user1@example.com"] : recipients)
            await SayAsync($"RCPT TO:<{recipient}>");
        await SayAsync("DATA");
        return await SayAsync($"From: a@x.test\r\nSubject: {subject}\r\n\r\nhi\r\n.");
    }

    internal async Task<string> ReadAsync()
    {
        string? line;
        do
        {
            line = await _reader!.ReadLineAsync(TestContext.Current.CancellationToken);
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
