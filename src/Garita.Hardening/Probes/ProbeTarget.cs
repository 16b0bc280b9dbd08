using System.Net.Sockets;

namespace Garita.Hardening.Probes;

/// <summary>A mail server to be asked.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its SMTP port.</param>
/// <param name="Recipient">An address of it that exists; null where none was given.</param>
/// <param name="Time">The clock.</param>
public sealed record ProbeTarget(string Host, int Port, string? Recipient, TimeProvider Time)
{
    /// <summary>The ports beside SMTP; others in tests.</summary>
    internal int ImapPort { get; init; } = 143;

    /// <inheritdoc cref="ImapPort"/>
    internal int PopPort { get; init; } = 110;

    /// <inheritdoc cref="ImapPort"/>
    internal int WebPort { get; init; } = 443;

    /// <summary>Time for each step of a dialogue.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long nothing has to come to count as silence.</summary>
    internal TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Opens a connection to a port beside SMTP; null where nobody listens.</summary>
    internal async Task<MailTalk?> OpenOtherAsync(int port)
    {
        try
        {
            return await MailTalk.OpenAsync(this, port);
        }
        catch (CannotLookException problem) when (problem.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return null;
        }
    }
}
