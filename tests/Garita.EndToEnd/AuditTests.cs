using Xunit;

namespace Garita.EndToEnd;

/// <summary>What is done to the process from outside is kept, like every other act of an administrator.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-audit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_reload_and_stop_leave_rows()
    {
        await using (var gateway = await RunningGateway.StartAsync(_folder, 9))
        {
            await UntilAsync(gateway, "start  by system, start");
            await File.AppendAllTextAsync(gateway.SettingsFile, "# another line\n");
            gateway.Signal("HUP");
            await UntilAsync(gateway, "settings.reload  by system, signal");
            var good = await File.ReadAllTextAsync(gateway.SettingsFile);
            await File.AppendAllTextAsync(gateway.SettingsFile, "nonsense = 1\n");
            gateway.Signal("HUP");
            while (!gateway.Log.Contains("the old ones stay in force", StringComparison.Ordinal))
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            // The verb reads the file too.
            await File.WriteAllTextAsync(gateway.SettingsFile, good);
            await UntilAsync(gateway, "+ refused: ");
            // Disposing ends it by SIGTERM.
        }

        await using var again = await RunningGateway.StartAsync(_folder, 9);
        var trail = await UntilAsync(again, "stop  by system, signal");
        Assert.Contains("+ SIGTERM", trail, StringComparison.Ordinal);
        Assert.Contains("+ # another line", trail, StringComparison.Ordinal);
    }

    private static async Task<string> UntilAsync(RunningGateway gateway, string expected)
    {
        for (var tries = 0; ; tries++)
        {
            var (_, trail) = await gateway.RunAsync("audit");
            if (trail.Contains(expected, StringComparison.Ordinal))
                return trail;
            Assert.True(tries < 40, trail);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
