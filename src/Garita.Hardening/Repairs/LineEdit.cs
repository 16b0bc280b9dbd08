using System.Text;
using System.Text.RegularExpressions;

namespace Garita.Hardening.Repairs;

/// <summary>
/// Sets one line in a text of somebody else. Octets that are no UTF-8 stay as they are. In the SSH server's settings nothing is set behind the
/// first <c>Match</c>: there it would be for some logins only (sshd_config(5)).
/// </summary>
internal static class LineEdit
{
    /// <summary>Where the part of a file ends that is for all, as a regular expression; null: there is no such line.</summary>
    public static string? StopAt(string path) => path.StartsWith("/etc/ssh/sshd_config", StringComparison.Ordinal) ? @"^\s*[Mm][Aa][Tt][Cc][Hh]\s" : null;

    /// <summary>The text with the line set; the same text when it is set already.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> content, SetLine change)
    {
        // Latin 1 gives each octet a letter of its own, so that all of them come out as they went in.
        var text = Encoding.Latin1.GetString(content);
        var line = Octets(change.Line);
        var pattern = new Regex(Octets(change.Pattern), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        var stop = StopAt(change.Path) is { } expression ? new Regex(expression, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) : null;
        var lines = text.Split('\n').ToList();
        // What follows the last line feed is a line only if something is there.
        var ends = lines[^1].Length == 0;
        if (ends)
            lines.RemoveAt(lines.Count - 1);
        var end = stop is null ? -1 : lines.FindIndex(one => stop.IsMatch(one));
        var tail = end < 0 ? [] : lines.Skip(end).ToList();
        var head = end < 0 ? lines : lines.Take(end).ToList();
        var result = new List<string>(head.Count + 1);
        var isSet = false;
        foreach (var one in head)
        {
            if (!pattern.IsMatch(one.TrimEnd('\r')) && !string.Equals(one, line, StringComparison.Ordinal))
            {
                result.Add(one);
            }
            else if (!isSet)
            {
                result.Add(line);
                isSet = true;
            }
        }

        if (!isSet)
            result.Add(line);
        if (head.SequenceEqual(result, StringComparer.Ordinal))
            return content.ToArray();
        result.AddRange(tail);
        return Encoding.Latin1.GetBytes(string.Join('\n', result) + "\n");
    }

    private static string Octets(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
