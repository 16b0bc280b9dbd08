using System.Buffers.Binary;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>Asks clamd by INSTREAM (clamd(8)): pieces with their length before them, an empty one at the end, one line back.</summary>
internal sealed class ClamAv(EngineSettings settings) : IEngine
{
    public EngineSettings Settings => settings;

    public async Task<EngineAnswer> ScanAsync(EngineScan scan, Stream message, CancellationToken deadline)
    {
        using var connection = await EngineConnection.OpenAsync(settings.Address, deadline).ConfigureAwait(false);
        await connection.SendAsync("zINSTREAM\0", deadline).ConfigureAwait(false);
        var buffer = new byte[4 + (32 * 1024)];
        int read;
        do
        {
            read = await message.ReadAtLeastAsync(buffer.AsMemory(4), 1, throwOnEndOfStream: false, deadline).ConfigureAwait(false);
            BinaryPrimitives.WriteInt32BigEndian(buffer, read);
        }
        while (await connection.TrySendAsync(buffer.AsMemory(0, 4 + read), deadline).ConfigureAwait(false) && read > 0);

        var answer = (await connection.ReadAsync(static text => text.Contains('\0', StringComparison.Ordinal), deadline).ConfigureAwait(false)).TrimEnd('\0', '\n');
        return Read(answer);
    }

    /// <summary>Reads <c>stream: OK</c>, <c>stream: NAME FOUND</c>, or an error.</summary>
    internal EngineAnswer Read(string answer)
    {
        const string Before = "stream: ", Behind = " FOUND";
        if (answer is "stream: OK")
            return new EngineAnswer(settings, EngineStatus.Scanned);
        if (answer.StartsWith(Before, StringComparison.Ordinal) && answer.EndsWith(Behind, StringComparison.Ordinal) && answer.Length > Before.Length + Behind.Length)
            return new EngineAnswer(settings, EngineStatus.Scanned, EngineAnswer.Clean(answer[Before.Length..^Behind.Length], 100));
        if (answer.StartsWith("INSTREAM size limit exceeded", StringComparison.Ordinal))
            return new EngineAnswer(settings, EngineStatus.TooLarge, Detail: "clamd's StreamMaxLength is smaller than max_size");
        throw new EngineException($"clamd answered \"{EngineAnswer.Clean(answer, 100)}\"");
    }
}
