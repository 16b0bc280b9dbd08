using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>What the program tells its service manager (sd_notify(3)), with a socket in the manager's place: no systemd has to run.</summary>
public sealed class ServiceNoticeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-notice-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tells_that_it_is_ready_that_it_lives_and_that_it_stops()
    {
        var path = Path.Combine(_folder, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        await RunningGateway.WriteAsync(_folder, RunningGateway.FreePort(), 9, "");
        var start = RunningGateway.Command("serve", "--config", Path.Combine(_folder, "garita.toml"));
        start.Environment["NOTIFY_SOCKET"] = path;
        start.Environment["WATCHDOG_USEC"] = "400000";
        using var serve = Process.Start(start)!;
        serve.BeginErrorReadLine();
        serve.BeginOutputReadLine();
        try
        {
            await ToldAsync(manager, "READY=1");
            await ToldAsync(manager, "WATCHDOG=1");
            await ToldAsync(manager, "WATCHDOG=1");
            using (var kill = Process.Start("kill", ["-TERM", serve.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync();
            await ToldAsync(manager, "STOPPING=1");
            await serve.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(0, serve.ExitCode);
        }
        finally
        {
            if (!serve.HasExited)
                serve.Kill();
        }
    }

    /// <summary>Waits until the notice comes; others may come before it.</summary>
    private static async Task ToldAsync(Socket manager, string notice)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        string said;
        do
            said = Encoding.UTF8.GetString(buffer, 0, await manager.ReceiveAsync(buffer, patience.Token));
        while (!said.Split('\n').Contains(notice, StringComparer.Ordinal));
    }
}
