using System.Collections.Concurrent;
using System.Net.Sockets;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>kill -9 under load: every message that was acknowledged is in the mail server, duplicates only where a session was caught between two answers.</summary>
public sealed class KillTests
{
    private const int Senders = 8;

    [Fact]
    public async Task What_was_acknowledged_is_in_the_mail_server()
    {
        var native = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GARITA_BINARY"));
        var rounds = Environment.GetEnvironmentVariable("GARITA_LONG") is "1" ? 200 : native ? 40 : 10;
        var folder = Path.Combine(Path.GetTempPath(), "garita-kill-" + Guid.NewGuid().ToString("N")[..8]);
        var random = new Random(7);
        using var server = new RecordingServer();
        var acknowledged = new ConcurrentBag<string>();
        var sent = 0;
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await using var gateway = await RunningGateway.StartAsync(folder, server.Port);
                var killed = false;
                var senders = Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
                {
                    while (!Volatile.Read(ref killed))
                    {
                        var subject = $"m{Interlocked.Increment(ref sent)}";
                        try
                        {
                            using var client = new RawClient(gateway.Port);
                            await client.OpenAsync();
                            await client.SayAsync("MAIL FROM:<a@example.net>", "250");
                            await client.SayAsync("RCPT TO:<user1@example.com>", "250");
                            await client.SayAsync("DATA", "354");
                            await client.SendAsync($"From: a@example.net\r\nSubject: {subject}\r\n\r\nhi\r\n");
                            await client.SayAsync(".", "250");
                            acknowledged.Add(subject);
                        }
                        catch (Exception e) when (e is IOException or SocketException or Xunit.Sdk.XunitException)
                        {
                            // Not acknowledged: the sender keeps it.
                        }
                    }
                })).ToArray();
                // Once it is under way, at a random moment.
                var before = acknowledged.Count;
                for (var i = 0; i < 500 && acknowledged.Count == before; i++)
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200)), TimeProvider.System);
                gateway.Kill();
                await gateway.WaitForExitAsync();
                Volatile.Write(ref killed, true);
                await Task.WhenAll(senders);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var kept = server.Subjects.ToList();
        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(kept, StringComparer.Ordinal));
        Assert.Equal(kept.Count, kept.Distinct(StringComparer.Ordinal).Count());
        TestContext.Current.SendDiagnosticMessage($"{rounds} kills, {acknowledged.Count} acknowledged, {kept.Count} kept");
    }
}
