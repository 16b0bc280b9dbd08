using System.Globalization;

namespace Garita.Protocols.Smtp;

/// <summary>
/// Reads what a server offers out of its reply to EHLO (RFC 5321 §4.1.1.1). Only keywords that are acted on are known; all
/// others are passed over, and a known one whose parameters make no sense counts as not offered.
/// </summary>
public static class EhloReply
{
    private const int MaxSizeDigits = 20;
    private const int MaxLimitDigits = 6;

    /// <summary>Reads the reply.</summary>
    /// <param name="reply">The reply to EHLO or LHLO; anything but 250 offers nothing.</param>
    /// <returns>What was offered. Of a keyword that comes twice the first counts.</returns>
    public static ServerCapabilities Parse(ServerReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var can = default(ServerCapabilities);
        if (reply.Code != 250)
            return can;
        // The first line is the server's name and greeting.
        for (var i = 1; i < reply.Lines.Count; i++)
        {
            var line = reply.Lines[i].AsSpan().Trim(' ');
            var space = line.IndexOf(' ');
            var keyword = space < 0 ? line : line[..space];
            var parameters = space < 0 ? default : line[(space + 1)..].Trim(' ');
            can = Add(can, keyword, parameters);
        }
        return can;
    }

    private static ServerCapabilities Add(in ServerCapabilities can, ReadOnlySpan<char> keyword, ReadOnlySpan<char> parameters)
    {
        Span<char> upper = stackalloc char[24];
        var length = keyword.ToUpperInvariant(upper);
        return (length < 0 ? default : upper[..length]) switch
        {
            "PIPELINING" => can with { Pipelining = true },
            "STARTTLS" => can with { StartTls = true },
            "8BITMIME" => can with { EightBitMime = true },
            "SMTPUTF8" => can with { SmtpUtf8 = true },
            "DSN" => can with { Dsn = true },
            "ENHANCEDSTATUSCODES" => can with { EnhancedStatusCodes = true },
            "SIZE" when can.Size is null => can with { Size = ParseSize(parameters) },
            "LIMITS" => AddLimits(can, parameters),
            "XCLIENT" when !can.XClient => can with { XClient = true, XClientAttributes = ParseAttributes(parameters) },
            _ => can,
        };
    }

    // RFC 1870 §4: no value and 0 both mean that no limit is declared.
    private static long? ParseSize(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
            return 0;
        return value.Length <= MaxSizeDigits && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;
    }

    // RFC 9422 §3: LIMITS name=value pairs; unknown names are passed over.
    private static ServerCapabilities AddLimits(ServerCapabilities can, ReadOnlySpan<char> parameters)
    {
        foreach (var range in parameters.Split(' '))
        {
            var pair = parameters[range];
            var equals = pair.IndexOf('=');
            if (equals < 0 || pair.Length - equals - 1 > MaxLimitDigits
                || !int.TryParse(pair[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value == 0)
                continue;
            var name = pair[..equals];
            if (name.Equals("MAILMAX", StringComparison.OrdinalIgnoreCase))
                can = can with { LimitMailMax = can.LimitMailMax ?? value };
            else if (name.Equals("RCPTMAX", StringComparison.OrdinalIgnoreCase))
                can = can with { LimitRcptMax = can.LimitRcptMax ?? value };
            else if (name.Equals("RCPTDOMAINMAX", StringComparison.OrdinalIgnoreCase))
                can = can with { LimitRcptDomainMax = can.LimitRcptDomainMax ?? value };
        }
        return can;
    }

    // Postfix XCLIENT_README: the attributes the server takes; those known to it alone are of no use here.
    private static string[] ParseAttributes(ReadOnlySpan<char> parameters)
    {
        ReadOnlySpan<string> known = ["NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT"];
        var found = new List<string>(known.Length);
        foreach (var range in parameters.Split(' '))
        {
            foreach (var name in known)
            {
                if (parameters[range].Equals(name, StringComparison.OrdinalIgnoreCase) && !found.Contains(name))
                    found.Add(name);
            }
        }
        return [.. found];
    }
}
