using System.Diagnostics;
using Garita.Gateway.Tests.Evidence.Dns;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>The program itself, run by an administrator with a strict umask.</summary>
public sealed class SetupRightsTests : Scene
{
    [Fact]
    public async Task Whatever_the_umask_the_settings_can_be_read_by_the_service()
    {
        using var dns = new LoopbackDns();
        var file = Path.Combine(Folder, "etc", "garita.toml");
        var command = RunningGateway.Command("setup", "--output", file, "--hostname", "mx1.example.com", "--domain", "example.com", "--backend", "127.0.0.1:1", "--recipients", "any", "--dns", dns.Address.ToString(), "--yes");
        var start = new ProcessStartInfo("sh", ["-c", "umask 077; exec \"$0\" \"$@\"", command.FileName, .. command.ArgumentList]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, text);
        // 0640 where the service's group is there and may be given, else 0644; the folder can be entered by the same.
        var mode = File.GetUnixFileMode(file);
        Assert.True((mode & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == UnixFileMode.GroupRead, mode.ToString());
        Assert.True(File.GetUnixFileMode(Path.GetDirectoryName(file)!).HasFlag(UnixFileMode.GroupExecute));
        Assert.DoesNotContain("cannot read", text, StringComparison.Ordinal);
    }
}
