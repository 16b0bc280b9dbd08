using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Garita.EndToEnd;

/// <summary>What a run of kills came to.</summary>
/// <param name="Kills">How often the gateway was killed.</param>
/// <param name="Outages">How often the mail server was killed, to stay away until later.</param>
/// <param name="Acknowledged">Messages that the gateway acknowledged to their senders; in the end all.</param>
/// <param name="Spooled">Of these, those that it said to keep.</param>
/// <param name="Caught">Sessions that had sent their final dot and got no 250.</param>
/// <param name="CutTries">Tries out of the spool that a kill cut off, or whose answer was lost.</param>
/// <param name="Duplicates">Copies in the mail server's store beyond the first of each message.</param>
/// <param name="Lost">Messages that were acknowledged and are not in the store.</param>
/// <param name="Unexplained">Messages with more copies than caught sessions and cut tries explain.</param>
internal sealed record SpoolKillFigures(int Kills, int Outages, int Acknowledged, int Spooled, int Caught, int CutTries, int Duplicates, IReadOnlyList<string> Lost, IReadOnlyList<string> Unexplained)
{
    public override string ToString() =>
        $"{Kills} kills, {Outages} outages, {Acknowledged} messages acknowledged ({Spooled} spooled), {Lost.Count} lost, {Caught} sessions caught, {CutTries} tries cut, {Duplicates} duplicates, {Unexplained.Count} unexplained";
}

/// <summary>
/// Senders that try again until their message is acknowledged, a gateway with a spool that is killed at random moments, and a mail server that
/// is killed as well and stays away for a while.
/// </summary>
internal sealed class SpoolKillRun : IDisposable
{
    private const int Senders = 4;
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(11);
    private readonly ConcurrentDictionary<string, string> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _explained = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly int _port = RunningGateway.FreePort();
    private volatile bool _stopping;
    private DurableServer? _server;
    private bool _isUp = true;
    private int _sent;
    private int _caught;
    private int _cutTries;
    private int _outages;

    private SpoolKillRun(string folder) => _folder = folder;

    private string Spool => Path.Combine(_folder, "data", "spool", "acme");

    public static async Task<SpoolKillFigures> RunAsync(string folder, int rounds)
    {
        using var run = new SpoolKillRun(folder);
        return await run.RunRoundsAsync(rounds);
    }

    public void Dispose() => _server?.Dispose();

