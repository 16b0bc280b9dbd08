using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Garita.EndToEnd;

/// <summary>Who is killed.</summary>
internal enum Victim
{
    Gateway,
    MailServer,
    Alternately,
}

/// <summary>What a run of kills came to.</summary>
/// <param name="Kills">How often was killed.</param>
/// <param name="Acknowledged">Messages that the gateway acknowledged to their senders; in the end all.</param>
/// <param name="Caught">Sessions that had sent their final dot and got no 250, because of a kill in between.</param>
/// <param name="Duplicates">Copies in the mail server's store beyond the first of each message.</param>
/// <param name="Lost">Messages that were acknowledged and are not in the store.</param>
/// <param name="Unexplained">Messages with more copies than sessions that were caught with them explain.</param>
/// <param name="Unexpected">Replies and failures that no kill explains.</param>
internal sealed record KillFigures(int Kills, int Acknowledged, int Caught, int Duplicates, IReadOnlyList<string> Lost, IReadOnlyList<string> Unexplained, IReadOnlyCollection<string> Unexpected)
{
    public override string ToString() => $"{Kills} kills, {Acknowledged} messages acknowledged, {Lost.Count} lost, {Caught} sessions caught, {Duplicates} duplicates, {Unexplained.Count} unexplained";
}

/// <summary>
/// Senders that try again until their message is acknowledged, a gateway, and a mail server that has on disk what it acknowledged; one of
/// the two is killed and started again, each time at a random moment under load.
/// </summary>
internal sealed class KillRun : IDisposable
{
    /// <summary>Fewer than the failed connections that open the gateway's breaker, or each kill would cost its ten seconds.</summary>
    private const int Senders = 4;
    private const int MessagesInSession = 20;
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(20);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "garita-kill-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly Random _random = new(7);
    private readonly ConcurrentDictionary<string, int> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _caughtWith = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _unexpected = new();
    /// <summary>Ended while both are there.</summary>
    private volatile TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    /// <summary>Ended when the gateway does not try the mail server any more.</summary>
    private readonly TaskCompletionSource _breaker = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RunningGateway? _gateway;
    private volatile bool _stopping;
    private DurableServer? _server;
    /// <summary>Odd while somebody is being killed.</summary>
    private int _kills;
    private int _sent;
    private int _caught;

    private KillRun()
    {
    }

    /// <summary>Kills so many times, waits until each message was acknowledged, and counts.</summary>
    /// <param name="rounds">How many kills.</param>
    /// <param name="victim">Of whom.</param>
    /// <param name="fault">What is wrong with the mail server (see durable_server.py), or null.</param>
    /// <param name="outage">Whether the mail server stays away, after the last kill, until the gateway does not try it any more.</param>
    /// <param name="say">Told about the progress.</param>
    public static async Task<KillFigures> RunAsync(int rounds, Victim victim, string? fault = null, bool outage = false, Action<string>? say = null)
    {
        using var run = new KillRun();
        return await run.RunRoundsAsync(rounds, victim, fault, outage, say);
    }

