using System.Globalization;
using System.Text;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Evidence.Message;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>
/// A message without the parts that the policy takes out: a note stands in the place of each, all other octets stay as they are. It is written
/// into a letter of its own, with the line ends it is relayed with; the letter received is not touched. Whoever seals changed messages (ARC) does it with this letter.
/// </summary>
internal static class StrippedMessage
{
    private const int MostName = 100;

    /// <summary>Writes the message anew.</summary>
    /// <param name="session">Whose message it is.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="letter">The message as received, sealed.</param>
    /// <param name="report">What was found in it.</param>
    /// <returns>The new letter, sealed; null when there is no room for it (452).</returns>
    internal static async ValueTask<ILetter?> WriteAsync(SmtpSession session, TenantSettings tenant, ILetter letter, ContentReport report)
    {
        if (session.House.Services.Letters.Open(tenant.Name, letter.Length) is not { } to)
            return null;
        try
        {
            return await WriteAsync(session, tenant, letter, report, to);
        }
        catch
        {
            to.Dispose();
            throw;
        }
    }

    private static async ValueTask<ILetter?> WriteAsync(SmtpSession session, TenantSettings tenant, ILetter letter, ContentReport report, ILetter to)
    {
        using var from = new LetterStream(letter);
        var buffer = new byte[32 * 1024];
        long at = 0;
        foreach (var (part, name) in Parts(report, tenant.Attachments))
        {
            var note = Note(name, session.Policy.Settings.Hostname);
            if (part.Depth == 0)
            {
                // The message itself is what is taken out: its header stays, but for what it says of the body.
                var header = new byte[part.BodyAt];
                await from.ReadExactlyAsync(header);
                if (!await WriteAsync(to, WithoutContentFields(header)) || !await WriteAsync(to, note))
                    return Give(to);
                await to.SealAsync();
                return to;
            }

            if (!await CopyAsync(from, to, part.HeaderAt - at, buffer) || !await WriteAsync(to, note) || !await CopyAsync(from, null, part.BodyEnd - part.HeaderAt, buffer))
                return Give(to);
            at = part.BodyEnd;
        }

        if (!await CopyAsync(from, to, long.MaxValue, buffer))
            return Give(to);
        await to.SealAsync();
        return to;
    }

    /// <summary>The parts to be taken out, in their order, none inside another.</summary>
    private static List<(PartRecord Part, string Name)> Parts(ContentReport report, AttachmentSettings settings)
    {
        var found = new List<(PartRecord Part, string Name)>();
        foreach (var finding in report.Findings)
        {
            if (settings[finding.Class] is not (AttachmentAction.Rule or AttachmentAction.Strip))
                continue;
            // What lies in an encoded part goes with the part that holds it.
            var number = finding.Part;
            while (number > 0 && report.Parts[number].HeaderAt < 0)
                number--;
            found.Add((report.Parts[number], finding.Name));
        }

        found.Sort(static (one, other) => one.Part.Number.CompareTo(other.Part.Number));
        var outer = new List<(PartRecord Part, string Name)>();
        foreach (var one in found)
        {
            if (outer.Count == 0 || one.Part.HeaderAt >= outer[^1].Part.BodyEnd)
                outer.Add(one);
        }

        return outer;
    }

    private static byte[] Note(string name, string hostname)
    {
        var shown = new StringBuilder(MostName);
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, MostName)))
            shown.Append(c is >= ' ' and <= '~' and not ('"' or '<' or '>') ? c : '?');
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            Content-Type: text/plain; charset=us-ascii
            Content-Transfer-Encoding: 7bit
            Content-Disposition: inline

            The attachment "{shown}" was taken out by {hostname}:
            files of this kind are not accepted here.

            """).ReplaceLineEndings("\r\n"));
    }

    /// <summary>A header section without its Content fields and without the empty line: the note brings its own.</summary>
    private static byte[] WithoutContentFields(byte[] header)
    {
        var kept = new List<byte>(header.Length);
        var isContent = false;
        for (var at = 0; at < header.Length;)
        {
            var feed = Array.IndexOf(header, (byte)'\n', at);
            var line = header.AsSpan(at, (feed < 0 ? header.Length : feed + 1) - at);
            at += line.Length;
            if (line is [(byte)'\r', (byte)'\n'])
                break;
            if (line[0] is not ((byte)' ' or (byte)'\t'))
                isContent = line.Length > 8 && Ascii.EqualsIgnoreCase(line[..8], "Content-"u8);
            if (!isContent)
                kept.AddRange(line);
        }

        return [.. kept];
    }

    private static async ValueTask<bool> CopyAsync(LetterStream from, ILetter? to, long octets, byte[] buffer)
    {
        while (octets > 0)
        {
            var count = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, octets)));
            if (count == 0)
                return true;
            octets -= count;
            if (to is not null && !await WriteAsync(to, buffer.AsMemory(0, count)))
                return false;
        }

        return true;
    }

    private static async ValueTask<bool> WriteAsync(ILetter to, ReadOnlyMemory<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (to.GetRoom() is not { IsEmpty: false } room)
                return false;
            var count = Math.Min(room.Length, octets.Length);
            octets[..count].CopyTo(room);
            octets = octets[count..];
            if (!await to.AdvanceAsync(count))
                return false;
        }

        return true;
    }

    private static ILetter? Give(ILetter letter)
    {
        letter.Dispose();
        return null;
    }
}