    private async Task<SpoolKillFigures> RunRoundsAsync(int rounds)
    {
        Directory.CreateDirectory(_folder);
        _server = await DurableServer.StartAsync(Path.Combine(_folder, "store"));
        var gateway = await RunningGateway.ServeAsync(_folder, _port, SpoolTests.Settings(_port, _server.Port));
        var senders = Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync)).ToArray();
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await WaitForProgressAsync();
                // Three moments in turn: mail goes straight through and the server goes away, mail goes into the spool, mail comes out of it.
                if (round % 3 == 0)
                {
                    await _server.KillAsync();
                    _isUp = false;
                    _outages++;
                    await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(100)), TimeProvider.System);
                }
                else if (round % 3 == 2)
                {
                    await BringBackAsync();
                    _isUp = true;
                    await DrainBeginsAsync(gateway);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(100)), TimeProvider.System);
                gateway.Kill();
                await gateway.WaitForExitAsync();
                await gateway.DisposeAsync();
                NoteCutTries();
                gateway = await RunningGateway.ServeAsync(_folder, _port);
            }

            if (!_isUp)
                await BringBackAsync();
            _stopping = true;
            await Task.WhenAll(senders).WaitAsync(TimeSpan.FromSeconds(120));
            await EmptyAsync(gateway);
        }
        finally
        {
            _stopping = true;
            await gateway.DisposeAsync();
        }

        // The gateway mails alarms too.
        var copies = _server.Subjects.Where(static subject => subject[0] == 'm').CountBy(static subject => subject, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return new SpoolKillFigures(
            rounds, _outages, _acknowledged.Count, _acknowledged.Values.Count(static reply => reply.Contains("kept", StringComparison.Ordinal)), _caught, _cutTries, copies.Values.Sum(static count => count - 1),
            [.. _acknowledged.Keys.Where(subject => !copies.ContainsKey(subject))],
            [.. copies.Where(copy => copy.Value > 1 + _explained.GetValueOrDefault(copy.Key)).Select(static copy => copy.Key)]);
    }

    private Task BringBackAsync()
    {
        // What the kill of the mail server cut off is noted while it waits.
        NoteCutTries();
        return _server!.StartAsync();
    }

    /// <summary>Something has come out of the spool since the server is back.</summary>
    private static async Task DrainBeginsAsync(RunningGateway gateway)
    {
        var (_, before) = await gateway.RunAsync("spool", "flush");
        var begun = TimeProvider.System.GetTimestamp();
        var log = gateway.Log.Split("from the spool at try").Length;
        while (gateway.Log.Split("from the spool at try").Length == log)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException($"nothing came out of the spool within 60 s ({before.Trim()}): {gateway.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    private async Task WaitForProgressAsync()
    {
        var (before, begun) = (_acknowledged.Count, TimeProvider.System.GetTimestamp());
        while (_acknowledged.Count < before + 5)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException("no message was acknowledged within 60 s");
            await Task.Delay(Later, TimeProvider.System);
        }
    }

    private static async Task EmptyAsync(RunningGateway gateway)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await gateway.RunAsync("spool", "flush");
            var (_, list) = await gateway.RunAsync("spool", "list", "--json");
            if (list.Trim() is "[]")
                return;
            if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(120))
                throw new InvalidOperationException("the spool is not empty after 120 s: " + list + gateway.Log);
        }
    }

    /// <summary>Messages whose try was cut off, or whose answer is unknown: the mail server may have them, and gets them again.</summary>
    private void NoteCutTries()
    {
        if (!Directory.Exists(Spool))
            return;
        foreach (var file in Directory.GetFiles(Spool, "*.state"))
        {
            var mail = Directory.GetFiles(Spool, Path.GetFileNameWithoutExtension(file) + "-*.mail");
            var state = Read(file);
            if (mail.Length == 0 || !(state.Contains("\"trying\":true", StringComparison.Ordinal) || state.Contains("\"unknown\":true", StringComparison.Ordinal)))
                continue;
            _cutTries++;
            var subject = Read(mail[0]).Split("\nSubject: ")[^1].Split('\r')[0];
            _explained.AddOrUpdate(subject, 1, static (_, times) => times + 1);
        }

        static string Read(string path)
        {
            try
            {
                return File.ReadAllText(path, Encoding.Latin1);
            }
            catch (FileNotFoundException)
            {
                return "";
            }
        }
    }

    private async Task SendAsync()
    {
        while (!_stopping)
        {
            var subject = $"m{Interlocked.Increment(ref _sent)}";
            while (true)
            {
                var hasSentDot = false;
                var reply = "";
                try
                {
                    using var client = new RawClient(_port);
                    if (await client.TryOpenAsync() is ['2', ..])
                    {
                        foreach (var line in (string[])["MAIL FROM:<a@example.net>", "RCPT TO:<user1@example.com>", "DATA"])
                        {
                            await client.SendAsync(line + "\r\n");
                            if (await client.ReadAsync() is not ['2' or '3', ..])
                                throw new IOException("put off");
                        }

                        hasSentDot = true;
                        await client.SendAsync($"From: a@example.net\r\nSubject: {subject}\r\n\r\nhi\r\n.\r\n");
                        reply = await client.ReadAsync();
                    }
                }
                catch (Exception e) when (e is IOException or SocketException)
                {
                    // The gateway is gone: the sender keeps the message.
                }

                if (reply is ['2', ..])
                {
                    _acknowledged.TryAdd(subject, reply);
                    break;
                }

                if (hasSentDot)
                {
                    Interlocked.Increment(ref _caught);
                    _explained.AddOrUpdate(subject, 1, static (_, times) => times + 1);
                }

                await Task.Delay(Later, TimeProvider.System);
            }

            await Task.Delay(Later, TimeProvider.System);
        }
    }
}
