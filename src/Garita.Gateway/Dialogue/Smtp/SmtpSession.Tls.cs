using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>How a session becomes TLS.</summary>
internal sealed partial class SmtpSession
{
    /// <summary>Takes the memory that TLS needs from the budget; false when there is none left.</summary>
    internal bool TakeTlsPlace() => _hasTlsPlace = House.TlsPlaces.TryEnter(House.Policy.Memory.TlsConnections);

    /// <summary>Becomes TLS and forgets everything that was said in clear text (RFC 3207 §4.2).</summary>
    internal async Task SecureAsync()
    {
        SetDeadline(TimeSpan.FromSeconds(10));
        await House.Certificates.SecureAsync(Connection, House.Handshakes);
        ClearDeadline();
        Helo = null;
        _isEsmtp = false;
        State = SessionState.Connected;
        _lines.Reset();
    }
}
