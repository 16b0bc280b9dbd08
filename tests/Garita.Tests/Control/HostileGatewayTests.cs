using System.Net.Sockets;
using System.Text;
using Garita.Control;
using Xunit;

namespace Garita.Tests.Control;

/// <summary>A gateway that somebody took over, asked by root.</summary>
public sealed class HostileGatewayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-hostile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("HTTP/1.1 409 Conflict\r\nContent-Length: 36\r\n\r\n{\"error\":\"\\u001b]0;x\\u0007\\u009b2J\"}", @"\u{1b}]0;x\u{7}\u{9b}2J")]
    [InlineData("\u001b[2J nonsense\r\n\r\n", @"\u{1b}[2J nonsense")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull", "cannot be read")]
    [InlineData("HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n[]", "cannot be read")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n", "cut off")]
    public async Task Its_answers_neither_reach_the_terminal_raw_nor_end_the_program(string answer, string said)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, ControlServer.SocketName)));
        listener.Listen();
        var serving = AnswerAsync(listener, answer);
        using var client = new ControlClient(_folder);
        var problem = await Assert.ThrowsAsync<ControlException>(() => client.GetAsync("/v1/status", ControlJson.Default.GatewayStatus));
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(problem.Message, static character => char.IsControl(character));
        await serving;
    }

    private static async Task AnswerAsync(Socket listener, string answer)
    {
        using var socket = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.UTF8.GetBytes(answer), TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }
}
