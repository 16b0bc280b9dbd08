using System.Text.Json;
using Xunit;

namespace Garita.EndToEnd;

/// <summary><c>garita exceptions</c> changes what happens to the next session, without the file and without a restart.</summary>
public sealed class ExceptionTests : Scene
{
    [Fact]
    public async Task Exceptions_come_and_go_while_mail_flows()
    {
        await using var server = new ScriptedServer([]);
        var folder = Path.Combine(Folder, "gateway");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "who"), "anna@example.com\n", TestContext.Current.CancellationToken);
        string Settings(int port) => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)) + "[tenant.recipients]\nsource = \"file\"\nfile = \"who\"\n";
        var gateway = await ServeAsync(Settings);
        using var before = await SmtpPeer.GreetAsync(gateway.Port);

        // 1. A block, which is no rule of its own.
        await RcptAsync(gateway, "bad@spam.example", "anna@example.com", "250");
        var block = await AddAsync(gateway, "--sender", "@spam.example", "--block", "--comment", "asked for by anna");
        Assert.Contains("blocked by the administrator", await RcptAsync(gateway, "bad@spam.example", "anna@example.com", "554 5.7.1"), StringComparison.Ordinal);
        await RcptAsync(gateway, "good@ham.example", "anna@example.com", "250");
        Assert.Contains("exception: reject, " + block, await ExplainAsync(gateway, "bad@spam.example", block), StringComparison.Ordinal);
        // The session from before keeps what was in force then.
        await before.SayAsync("MAIL FROM:<bad@spam.example>", "250");
        await before.SayAsync("RCPT TO:<anna@example.com>", "250");

        // 2. Past one rule, for one client; framing is never lifted.
        await RcptAsync(gateway, "a@example.net", "nobody@example.com", "550 5.1.1");
        var pass = await AddAsync(gateway, "--client", "127.0.0.0/8", "--rule", "unknown-recipient", "--until", "1 h");
        await RcptAsync(gateway, "a@example.net", "nobody@example.com", "250");
        var (usage, why) = await gateway.RunAsync("exceptions", "add", "--client", "127.0.0.1", "--rule", "nul-byte");
        Assert.True(usage == 2, why);
        (usage, why) = await gateway.RunAsync("exceptions", "add", "--block");
        Assert.True(usage == 2, why);

        // 3. Both are listed, and outlive a restart.
        var (_, list) = await gateway.RunAsync("exceptions", "list");
        Assert.Contains(block, list, StringComparison.Ordinal);
        Assert.Contains("asked for by anna", list, StringComparison.Ordinal);
        Assert.Contains("past unknown-recipient", list, StringComparison.Ordinal);
        await gateway.DisposeAsync();
        gateway = await ServeAsync(Settings);
        await RcptAsync(gateway, "bad@spam.example", "anna@example.com", "554 5.7.1");
        await RcptAsync(gateway, "a@example.net", "nobody@example.com", "250");

        // 4. Removed, all is as before.
        foreach (var id in new[] { block, pass })
        {
            var (code, said) = await gateway.RunAsync("exceptions", "remove", id);
            Assert.True(code == 0, said);
        }

        await RcptAsync(gateway, "bad@spam.example", "anna@example.com", "250");
        await RcptAsync(gateway, "a@example.net", "nobody@example.com", "550 5.1.1");
        var (again, gone) = await gateway.RunAsync("exceptions", "remove", block);
        Assert.True(again == 1, gone);
        var (_, audit) = await gateway.RunAsync("audit");
        Assert.Contains("exceptions.add", audit, StringComparison.Ordinal);
        Assert.Contains("exceptions.remove", audit, StringComparison.Ordinal);
    }

    private static async Task<string> AddAsync(RunningGateway gateway, params string[] criteria)
    {
        var (code, text) = await gateway.RunAsync(["exceptions", "add", .. criteria, "--json"]);
        Assert.True(code == 0, text);
        using var made = JsonDocument.Parse(text);
        return made.RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<string> RcptAsync(RunningGateway gateway, string sender, string recipient, string expected)
    {
        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        // Whoever is blocked as a sender hears it at MAIL.
        if (expected.StartsWith("554", StringComparison.Ordinal))
            return await peer.SayAsync($"MAIL FROM:<{sender}>", expected);
        await peer.SayAsync($"MAIL FROM:<{sender}>", "250");
        var reply = await peer.SayAsync($"RCPT TO:<{recipient}>", expected);
        await peer.SayAsync("QUIT", "221");
        return reply;
    }
}
