using System.Net.Sockets;
using Garita.Wall.Warden;
using Xunit;

namespace Garita.Wall.Tests;

public sealed class SocketFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-socket-").FullName;

    private string SocketPath => Path.Combine(_folder, "x.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_no_socket_stays()
    {
        Assert.True(await SocketFile.RemoveStaleAsync(SocketPath));
        await File.WriteAllTextAsync(SocketPath, "precious", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<IOException>(() => SocketFile.RemoveStaleAsync(SocketPath));
        File.CreateSymbolicLink(SocketPath + ".link", SocketPath);
        await Assert.ThrowsAsync<IOException>(() => SocketFile.RemoveStaleAsync(SocketPath + ".link"));
        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_dead_ones_goes()
    {
        using (var dead = Listening())
            File.Move(SocketPath, SocketPath + ".kept");
        File.Move(SocketPath + ".kept", SocketPath);
        Assert.True(await SocketFile.RemoveStaleAsync(SocketPath));
        Assert.False(File.Exists(SocketPath));
    }

    /// <summary>Somebody who does not come to accept is not dead.</summary>
    [Fact]
    public async Task A_living_ones_stays_however_many_wait()
    {
        using var living = Listening();
        Assert.False(await SocketFile.RemoveStaleAsync(SocketPath));
        var waiting = new List<Socket>();
        try
        {
            SocketException? full = null;
            while (full is null && waiting.Count < 50)
            {
                var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
                waiting.Add(client);
                try
                {
                    await client.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), TestContext.Current.CancellationToken);
                }
                catch (SocketException problem)
                {
                    full = problem;
                }
            }

            Assert.NotNull(full);
            Assert.False(await SocketFile.RemoveStaleAsync(SocketPath));
            Assert.True(File.Exists(SocketPath));
        }
        finally
        {
            waiting.ForEach(static client => client.Dispose());
        }
    }

    private Socket Listening()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        socket.Listen(1);
        return socket;
    }
}
