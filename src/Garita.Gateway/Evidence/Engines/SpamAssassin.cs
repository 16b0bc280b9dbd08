using System.Globalization;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>Asks spamd (SPAMC/1.5, SYMBOLS): the message whole, then the sending side is closed; score and names of tests come back.</summary>
internal sealed class SpamAssassin(EngineSettings settings) : IEngine
{
    public EngineSettings Settings => settings;

    public async Task<EngineAnswer> ScanAsync(EngineScan scan, Stream message, CancellationToken deadline)
    {
        using var connection = await EngineConnection.OpenAsync(settings.Address, deadline).ConfigureAwait(false);
        await connection.SendAsync("SYMBOLS SPAMC/1.5\r\n\r\n", deadline).ConfigureAwait(false);
        var buffer = new byte[32 * 1024];
        int read;
        var isTaken = await connection.TrySendAsync(scan.Trace, deadline).ConfigureAwait(false);
        while (isTaken && (read = await message.ReadAsync(buffer, deadline).ConfigureAwait(false)) > 0)
            isTaken = await connection.TrySendAsync(buffer.AsMemory(0, read), deadline).ConfigureAwait(false);
        if (isTaken)
            connection.EndSending();
        return Read(await connection.ReadAsync(static _ => false, deadline).ConfigureAwait(false));
    }

    /// <summary>Reads <c>SPAMD/1.1 0 EX_OK</c>, <c>Spam: True ; 7.1 / 5.0</c> and the names of tests in the body.</summary>
    internal EngineAnswer Read(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = (end < 0 ? answer : answer[..end]).Split("\r\n");
        if (end < 0 || lines[0].Split(' ') is not [var version, "0", ..] || !version.StartsWith("SPAMD/", StringComparison.Ordinal))
            throw new EngineException($"spamd answered \"{EngineAnswer.Clean(lines[0], 100)}\"");
        foreach (var line in lines)
        {
            if (line.StartsWith("Spam:", StringComparison.OrdinalIgnoreCase) && line.Split(';', '/') is [_, var score, _]
                && double.TryParse(score.AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                return new EngineAnswer(settings, EngineStatus.Scanned, Score: value, Detail: EngineAnswer.Clean(answer[(end + 4)..].Trim(), 300));
        }

        throw new EngineException("spamd gave no score");
    }
}
