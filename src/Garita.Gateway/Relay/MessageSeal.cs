using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Settings;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay;

/// <summary>
/// Seals messages that were changed here (RFC 8617 §5.1), so that who gets them can still know what they were. Without a seal a changed message
/// goes on all the same: it is worth less, not lost.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="log">Where it is said that the key cannot be used.</param>
public sealed partial class MessageSeal(TimeProvider time, ILogger log)
{
    private const int MostKeyOctets = 64 * 1024;

    /// <summary>The fields to put before a changed message.</summary>
    /// <param name="settings">In whose name; null for nobody's.</param>
    /// <param name="changed">The message as it goes on, from its first octet, lines ended by CRLF; read once.</param>
    /// <param name="received">What its signatures said before it was changed; null where nobody asked: then nothing can be said of its chain, and it is not sealed.</param>
    /// <param name="authenticationResults">What was found of it as it came: the value of our Authentication-Results field (RFC 8601), authserv-id first.</param>
    /// <returns>The fields with their line ends; empty for a message that is not sealed.</returns>
    /// <exception cref="IOException">The message cannot be read.</exception>
    public async ValueTask<byte[]> MakeAsync(ArcSettings? settings, Stream changed, MessageAuthFacts? received, string authenticationResults)
    {
        if (settings is null || received is null)
            return [];
        // For each message: they are few, and a new key needs no reload.
        using var key = ReadKey(settings.Key, out var problem);
        if (key is null)
        {
            KeyUnusable(settings.Key, problem!);
            return [];
        }

        var sealer = new ArcSealer(settings.Domain, settings.Selector, key);
        return await sealer.SealAsync(changed, received.Arc.Status, authenticationResults, time.GetUtcNow()).ConfigureAwait(false) ?? [];
    }

    /// <summary>Reads a private key.</summary>
    /// <param name="file">A PEM file of at most 64 KiB.</param>
    /// <param name="problem">Why there is none; it says nothing of the key itself.</param>
    public static DkimPrivateKey? ReadKey(string file, out string? problem)
    {
        try
        {
            problem = "it is too large for a key";
            return new FileInfo(file).Length > MostKeyOctets ? null : DkimPrivateKey.Read(File.ReadAllText(file), out problem);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problem = unreadable.Message;
            return null;
        }
    }

    [LoggerMessage(6330, LogLevel.Error, "arc.key {File} cannot be used, changed messages are not sealed: {Problem}")]
    private partial void KeyUnusable(string file, string problem);
}
