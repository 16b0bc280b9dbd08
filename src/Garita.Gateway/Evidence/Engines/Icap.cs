using System.Globalization;
using System.Text;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>
/// Asks a scanner by ICAP (RFC 3507): RESPMOD with the message as the body of a made-up HTTP response, as mail gateways do. 204 says that
/// nothing is to be changed; a virus is told by <c>X-Infection-Found</c>, <c>X-Virus-ID</c> or <c>X-Virus-Name</c>, or by a response in its place.
/// </summary>
internal sealed class Icap(EngineSettings settings) : IEngine
{
    private const string HttpRequest = "GET http://mail.invalid/message HTTP/1.1\r\nHost: mail.invalid\r\n\r\n";
    private const string HttpResponse = "HTTP/1.1 200 OK\r\nContent-Type: message/rfc822\r\n\r\n";

    public EngineSettings Settings => settings;

    public async Task<EngineAnswer> ScanAsync(EngineScan scan, Stream message, CancellationToken deadline)
    {
        using var connection = await EngineConnection.OpenAsync(settings.Address, deadline).ConfigureAwait(false);
        var authority = settings.Address.IsUnix ? "localhost" : settings.Address.ToString();
        // RFC 3507 §4.4.1: where the parts begin.
        await connection.SendAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"RESPMOD icap://{authority}/{settings.Path} ICAP/1.0\r\nHost: {authority}\r\nX-Client-IP: {scan.Client}\r\nAllow: 204\r\nConnection: close\r\nEncapsulated: req-hdr=0, res-hdr={HttpRequest.Length}, res-body={HttpRequest.Length + HttpResponse.Length}\r\n\r\n{HttpRequest}{HttpResponse}"),
            deadline).ConfigureAwait(false);
        // A chunk is "size CRLF octets CRLF" (RFC 9112 §7.1), put together here so that it goes in one piece.
        const int Room = 16;
        var buffer = new byte[Room + (32 * 1024) + 2];
        int read;
        do
        {
            // RFC 3507 §4.5: without a preview nothing is waited for.
            read = await message.ReadAsync(buffer.AsMemory(Room, buffer.Length - Room - 2), deadline).ConfigureAwait(false);
            var size = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{read:x}\r\n"));
            size.CopyTo(buffer, Room - size.Length);
            "\r\n"u8.CopyTo(buffer.AsSpan(Room + read));
            if (!await connection.TrySendAsync(buffer.AsMemory(Room - size.Length, size.Length + read + 2), deadline).ConfigureAwait(false))
                break;
        }
        while (read > 0);

        return Read(await connection.ReadAsync(IsWhole, deadline).ConfigureAwait(false));
    }

    /// <summary>Reads the answer's head; what it would put in place of the message is not wanted.</summary>
    internal EngineAnswer Read(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = (end < 0 ? answer : answer[..end]).Split("\r\n");
        if (end < 0 || lines[0].Split(' ') is not [var version, var code, ..] || !version.StartsWith("ICAP/1.", StringComparison.Ordinal))
            throw new EngineException($"the ICAP server answered \"{EngineAnswer.Clean(lines[0], 100)}\"");
        foreach (var line in lines.Skip(1))
        {
            if (Virus(line) is { } virus)
                return new EngineAnswer(settings, EngineStatus.Scanned, EngineAnswer.Clean(virus, 100));
        }

        return code switch
        {
            "204" => new EngineAnswer(settings, EngineStatus.Scanned),
            // It gives the message back as it was, or a page that says why it may not pass.
            "200" => new EngineAnswer(settings, EngineStatus.Scanned, IsUnchanged(answer.AsSpan(end + 4)) ? null : "blocked"),
            _ => throw new EngineException($"the ICAP server answered {EngineAnswer.Clean(code, 3)}"),
        };
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        // With a head of the encapsulated response, that is waited for.
        return !text.AsSpan(0, end).Contains("res-hdr", StringComparison.OrdinalIgnoreCase) || text.IndexOf("\r\n\r\n", end + 4, StringComparison.Ordinal) > 0;
    }

    private static bool IsUnchanged(ReadOnlySpan<char> response)
    {
        var line = response.IndexOf("\r\n");
        return line > 0 && response[..line].StartsWith("HTTP/1.") && response[..line].Contains(" 200", StringComparison.Ordinal);
    }

    /// <summary>The name in a field that tells of a virus (draft-stecher-icap-subid §3.3 and what products write).</summary>
    private static string? Virus(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return null;
        var value = line[(colon + 1)..].Trim();
        switch (line[..colon].ToUpperInvariant())
        {
            case "X-INFECTION-FOUND":
                var threat = value.IndexOf("Threat=", StringComparison.OrdinalIgnoreCase);
                return threat < 0 ? value : value[(threat + 7)..].TrimEnd(';');
            case "X-VIRUS-ID" or "X-VIRUS-NAME" when !value.Equals("none", StringComparison.OrdinalIgnoreCase) && value.Length > 0:
                return value;
            default:
                return null;
        }
    }
}
