using System.Globalization;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Mail for a server that is away: kept, shown, delivered when it is back; and nothing is lost when the gateway is killed meanwhile.</summary>
public sealed class SpoolTests : Scene
{
    [Fact]
    public async Task It_is_kept_and_delivered_when_the_server_is_back()
    {
        var backend = RunningGateway.FreePort();
        var port = RunningGateway.FreePort();
        await using var gateway = await RunningGateway.ServeAsync(Path.Combine(Folder, "gateway"), port, Settings(port, backend));
        using (var peer = await SmtpPeer.GreetAsync(port))
        {
            await peer.DeliverAsync("anna@example.com", "one", "250 2.0.0 Ok, kept");
            await peer.DeliverAsync("anna@example.com", "two", "250 2.0.0 Ok, kept");
        }

        // 1. Shown, and only the service reads it.
        var (_, list) = await gateway.RunAsync("spool", "list");
        Assert.Equal(3, list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("<a@example.net>", list, StringComparison.Ordinal);
        Assert.Contains("anna@example.com", list, StringComparison.Ordinal);
        var folder = Path.Combine(gateway.Folder, "data", "spool");
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(folder, "acme")));
            foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var (_, status) = await gateway.RunAsync("status");
        Assert.Matches("acme +2 +0", status);
        await ExplainAsync(gateway, "anna@example.com", "spooled");

        // 2. Held over a restart.
        var held = list.Split('\n')[1].Split(' ')[0];
        Assert.Equal(0, (await gateway.RunAsync("spool", "hold", held)).Code);
        await gateway.DisposeAsync();
        await using var again = await RunningGateway.ServeAsync(Path.Combine(Folder, "gateway"), port);
        Assert.Contains("held by an administrator", (await again.RunAsync("spool", "show", held)).Text, StringComparison.Ordinal);

        // 3. Back: what is not held comes, then what is let go.
        await using var server = new ScriptedServer(["PIPELINING"], port: backend);
        await UntilAsync(() => Task.FromResult(server.Messages.Count), static count => count == 1);
        Assert.Contains("Subject: two", server.Messages.First(), StringComparison.Ordinal);
        Assert.Contains("for <anna@example.com>", server.Messages.First(), StringComparison.Ordinal);
        Assert.Equal(0, (await again.RunAsync("spool", "hold", held, "--release")).Code);
        await UntilAsync(() => Task.FromResult(server.Messages.Count), static count => count == 2);
        Assert.Contains("Subject: one", server.Messages.Last(), StringComparison.Ordinal);
        await UntilAsync(async () => (await again.RunAsync("spool", "list", "--json")).Text.Trim(), static text => text is "[]");
        await ExplainAsync(again, "anna@example.com", "delivered");
        Assert.Contains("spool.release", (await again.RunAsync("audit")).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await again.RunAsync("spool", "delete", "nonsense")).Code);
        Assert.Equal(1, (await again.RunAsync("spool", "delete", held)).Code);
    }

    [Fact]
    public async Task What_the_server_refuses_later_is_alarmed_and_its_verified_sender_alone_is_told()
    {
        var backend = RunningGateway.FreePort();
        await using var smarthost = new ScriptedServer(["PIPELINING"]);
        var gateway = await ServeAsync(port => Settings(port, backend, "dsn = true") + $"""

            [outbound]
            smarthost = "{Loopback(smarthost.Port)}"
            tls = "none"

            [alarms]
            address = "ops@example.net"

            """);
        using (var peer = await SmtpPeer.GreetAsync(gateway.Port))
            await peer.DeliverAsync("anna@example.com", "one", "250");
        await using var server = new ScriptedServer(["PIPELINING"], port: backend, answer: "550 5.7.1 secret words");
        await gateway.WaitForLogAsync("ALARM spool-refused");
        Assert.Contains("one", await UntilAsync(async () => (await gateway.RunAsync("quarantine", "list")).Text, static text => text.Contains("spool-refused", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("[]", (await gateway.RunAsync("spool", "list", "--json")).Text.Trim());
        await UntilAsync(() => Task.FromResult(smarthost.Messages.Any(static text => text.Contains("spool-refused", StringComparison.Ordinal))), static isTold => isTold);
        // SPF did not pass for a@example.net: it hears nothing.
        Assert.All(smarthost.Commands.Where(static line => line.StartsWith("RCPT", StringComparison.Ordinal)), static line => Assert.Equal("RCPT TO:<ops@example.net>", line));
        Assert.DoesNotContain("secret words", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_lost_when_both_are_killed()
    {
        var figures = await SpoolKillRun.RunAsync(Path.Combine(Folder, "kill"), Rounds);
        TestContext.Current.SendDiagnosticMessage(figures.ToString());
        Assert.NotEqual(0, figures.Acknowledged);
        Assert.NotEqual(0, figures.Spooled);
        Assert.Empty(figures.Lost);
        Assert.Empty(figures.Unexplained);
    }

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("GARITA_KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 6;

    internal static string Settings(int port, int backend, string tenant = "") =>
        Head(port) + Tenant("acme", "example.com", Loopback(backend)).Replace("[tenant.backends]", $"when_backend_down = \"spool\"\n{tenant}\n[tenant.backends]", StringComparison.Ordinal) + """

            [spool]
            retry_first = "1 s"
            retry_most = "2 s"

            """;
}
