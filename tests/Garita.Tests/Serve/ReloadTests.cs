using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Garita.Tests.Serve;

public sealed class ReloadTests : IDisposable
{
    private readonly GatewayFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_only_a_start_can_change_is_said_at_every_reload_until_it_is_taken_back()
    {
        _folder.Write();
        await using var gateway = await _folder.StartAsync();
        _folder.Write(top: "data = \"elsewhere\"", tables: "[ledger]\nkeep = \"10 d\"\nmax_size = \"1 GiB\"", admin: "127.0.0.1:8099");
        string[] waiting =
        [
            $"data: takes effect at the next start; until then all stays in {_folder.Data}, the control socket too",
            "admin.bind: takes effect at the next start",
            "ledger.keep: takes effect at the next start",
            "ledger.max_size: takes effect at the next start",
        ];
        for (var i = 0; i < 2; i++)
        {
            var answer = await gateway.Host.ReloadAsync(GatewayFolder.Anna);
            Assert.True(answer.Applied);
            Assert.Empty(answer.Errors);
            Assert.Equal(waiting, answer.NeedsRestart);
        }

        Assert.Equal(2, _folder.Lines.Count(line => string.Equals(line, waiting[1], StringComparison.Ordinal)));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "elsewhere")));
        _folder.Write(tables: "[dns]\ntimeout = \"1 s\"");
        Assert.Empty((await gateway.Host.ReloadAsync(GatewayFolder.Anna)).NeedsRestart);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_a_problem_and_not_a_matter_of_a_restart()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        _folder.Write();
        await using var gateway = await _folder.StartAsync();
        _folder.Write(bind: taken.LocalEndPoint!.ToString()!);
        var answer = await gateway.Host.ReloadAsync(GatewayFolder.Anna);
        Assert.True(answer.Applied);
        Assert.Empty(answer.NeedsRestart);
        Assert.Contains("another program has this port", Assert.Single(answer.Errors), StringComparison.Ordinal);
        Assert.Contains(_folder.Lines, static line => line.StartsWith("Settings were reloaded, but listener", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_file_leaves_everything_as_it_was_and_an_audit_row()
    {
        _folder.Write();
        await using var gateway = await _folder.StartAsync();
        await File.WriteAllTextAsync(_folder.Settings, "hostname = 1");
        Assert.False((await gateway.Host.ReloadAsync(GatewayFolder.Anna)).Applied);
        Assert.Equal("mx1.example.com", gateway.Hostname);
        var row = (await GatewayFolder.AuditTrailAsync(gateway))[0];
        Assert.Equal(("anna (1000)", "control.sock", "settings.reload"), (row.Who, row.Where, row.What));
        Assert.StartsWith("refused: ", row.After, StringComparison.Ordinal);
    }
}
