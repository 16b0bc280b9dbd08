using System.Globalization;

namespace Garita.Hardening.Accounts;

/// <summary>Times as sshd_config(5) writes them: <c>90</c>, <c>1m30s</c>, <c>2h</c>.</summary>
internal static class SshTime
{
    /// <summary>The seconds, or null when it is no time.</summary>
    /// <param name="text">The time.</param>
    public static long? Seconds(string text)
    {
        var (seconds, at) = (0L, 0);
        while (at < text.Length)
        {
            var end = at;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            if (!int.TryParse(text.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            var unit = end == text.Length ? 1 : char.ToLowerInvariant(text[end]) switch
            {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                'd' => 86400,
                'w' => 604800,
                _ => 0,
            };
            if (unit == 0)
                return null;
            seconds += (long)number * unit;
            at = end + 1;
        }
        return text.Length > 0 ? seconds : null;
    }
}
