using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>A message that a rule keeps, from swaks by way of the quarantine to Debian's Postfix: kept, found, shown, exported, released as it came, once.</summary>
public sealed class QuarantineTests : Scene
{
    private const string Message = "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.net>\r\nFrom: me@example.net\r\nFrom: boss@example.com\r\nSubject: =?utf-8?q?gr=C3=BC=C3=9Fe?= \u001b[31m\r\nX-Garita-Rule: forged\r\n\r\n..dots, 8 bit \u00e4 and\ttabs  \r\n.\r\nend\r\n";

    [Fact]
    public async Task It_is_kept_and_released_as_it_came_once()
    {
        var postfix = await PostfixAsync();
        string Settings(int port) => Head(port) + Tenant("acme", "example.com", Loopback(postfix.Port)) + "[rules]\nfrom-header = \"quarantine\"\n";
        var gateway = await ServeAsync(Settings);
        var octets = Encoding.Latin1.GetBytes(Message);
        await SendAsync(gateway, Message, "250 2.0.0 Ok, held for review as ");

        // 1. Found, shown, and nothing of it acts on the terminal.
        var (_, json) = await gateway.RunAsync("quarantine", "list", "--rule", "from-header", "--subject", "grüße", "--since", "1 d", "--json");
        string id;
        using (var list = JsonDocument.Parse(json))
        {
            var entry = Assert.Single(list.RootElement.EnumerateArray());
            id = entry.GetProperty("id").GetString()!;
            Assert.Equal("kept", entry.GetProperty("state").GetString());
        }

        await SaysAsync(gateway, 0, "user1@example.com", "quarantine", "list", "--sender", "@example.net");
        Assert.Equal((0, ""), await gateway.RunAsync("quarantine", "list", "--tenant", "other"));
        await SaysAsync(gateway, 0, "reason     from-header", "quarantine", "show", id);
        var (_, shown) = await gateway.RunAsync("quarantine", "show", id);
        Assert.DoesNotContain('\u001b', shown);
        Assert.Contains("X-Garita-Rule: forged", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("dots", shown, StringComparison.Ordinal);
        await SaysAsync(gateway, 0, "quarantine   acme: 1 messages", "status");
        await ExplainAsync(gateway, "me@example.net", "backend    quarantine:" + id);

        // 2. What is on the disk, and what is exported, is what came.
        var file = Path.Combine(gateway.Folder, "data", "quarantine", "acme", id + ".eml");
        Assert.Equal(octets, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        var exported = Path.Combine(Folder, "out.eml");
        await SaysAsync(gateway, 0, "written to", "quarantine", "export", id, exported);
        Assert.Equal(octets, await File.ReadAllBytesAsync(exported, TestContext.Current.CancellationToken));
        await SaysAsync(gateway, 1, "cannot be written", "quarantine", "export", id, exported);

        // 3. It outlives a kill; then it is released, once.
        gateway.Kill();
        await gateway.WaitForExitAsync();
        gateway = Own(await RunningGateway.ServeAsync(gateway.Folder, gateway.Port));
        await SaysAsync(gateway, 0, "released to user1@example.com", "quarantine", "release", id);
        await SaysAsync(gateway, 1, "it was released already", "quarantine", "release", id);
        var arrived = await SingleAsync(postfix);
        Assert.Equal(2, arrived.Split("\nX-Garita-Released: " + id).Length);
        var field = arrived[arrived.IndexOf("X-Garita-Released", StringComparison.Ordinal)..];
        // But for what would pass for ours.
        Assert.Equal(Message.ReplaceLineEndings("\n").Replace("X-Garita-Rule: forged\n", "", StringComparison.Ordinal), field[(field.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        Assert.DoesNotContain("(Garita)", arrived, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        await SaysAsync(gateway, 0, "released", "quarantine", "show", id);

        // 4. Deleted for good, and all of it in the audit trail.
        await SendAsync(gateway, Message.Replace("end", "other end", StringComparison.Ordinal), "250 2.0.0 Ok, held");
        var (_, second) = await gateway.RunAsync("quarantine", "list", "-n", "1", "--json");
        using (var list = JsonDocument.Parse(second))
            await SaysAsync(gateway, 0, "deleted", "quarantine", "delete", list.RootElement[0].GetProperty("id").GetString()!);
        await SaysAsync(gateway, 1, "there is no such message", "quarantine", "delete", "nothing");
        var (_, audit) = await gateway.RunAsync("audit");
        foreach (var act in (string[])["quarantine.export", "quarantine.release", "quarantine.delete"])
            Assert.Contains(act, audit, StringComparison.Ordinal);
        Assert.Single(await postfix.WaitForAsync(1, TimeSpan.Zero));
    }

    [Fact]
    public async Task Full_is_451_and_nothing_is_lost()
    {
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)) + "[tenant.quarantine]\nmax_size = \"1 MiB\"\n[rules]\nfrom-header = \"quarantine\"\n");
        var most = Message + new string('x', 70) + "\r\n";
        var large = Message + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 12_000));
        await SendAsync(gateway, large, "250 2.0.0 Ok, held");
        await SendAsync(gateway, large + "more\r\n", "451 4.3.1");
        await SendAsync(gateway, most, "250 2.0.0 Ok, held");
        await gateway.WaitForLogAsync("ALARM quarantine-full");
        var (_, list) = await gateway.RunAsync("quarantine", "list", "--json");
        using var json = JsonDocument.Parse(list);
        Assert.Equal(2, json.RootElement.GetArrayLength());
        // Only the alarm went to the mail server.
        Assert.DoesNotContain(server.Messages, static message => message.Contains("boss@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_acknowledged_survives_kills()
    {
        const int Rounds = 3, Senders = 4, Each = 20;
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)) + "[rules]\nfrom-header = \"quarantine\"\n");
        var acknowledged = new ConcurrentDictionary<string, byte>(StringComparer.Ordinal);
        for (var round = 0; round < Rounds; round++)
        {
            var senders = Enumerable.Range(0, Senders).Select(sender => SendUntilCutAsync(gateway.Port, $"round{round}x{sender}x", acknowledged)).ToArray();
            await UntilAsync(() => Task.FromResult(acknowledged.Count), count => count >= (round + 1) * Each);
            gateway.Kill();
            await gateway.WaitForExitAsync();
            await Task.WhenAll(senders);
            gateway = Own(await RunningGateway.ServeAsync(gateway.Folder, gateway.Port));
        }

        // All that was acknowledged is there, each once and whole; what more there is was under way at a kill, and is whole too.
        var (_, list) = await gateway.RunAsync("quarantine", "list", "-n", "1000", "--json");
        using var json = JsonDocument.Parse(list);
        var folder = Path.Combine(gateway.Folder, "data", "quarantine", "acme");
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in json.RootElement.EnumerateArray())
        {
            var subject = entry.GetProperty("subject").GetString()!;
            Assert.True(found.Add(subject), subject);
            Assert.Equal(TextOf(subject), await File.ReadAllTextAsync(Path.Combine(folder, entry.GetProperty("id").GetString() + ".eml"), TestContext.Current.CancellationToken));
        }

        Assert.Empty(acknowledged.Keys.Except(found, StringComparer.Ordinal));
        Assert.InRange(found.Count, acknowledged.Count, acknowledged.Count + (Rounds * Senders));
        Assert.Equal(2 * found.Count, Directory.GetFiles(folder).Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"{acknowledged.Count} acknowledged, {found.Count} kept, {Rounds} kills");
    }

