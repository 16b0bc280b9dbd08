using Garita.Gateway.Ledger;
using Garita.Protocols.Message;
using MimeKit.Utils;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>A message that is to be kept instead of delivered.</summary>
/// <param name="Delivery">Tenant, envelope, session and client; its letter is what is kept, octet for octet. Added fields are not kept.</param>
/// <param name="Reasons">Rules that sent it here, or what else did.</param>
/// <param name="Subject">Its subject as readable text, at most 500 characters; empty for none. Text from outside.</param>
/// <param name="From">The author's address, or null.</param>
/// <param name="MessageId">Its Message-ID, or null.</param>
public sealed record QuarantinedMessage(Delivery Delivery, IReadOnlyList<RuleHit> Reasons, string Subject, string? From, string? MessageId)
{
    private const int MostSubject = 500;
    private const int MostField = 4096;

    /// <summary>Reads what is to be known of a message out of its header.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="reasons">Why it is kept.</param>
    /// <exception cref="IOException">The letter cannot be read.</exception>
    public static async ValueTask<QuarantinedMessage> OfAsync(Delivery delivery, IReadOnlyList<RuleHit> reasons)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var head = await delivery.Letter.HeadAsync(HeaderSection.MaxLength + 1);
        var header = HeaderSection.Read(head.Span, complete: head.Length == delivery.Letter.Length);
        return new QuarantinedMessage(delivery, reasons, ReadSubject(head.Span[..header.Length]), header.From, header.MessageId);
    }

    /// <summary>The first Subject of a header section, unfolded and decoded (RFC 2047).</summary>
    internal static string ReadSubject(ReadOnlySpan<byte> section)
    {
        while (!section.IsEmpty)
        {
            var end = section.IndexOf((byte)'\n') + 1;
            var line = end == 0 ? section : section[..end];
            section = section[line.Length..];
            if (!IsSubject(line, out var colon))
                continue;
            var length = line.Length;
            var value = new List<byte>(Math.Min(length, MostField));
            Append(value, line[(colon + 1)..]);
            // RFC 5322 §2.2.3: unfolding takes the line ends out.
            while (!section.IsEmpty && section[0] is (byte)' ' or (byte)'\t' && value.Count < MostField)
            {
                end = section.IndexOf((byte)'\n') + 1;
                line = end == 0 ? section : section[..end];
                Append(value, line);
                section = section[line.Length..];
            }

            var text = Rfc2047.DecodeText([.. value]).Trim();
            return text.Length <= MostSubject ? text : text[..MostSubject];
        }

        return "";
    }

    private static bool IsSubject(ReadOnlySpan<byte> line, out int colon)
    {
        colon = line.IndexOf((byte)':');
        return colon > 0 && System.Text.Ascii.EqualsIgnoreCase(line[..colon].TrimEnd(" \t"u8), "Subject"u8);
    }

    private static void Append(List<byte> value, ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r\n"u8);
        value.AddRange(line[..Math.Min(line.Length, MostField - Math.Min(MostField, value.Count))]);
    }
}
