using System.Text;
using Garita.Protocols.Address;

namespace Garita.Fuzz;

/// <summary>
/// Envelope paths. The first octet says how: bit 0 SMTPUTF8, bit 1 forward-path. Oracles: what is written of a path parses back to the same
/// mailbox; no proper prefix of a path is a path and what follows it does not matter (the parser is not incremental, this is its cutting);
/// no control character and nothing that is not ASCII without SMTPUTF8 gets in; allocation is bounded.
/// </summary>
public sealed class PathTarget : IFuzzTarget
{
    private const long MaxAllocation = 16 * 1024; // IdnMapping reports errors by exceptions

    /// <inheritdoc/>
    public string Name => "path";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } = Array.ConvertAll<string, byte[]>(
    [
        "0<>", "2<postmaster>", "2<a@example.org>", "0<@a.example,@b.example:c@d.example>", "0<\"a b\\\"c\"@example.org>", "0<a@[192.0.2.1]>",
        "0<a@[IPv6:2001:db8::192.0.2.1]>", "0<a@example.org.>", "1<пример@пример.example>", "3<\"ü b\"@bücher.example>", "0<\"\"@a>",
    ], Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;

        var smtpUtf8 = (input[0] & 1) != 0;
        var forward = (input[0] & 2) != 0;
        var text = input[1..];
        var error = Parse(text, smtpUtf8, forward, out var path, out var consumed);
        AllocationBound.Check(octets => Parse(octets, smtpUtf8, forward, out _, out _), text, MaxAllocation);
        if (error != PathError.None)
        {
            OracleException.ThrowUnless(consumed == 0, "an error consumes nothing");
            return;
        }

        CheckCutting(text[..consumed], smtpUtf8, forward, path);
        CheckOctets(text[..consumed], smtpUtf8);
        if (path.Mailbox is { } mailbox)
            CheckWritten(mailbox);
    }

    private static PathError Parse(ReadOnlySpan<byte> text, bool smtpUtf8, bool forward, out SmtpPath path, out int consumed) =>
        forward ? PathParser.ParseForwardPath(text, smtpUtf8, out path, out consumed) : PathParser.ParseReversePath(text, smtpUtf8, out path, out consumed);

    private static void CheckCutting(ReadOnlySpan<byte> text, bool smtpUtf8, bool forward, SmtpPath path)
    {
        for (var length = 0; length < text.Length; length++)
            OracleException.ThrowUnless(Parse(text[..length], smtpUtf8, forward, out _, out _) != PathError.None, "a prefix is a path");

        OracleException.ThrowUnless(
            Parse(text, smtpUtf8, forward, out var alone, out var consumed) == PathError.None && alone == path && consumed == text.Length,
            "the path depends on what follows it");
    }

    private static void CheckOctets(ReadOnlySpan<byte> text, bool smtpUtf8)
    {
        OracleException.ThrowUnless(!text.ContainsAnyInRange((byte)0, (byte)0x1F) && !text.Contains((byte)0x7F), "a control character got in");
        OracleException.ThrowUnless(!text.Contains((byte)0xFF), "0xFF got in");
        OracleException.ThrowUnless(smtpUtf8 || Ascii.IsValid(text), "eight bit without SMTPUTF8");
        OracleException.ThrowUnless(text.Length <= 256, "a path over 256 octets");
    }

    private static void CheckWritten(Mailbox mailbox)
    {
        var written = mailbox.ToString();
        var error = PathParser.ParseForwardPath(Encoding.UTF8.GetBytes($"<{written}>"), smtpUtf8: true, out var path, out _);
        OracleException.ThrowUnless(
            error == PathError.None && mailbox.Equals(path.Mailbox) && !path.HasSourceRoute && !path.HasTrailingDot,
            $"what is written does not parse back: {error}");
        OracleException.ThrowUnless(
            mailbox.Domain.Length == 0 || (PathParser.TryParseMailbox(written, out var again) && mailbox.Equals(again)),
            "the mailbox parser disagrees with the path parser");
    }
}