    private static string TextOf(string subject) => $"From: a@example.net\r\nFrom: b@example.net\r\nSubject: {subject}\r\n\r\n{string.Concat(Enumerable.Repeat(subject + "\r\n", 1000))}";

    private static async Task SendUntilCutAsync(int port, string name, ConcurrentDictionary<string, byte> acknowledged)
    {
        try
        {
            using var peer = await SmtpPeer.ConnectAsync(port);
            foreach (var line in (string[])["", "EHLO client.example.net\r\n"])
            {
                await peer.SendAsync(line);
                if (await peer.ReplyAsync() is not ['2', ..])
                    return;
            }

            for (var i = 0; ; i++)
            {
                var subject = string.Create(CultureInfo.InvariantCulture, $"{name}{i}");
                foreach (var line in (string[])["MAIL FROM:<a@example.net>\r\n", "RCPT TO:<user1@example.com>\r\n", "DATA\r\n", TextOf(subject) + ".\r\n"])
                {
                    await peer.SendAsync(line);
                    if (await peer.ReplyAsync() is not ['2' or '3', ..])
                        return;
                }

                acknowledged.TryAdd(subject, 0);
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // Killed.
        }
    }

    [Fact]
    public async Task Wrong_usage_is_said()
    {
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)));
        await SaysAsync(gateway, 2, "--since is", "quarantine", "list", "--since", "yesterday");
        await SaysAsync(gateway, 2, "expected an ID, or --token alone", "quarantine", "release");
        await SaysAsync(gateway, 2, "expected an ID, or --token alone", "quarantine", "release", "x", "--token", "y");
        await SaysAsync(gateway, 1, "the link is not genuine", "quarantine", "release", "--token", "y.0.1.z");
        await SaysAsync(gateway, 1, "there is no such message", "quarantine", "show", "../../ledger");
        await SaysAsync(gateway, 0, "Examples:", "quarantine", "release", "--help");
    }

    private async Task SendAsync(RunningGateway gateway, string message, string expected)
    {
        var file = Path.Combine(Folder, "message");
        // RFC 5321 §4.5.2, which swaks leaves alone with the rest.
        var stuffed = message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + ".\r\n";
        await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes(stuffed), TestContext.Current.CancellationToken);
        if (!File.Exists("/usr/bin/swaks"))
            Assert.Skip("swaks is not installed");
        var (_, text) = await RunAsync("swaks", "", "--server", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{gateway.Port}"), "--from", "me@example.net", "--to", "user1@example.com", "--no-data-fixup", "--data", "@" + file);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    private static async Task SaysAsync(RunningGateway gateway, int code, string expected, params string[] verb)
    {
        var (found, text) = await gateway.RunAsync(verb);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.True(found == code, text);
    }
}
