using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>The program with a listening socket that its parent opened, as systemd does it: sd_listen_fds(3).</summary>
public sealed class SocketActivationTests : IDisposable
{
    /// <summary>Opens a socket, hands it to the program as descriptor 3, waits for its end, and says whether the socket still works.</summary>
    private const string Launcher = """
        import os, socket, sys
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        s.listen(16)
        print("port", s.getsockname()[1], flush=True)
        child = os.fork()
        if child == 0:
            if s.fileno() != 3:
                os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES=sys.argv[1])
            os.execvp(sys.argv[2], sys.argv[2:])
        print("child", child, flush=True)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        client = socket.create_connection(s.getsockname(), 5)
        s.settimeout(5)
        s.accept()
        print("code", code, "and it still listens", flush=True)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("garita-activation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_handed_socket_is_served_and_outlives_the_program()
    {
        using var launcher = await LaunchAsync("mx");
        var port = await NumberAsync(launcher, "port ");
        var child = await NumberAsync(launcher, "child ");
        using (var client = new TcpClient())
        {
            // The socket listens before the program does: the client waits in its queue.
            await client.ConnectAsync("127.0.0.1", port);
            using var reader = new StreamReader(client.GetStream());
            Assert.Equal("220 gw.example.com ESMTP Garita", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        }

        // What the settings say of the address is not bound: the socket took its place.
        var listeners = File.ReadLines($"/proc/{child}/net/tcp").Count(line => line.Contains(string.Create(CultureInfo.InvariantCulture, $"0100007F:{NotBound:X4} 00000000:0000 0A"), StringComparison.Ordinal));
        Assert.Equal(0, listeners);
        using (var kill = Process.Start("kill", ["-TERM", child.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        Assert.Equal("code 0 and it still listens", await launcher.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_socket_that_no_listener_wants_is_an_error_that_says_what_to_do()
    {
        using var launcher = await LaunchAsync("web");
        Assert.Contains("is for no listener: give it the name of one (mx;", await launcher.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
        Assert.Contains("code 1 ", await launcher.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private int NotBound { get; } = RunningGateway.FreePort();

    private async Task<Process> LaunchAsync(string name)
    {
        await RunningGateway.WriteAsync(_folder, NotBound, 9, "");
        var garita = RunningGateway.Command("serve", "--config", Path.Combine(_folder, "garita.toml"));
        var start = new ProcessStartInfo("python3", ["-c", Launcher, name, garita.FileName, .. garita.ArgumentList]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    private static async Task<int> NumberAsync(Process launcher, string what)
    {
        var line = await launcher.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith(what, line, StringComparison.Ordinal);
        return int.Parse(line![what.Length..], CultureInfo.InvariantCulture);
    }
}