    public void Dispose()
    {
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<KillFigures> RunRoundsAsync(int rounds, Victim victim, string? fault, bool outage, Action<string>? say)
    {
        Directory.CreateDirectory(_folder);
        _server = await DurableServer.StartAsync(Path.Combine(_folder, "store"), fault);
        _gateway = await RunningGateway.StartAsync(_folder, _server.Port);
        var senders = Enumerable.Range(0, Senders).Select(number => Task.Run(() => SendAsync(new Random(number)))).ToArray();
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                _progress = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _up.TrySetResult();
                // Once it is under way, at a random moment.
                await _progress.Task.WaitAsync(TimeSpan.FromSeconds(60));
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(100)), TimeProvider.System);
                var isLast = round == rounds - 1;
                await KillAsync(victim is Victim.Gateway || (victim is Victim.Alternately && round % 2 == 0), outage && isLast);
                if ((round + 1) % 100 == 0)
                    say?.Invoke($"{round + 1} kills, {_acknowledged.Count} messages acknowledged, {Volatile.Read(ref _caught)} sessions caught");
            }

            // The senders bring to an end what they have begun.
            _stopping = true;
            _up.TrySetResult();
            await Task.WhenAll(senders).WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            _stopping = true;
            await _gateway.DisposeAsync();
        }

        return Count(rounds);
    }

    private async Task KillAsync(bool isGateway, bool outage)
    {
        // Nobody begins a message while there is nobody; what is under way gets caught.
        _up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref _kills);
        if (isGateway)
        {
            var dead = _gateway!;
            dead.Kill();
            await dead.WaitForExitAsync();
            await dead.DisposeAsync();
            Interlocked.Increment(ref _kills);
            _gateway = await RunningGateway.StartAsync(_folder, _server!.Port);
            return;
        }

        await _server!.KillAsync();
        Interlocked.Increment(ref _kills);
        if (outage)
        {
            _up.TrySetResult();
            await _breaker.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }

        await _server.StartAsync();
    }

    private async Task SendAsync(Random random)
    {
        var sender = new Sender(random);
        try
        {
            while (!_stopping)
            {
                var subject = $"m{Interlocked.Increment(ref _sent)}";
                while (!await TryAsync(sender, subject))
                    await Task.Delay(Later, TimeProvider.System);
                _acknowledged.TryAdd(subject, 0);
                _progress.TrySetResult();
            }
        }
        finally
        {
            sender.Client?.Dispose();
        }
    }

    private async Task<bool> TryAsync(Sender sender, string subject)
    {
        int before;
        do
        {
            await _up.Task;
            before = Volatile.Read(ref _kills);
        }
        while (!_up.Task.IsCompleted);

        sender.HasSentDot = false;
        var reply = "";
        try
        {
            reply = await OfferAsync(sender, subject);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The gateway is gone: the sender keeps the message.
        }

        if (reply is ['2', ..])
            return true;
        var wasKilled = before % 2 == 1 || Volatile.Read(ref _kills) != before;
        if (sender.HasSentDot && wasKilled)
        {
            Interlocked.Increment(ref _caught);
            _caughtWith.AddOrUpdate(subject, 1, static (_, times) => times + 1);
        }

        // What happens behind the gateway never costs a sender its connection.
        if (reply is not ['4', ..] && (reply.Length > 0 || !sender.Gateway!.WasKilled))
            _unexpected.Enqueue($"{subject}: {(reply.Length > 0 ? reply : "the connection was lost")}");
        // Its transaction may be half begun: a new session next time.
        sender.Left = 0;
        return false;
    }

    /// <summary>The last reply, empty when the connection was lost.</summary>
    private async Task<string> OfferAsync(Sender sender, string subject)
    {
        var gateway = _gateway!;
        if (sender.Left == 0 || sender.Gateway != gateway)
        {
            sender.Client?.Dispose();
            sender.Client = new RawClient(gateway.Port);
            sender.Gateway = gateway;
            sender.Left = sender.Random.Next(1, MessagesInSession);
            if (await sender.Client.TryOpenAsync() is not ['2', ..] and var no)
                return no;
        }

        sender.Left--;
        var client = sender.Client!;
        if (await AskAsync("MAIL FROM:<a@example.net>") is not ['2', ..] and var mail)
            return mail;
        if (await AskAsync("RCPT TO:<user1@example.com>") is not ['2', ..] and var rcpt)
        {
            _breaker.TrySetResult();
            return rcpt;
        }

        if (await AskAsync("DATA") is not ['3', ..] and var data)
            return data;
        await client.SendAsync($"From: a@example.net\r\nSubject: {subject}\r\n\r\nhi\r\n");
        sender.HasSentDot = true;
        return await AskAsync(".");

        async Task<string> AskAsync(string line)
        {
            await client.SendAsync(line + "\r\n");
            return await client.ReadAsync();
        }
    }

    private KillFigures Count(int kills)
    {
        var copies = _server!.Subjects.CountBy(static subject => subject, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var lost = _acknowledged.Keys.Where(subject => !copies.ContainsKey(subject)).ToArray();
        var unexplained = copies.Where(copy => copy.Value > 1 + _caughtWith.GetValueOrDefault(copy.Key)).Select(static copy => copy.Key).ToArray();
        return new KillFigures(kills, _acknowledged.Count, _caught, copies.Values.Sum(static count => count - 1), lost, unexplained, _unexpected);
    }

    private sealed class Sender(Random random)
    {
        public Random Random { get; } = random;

        public RawClient? Client { get; set; }

        public RunningGateway? Gateway { get; set; }

        /// <summary>Messages until the session ends.</summary>
        public int Left { get; set; }

        public bool HasSentDot { get; set; }
    }
}
