using System.Text;
using Garita.Protocols.Message;

namespace Garita.Fuzz;

/// <summary>
/// A message's first octets. Oracles: ranges lie in order within the section; without the rule fields there are none, and all else
/// is as before; the author's address, in a field of its own, reads back strictly; the body changes nothing; allocation is bounded.
/// </summary>
public sealed class HeaderTarget : IFuzzTarget
{
    private const long MaxAllocation = 64 * 1024;

    /// <inheritdoc/>
    public string Name => "header";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } = Array.ConvertAll<string, byte[]>(
    [
        "Received: a\r\nFrom: \"Doe, J\" <j@Example.com> (c)\r\nTo: x@y, z@w\r\nX-Garita-Rule: a\r\n b\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n",
        "From: <@a,@b:c@d>\nX-Garita-Rule : x\n\nbody", "From: G: \"a b\"@c;\r\ngap\r\n", "From: a@b <c@d>\r\nFrom: ((x)\r\n\r\n", "From: \u00fc <\u00fc@\u00fc>\r\rX: [y]\r\n\r\n",
    ], Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var section = HeaderSection.Read(input, complete: true);
        OracleException.ThrowUnless(section.Length >= 0 && section.Length <= input.Length, "a section longer than its message");
        var kept = new List<byte>();
        var end = 0;
        foreach (var (offset, length) in section.GaritaRuleFields)
        {
            OracleException.ThrowUnless(offset >= end && length > 0 && offset + length <= section.Length, "a range out of place");
            kept.AddRange(input[end..offset]);
            end = offset + length;
        }
        kept.AddRange(input[end..]);
        var without = HeaderSection.Read(kept.ToArray(), complete: true);
        OracleException.ThrowUnless(
            input.Length > HeaderSection.MaxLength
            || (without.GaritaRuleFields.Count == 0 && without.Fields + section.GaritaRuleFields.Count == section.Fields
                && string.Equals(without.From, section.From, StringComparison.Ordinal)),
            "taking rule fields out changes others");
        if (input[..section.Length].EndsWith("\n\r\n"u8))
            CheckBody(section, input[..section.Length]);
        if (section.From is { } from)
            CheckAuthor(from);
        AllocationBound.Check(octets => HeaderSection.Read(octets, complete: true), input, MaxAllocation + (16L * section.GaritaRuleFields.Count));
    }

    private static void CheckBody(HeaderSection section, ReadOnlySpan<byte> octets)
    {
        // With a gap, the section may end behind an empty line's look-alike: there the next line matters.
        if (section.Findings.HasFlag(HeaderFindings.Gap))
            return;
        var other = HeaderSection.Read([.. octets, .. "From: (\u00ff\r\n"u8], complete: true);
        OracleException.ThrowUnless(other.Findings == section.Findings && other.Length == section.Length, "the body was looked at");
    }

    private static void CheckAuthor(string from)
    {
        OracleException.ThrowUnless(!from.Any(char.IsControl), "a control character in the author's address");
        var again = HeaderSection.Read(Encoding.UTF8.GetBytes($"From: {from}\r\n\r\n"), complete: true);
        OracleException.ThrowUnless(
            string.Equals(again.From, from, StringComparison.Ordinal) && !again.Findings.HasFlag(HeaderFindings.LooseFrom),
            "the author's address does not read back");
    }
}
