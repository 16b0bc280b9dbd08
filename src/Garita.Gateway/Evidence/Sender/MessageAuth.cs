using Garita.Gateway.Evidence.Message;
using Garita.Gateway.Relay.Letters;
using Garita.SenderAuth;
using Garita.SenderAuth.Dkim;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>
/// Finds out what the signatures of a message say (DKIM, RFC 6376; ARC, RFC 8617): of the message as it will be relayed, in one pass, on the
/// pool. DNS that does not answer in time is a temporary error, never a wait.
/// </summary>
/// <param name="dns">Look-ups.</param>
/// <param name="time">The clock.</param>
public sealed class MessageAuth(Dns.IDnsResolver dns, TimeProvider time)
{
    /// <summary>Time for all keys of a message, which are asked for at once.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly SenderDns _dns = new(dns);
    private readonly DkimKeyCache _keys = new();

    /// <summary>Verifies a message.</summary>
    /// <param name="letter">The message, sealed; nobody else reads it meanwhile.</param>
    /// <exception cref="IOException">The message cannot be read back.</exception>
    public Task<MessageAuthFacts> FindAsync(ILetter letter) => Task.Run(async () =>
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        await using var message = new LetterStream(letter);
        var found = await MessageSignatures.VerifyAsync(message, _dns, time.GetUtcNow(), _keys, deadline.Token).ConfigureAwait(false);
        return new MessageAuthFacts(found.Dkim, found.Arc);
    });
}
