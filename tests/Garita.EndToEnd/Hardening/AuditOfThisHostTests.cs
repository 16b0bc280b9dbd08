using System.Text.Json;
using Garita.Hardening;
using Garita.Hardening.Attest;
using Garita.Hardening.Host;
using Xunit;

namespace Garita.EndToEnd.Hardening;

/// <summary>The program audits the machine that the tests run on; looking changes nothing there.</summary>
public sealed class AuditOfThisHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-host-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_check_says_something_and_none_breaks()
    {
        await RunningGateway.WriteAsync(_folder, 2525, 2526, "");
        var (_, text) = await RunAsync("harden", "audit", "--json");
        var results = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..]).RootElement.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(Catalogue.All.Select(static check => check.Id).Order(StringComparer.Ordinal).ToArray(), results.Select(static result => result.GetProperty("id").GetString()!).Order(StringComparer.Ordinal).ToArray());
        Assert.All(results, static result =>
        {
            Assert.NotEmpty(result.GetProperty("found").GetString()!);
            Assert.DoesNotContain("fault of Garita", result.GetProperty("found").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("took longer than", result.GetProperty("found").GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task What_root_keeps_in_the_gateways_folder_is_the_gateways_and_no_link_misleads_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "takes root: it acts for another user");
        const uint gateway = 64_321;
        await RunningGateway.WriteAsync(_folder, 2525, 2526, "");
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1ED /* 0755 */);
        Directory.CreateDirectory(Data);
        DiskOfRoot.Give(Data, gateway, gateway);
        var (_, text) = await RunAsync("harden", "audit");
        Assert.DoesNotContain("not kept", text, StringComparison.Ordinal);
        Assert.Contains("Changed since", (await RunAsync("harden", "audit")).Text, StringComparison.Ordinal);
        var disk = new DiskHost();
        Assert.All(Directory.GetFiles(Data), file => Assert.Equal(gateway, disk.Stat(file)!.User));
        Assert.Equal(0, (await RunAsync("harden", "attest", "sign", "locked-room", "--by", "Anna")).Code);
        Assert.Equal("0600", disk.Stat(Path.Combine(Data, AttestFile.Name))!.Octal);
        Assert.Contains("harden.attest.sign", await ActsAsync(), StringComparison.Ordinal);

        // Whoever took the gateway over wants root to write elsewhere.
        foreach (var file in Directory.GetFiles(Data))
            File.Delete(file);
        var target = Path.Combine(_folder, "target");
        File.CreateSymbolicLink(Path.Combine(Data, "ledger.db"), target);
        File.CreateSymbolicLink(Path.Combine(Data, AttestFile.Name), "/etc/shadow");
        (_, text) = await RunAsync("harden", "audit");
        Assert.Contains("not kept", text, StringComparison.Ordinal);
        Assert.False(File.Exists(target));
    }

    private async Task<string> ActsAsync()
    {
        await using var gateway = await RunningGateway.StartAsync(_folder, 9);
        return (await gateway.RunAsync("audit")).Text;
    }

    private async Task<(int Code, string Text)> RunAsync(params string[] verb)
    {
        var (code, output, error) = await Tool.EndAsync(RunningGateway.Command([.. verb, "--config", Path.Combine(_folder, "garita.toml")]));
        return (code, error + output);
    }
}
