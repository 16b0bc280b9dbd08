using System.Security.Cryptography;
using System.Text;
using Garita.Testing;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>A mail server that does not answer: the administrator is told by webhook, mail and status, once.</summary>
public sealed class AlarmTests : Scene
{
    private const string Secret = "a secret of more than sixteen octets";

    [Fact]
    public async Task A_mail_server_that_is_down_is_told()
    {
        await using var receiver = new WebhookReceiver(204);
        await using var smarthost = new ScriptedServer(["PIPELINING"]);
        await File.WriteAllTextAsync(Path.Combine(Folder, "secret"), Secret + "\n");
        var gateway = await ServeAsync(port => Head(port)
            + Tenant("acme", "example.com", Loopback(RunningGateway.FreePort()))
            + $"""

            [alarms]
            webhook = "{receiver.Address}"
            secret_file = "{Folder}/secret"

            [outbound]
            smarthost = "{Loopback(smarthost.Port)}"
            tls = "none"

            """);
        for (var i = 0; i < 5; i++)
        {
            using var peer = await SmtpPeer.GreetAsync(gateway.Port);
            await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
            await peer.SendAsync("RCPT TO:<anna@example.com>\r\n");
            if ((await peer.ReplyAsync()).StartsWith("451", StringComparison.Ordinal))
                break;
            await peer.SayAsync("DATA", "354");
            await peer.SendAsync("From: a@example.net\r\nSubject: x\r\n\r\nhi\r\n.\r\n");
            await peer.ExpectAsync("451");
        }

        await UntilAsync(() => Task.FromResult(receiver.Requests.Count), static count => count == 1);
        var (head, body) = receiver.Requests.First();
        Assert.Contains("X-Garita-Signature: sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), body)), head, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"backend-down\",\"tenant\":\"acme\"", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        await UntilAsync(() => Task.FromResult(smarthost.Messages.Count), static count => count == 1);
        Assert.Contains("Auto-Submitted: auto-generated\n", smarthost.Messages.First(), StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<postmaster@example.com>", smarthost.Commands, StringComparer.Ordinal);
        var (_, status) = await gateway.RunAsync("status");
        Assert.Contains("backend-down", status, StringComparison.Ordinal);
        Assert.Contains("ALARM backend-down", gateway.Log, StringComparison.Ordinal);
    }
}
