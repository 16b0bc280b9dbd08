using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.Demo;

/// <summary>What is written to a server, and what for.</summary>
/// <param name="Octets">Sent as they are.</param>
/// <param name="NeedsGoAhead">Only sent if the last answer was 354.</param>
internal readonly record struct Step(byte[] Octets, bool NeedsGoAhead = false);

/// <summary>
/// A client that sends octets as they are over a plain socket and notes every answer; real client libraries would refuse to send
/// most of what the demo sends. Each run is bounded by one deadline.
/// </summary>
/// <param name="server">Where to.</param>
/// <param name="source">From which address of 127.0.0.0/8, so that servers take each run for another client.</param>
/// <param name="time">The clock.</param>
internal sealed class RawClient(IPEndPoint server, IPAddress source, TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    /// <summary>Sends the steps, each after the answer to the one before, says QUIT and reads to the end.</summary>
    /// <param name="steps">What to send.</param>
    /// <param name="waitsForGreeting">Whether the server may speak first.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>The lines of all answers, as far as there were any.</returns>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<Step> steps, bool waitsForGreeting, CancellationToken cancel)
    {
        var answers = new List<string>();
        using var timeout = new CancellationTokenSource(Deadline, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(server, deadline.Token);
            using var reader = new StreamReader(new NetworkStream(socket), Encoding.Latin1);
            if (await DialogueAsync(socket, reader, steps, waitsForGreeting, answers, deadline.Token))
                await socket.SendAsync("QUIT\r\n"u8.ToArray(), deadline.Token);
            socket.Shutdown(SocketShutdown.Send);
            while (await reader.ReadLineAsync(deadline.Token) is { } line)
                answers.Add(line);
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            // Cut off, or no answer in time: what the mail server behind has received decides, not how this ended.
        }

        return answers;
    }

    private static async Task<bool> DialogueAsync(Socket socket, StreamReader reader, IReadOnlyList<Step> steps, bool waitsForGreeting, List<string> answers, CancellationToken cancel)
    {
        var code = 0;
        if (waitsForGreeting && await AnswerAsync(reader, answers, cancel) is not 220)
            return false;
        foreach (var step in steps)
        {
            if (step.NeedsGoAhead && code != 354)
                return true;
            for (var sent = 0; sent < step.Octets.Length;)
                sent += await socket.SendAsync(step.Octets.AsMemory(sent), cancel);
            if (await AnswerAsync(reader, answers, cancel) is not { } answer)
                return false;
            code = answer;
        }

        return true;
    }

    /// <summary>Reads one answer (RFC 5321 §4.2.1); null at the end.</summary>
    private static async Task<int?> AnswerAsync(StreamReader reader, List<string> answers, CancellationToken cancel)
    {
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            answers.Add(line);
            if (line.Length >= 3 && (line.Length == 3 || line[3] != '-') && int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                return code;
        }

        return null;
    }
}
