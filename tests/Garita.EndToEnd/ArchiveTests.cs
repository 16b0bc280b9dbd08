using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>What <c>deploy/build</c> packs is what a host needs, and works there. Long: it publishes the native program.</summary>
public sealed class ArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-archive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_archive_has_all_that_a_host_needs_and_its_program_serves()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GARITA_LONG") is "1" && Environment.GetEnvironmentVariable("GARITA_BINARY") is { Length: > 0 }, "only ./test --all packs the archive");
        var root = Tool.Repository();
        var archive = Path.Combine(root, (await Tool.RunAsync(Path.Combine(root, "deploy", "build"))).Trim().Split('\n')[^1]);
        await Tool.RunAsync("tar", "-xzf", archive, "-C", _folder, "--strip-components=1");
        Assert.Equal(
            "LICENSE README.md garita garita-wall.service garita-warden garita-warden.8 garita-warden.service garita.8 garita.example.toml garita.service garita.socket garita.sysctl garita.sysusers garita.tmpfiles libe_sqlite3.so",
            string.Join(' ', Directory.GetFiles(_folder).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)));

        var program = Path.Combine(_folder, "garita");
        Assert.Matches(@"^0\.\d+\.\d+", await Tool.RunAsync(program, "--version"));
        Assert.Contains("ok, 1 listener", await Tool.RunAsync(program, "check", "--config", Path.Combine(_folder, "garita.example.toml")), StringComparison.Ordinal);
        await ServeAsync(program);
    }

    private async Task ServeAsync(string program)
    {
        var port = RunningGateway.FreePort();
        var settings = Path.Combine(_folder, "serve");
        await RunningGateway.WriteAsync(settings, port, 9, "");
        using var serve = Process.Start(program, ["serve", "--config", Path.Combine(settings, "garita.toml")]);
        try
        {
            using var client = new TcpClient();
            for (var tries = 0; !client.Connected; tries++)
            {
                try
                {
                    await client.ConnectAsync("127.0.0.1", port);
                }
                catch (SocketException) when (tries < 100)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
                }
            }

            using var reader = new StreamReader(client.GetStream());
            Assert.StartsWith("220 gw.example.com", await reader.ReadLineAsync(), StringComparison.Ordinal);
            // The ledger is there: its native library was found beside the program.
            Assert.True(File.Exists(Path.Combine(settings, "data", "ledger.db")));
        }
        finally
        {
            serve.Kill();
            await serve.WaitForExitAsync();
        }
    }
}
