namespace Garita.Gateway.Rules;

/// <summary>
/// Another protocol on the SMTP port: HTTP (open-proxy probes, ALPACA), a TLS ClientHello in clear text, SSH and the like.
/// It looks at the first octets alone: guessing later in a session would hit mail.
/// </summary>
public sealed class WrongProtocol() : Rule<ConnectFacts>("wrong-protocol", RuleStage.Connect, RuleMode.Reject, AllowedModes.Off | AllowedModes.Shadow | AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(ConnectFacts facts) =>
        Recognise(facts.FirstBytes.Span) is { } protocol
            ? Verdict.Breach(554, new(5, 5, 1), "this port speaks SMTP", protocol) with { Close = true }
            : Verdict.Pass;

    /// <summary>Names the protocol that begins so.</summary>
    /// <param name="first">The first octets a client sent.</param>
    /// <returns><c>http</c>, <c>tls</c>, <c>ssh</c>, <c>rdp</c>, <c>smb</c>, or null for what may be SMTP.</returns>
    public static string? Recognise(ReadOnlySpan<byte> first)
    {
        // RFC 8446 §5.1: a handshake record, legacy version 3.x. SMTP never begins with a control character.
        if (first.Length >= 2 && first[0] == 0x16 && first[1] == 3)
            return "tls";
        // TPKT version 3 (RFC 1006 §6), what RDP scanners send.
        if (first.Length >= 2 && first[0] == 3 && first[1] == 0)
            return "rdp";
        // RFC 4253 §4.2.
        if (first.StartsWith("SSH-"u8))
            return "ssh";
        if (first.Length >= 8 && first[0] == 0 && IsSmb(first))
            return "smb";
        return IsHttp(first) ? "http" : null;
    }

    // NetBIOS session header (RFC 1002 §4.3.1), then 0xFF or 0xFE and "SMB".
    private static bool IsSmb(ReadOnlySpan<byte> first) => first[4] >= 0xFE && first[5..8].SequenceEqual("SMB"u8);

    // RFC 9112 §3: method SP target. Methods are case-sensitive, none is an SMTP verb.
    private static bool IsHttp(ReadOnlySpan<byte> first) =>
        first.StartsWith("GET "u8) || first.StartsWith("POST "u8) || first.StartsWith("CONNECT "u8) || first.StartsWith("HEAD "u8)
        || first.StartsWith("PUT "u8) || first.StartsWith("OPTIONS "u8) || first.StartsWith("DELETE "u8) || first.StartsWith("PATCH "u8)
        || first.StartsWith("TRACE "u8) || first.StartsWith("PRI * HTTP/2"u8);
}
