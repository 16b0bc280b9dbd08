using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Garita.Protocols.Address;

/// <summary>
/// Reads the paths of MAIL FROM and RCPT TO (RFC 5321 §4.1.2, RFC 6531 §3.3): strictly by the grammar, in one pass, bounded.
/// It deviates in one point: one trailing dot of the domain is stripped and reported, so that a rule can refuse it by name.
/// It does not read the addresses of header fields (RFC 5322): comments, folding and display names are no part of an envelope,
/// and one parser for both would have to let them in here.
/// </summary>
public static partial class PathParser
{
    private const int MaxPath = 256; // RFC 5321 §4.5.3.1.3, with the punctuation

    /// <summary>Reads a reverse-path: a mailbox in angle brackets, or <c>&lt;&gt;</c>.</summary>
    /// <param name="input">What begins at the path; anything may follow it.</param>
    /// <param name="smtpUtf8">Whether UTF-8 is allowed (RFC 6531 §3.3).</param>
    /// <param name="path">The path; meaningless when there is an error.</param>
    /// <param name="consumed">Octets up to and including the closing bracket; 0 when there is an error.</param>
    public static PathError ParseReversePath(ReadOnlySpan<byte> input, bool smtpUtf8, out SmtpPath path, out int consumed)
    {
        // RFC 5321 §4.5.5
        if (input.StartsWith("<>"u8))
        {
            path = default;
            consumed = 2;
            return PathError.None;
        }

        return Parse(input, smtpUtf8, allowPostmaster: false, out path, out consumed);
    }

    /// <summary>Reads a forward-path: a mailbox in angle brackets, or <c>&lt;postmaster&gt;</c> in any case; <c>&lt;&gt;</c> is an error.</summary>
    /// <inheritdoc cref="ParseReversePath"/>
    public static PathError ParseForwardPath(ReadOnlySpan<byte> input, bool smtpUtf8, out SmtpPath path, out int consumed) =>
        Parse(input, smtpUtf8, allowPostmaster: true, out path, out consumed);

    /// <summary>
    /// Reads <c>a@b</c> without brackets, as settings, recipient files and the command line have it; UTF-8 is allowed.
    /// No source route, no trailing dot, no bare local part.
    /// </summary>
    public static bool TryParseMailbox(ReadOnlySpan<char> text, out Mailbox? mailbox)
    {
        mailbox = null;
        Span<byte> octets = stackalloc byte[MaxPath];
        // Strict about lone surrogates, which Encoding.UTF8 would replace.
        var status = Utf8.FromUtf16(text, octets[..(MaxPath - 2)], out _, out var length, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
            return false;

        var error = ReadMailbox(octets[..length], smtpUtf8: true, allowPostmaster: false, out var read, out var trailingDot, out var consumed);
        if (error != PathError.None || trailingDot || consumed != length)
            return false;

        mailbox = read;
        return true;
    }

    private static PathError Parse(ReadOnlySpan<byte> input, bool smtpUtf8, bool allowPostmaster, out SmtpPath path, out int consumed)
    {
        path = default;
        consumed = 0;
        if (input.IsEmpty || input[0] != (byte)'<')
            return PathError.NoBrackets;

        var position = 1;
        var error = SkipSourceRoute(input[position..], smtpUtf8, out var routeLength);
        if (error != PathError.None)
            return error;

        position += routeLength;
        error = ReadMailbox(input[position..], smtpUtf8, allowPostmaster && routeLength == 0, out var mailbox, out var trailingDot, out var length);
        if (error != PathError.None)
            return error;

        position += length;
        if (position == input.Length)
            return PathError.NoBrackets;
        if (input[position] != (byte)'>')
            return AddressOctets.Blame(input[position], PathError.Domain);
        if (++position > MaxPath)
            return PathError.PathTooLong;

        path = new SmtpPath(mailbox, routeLength > 0, trailingDot);
        consumed = position;
        return PathError.None;
    }

    /// <summary>RFC 5321 §4.1.2: A-d-l, read by the grammar and thrown away as §4.1.1.3 asks.</summary>
    private static PathError SkipSourceRoute(ReadOnlySpan<byte> input, bool smtpUtf8, out int consumed)
    {
        consumed = 0;
        if (input.IsEmpty || input[0] != (byte)'@')
            return PathError.None;

        var position = 0;
        while (true)
        {
            if (position == input.Length || input[position] != (byte)'@')
                return PathError.Domain;

            position++;
            if (position < input.Length && input[position] == (byte)'[')
                return PathError.Domain; // an At-domain is no literal

            var error = DomainReader.Read(input[position..], smtpUtf8, out _, out _, out var length);
            if (error != PathError.None)
                return error;

            position += length;
            if (position == input.Length)
                return PathError.Domain;

            var next = input[position++];
            if (next == (byte)':')
            {
                consumed = position;
                return PathError.None;
            }

            if (next != (byte)',')
                return AddressOctets.Blame(next, PathError.Domain);
        }
    }

    private static PathError ReadMailbox(
        ReadOnlySpan<byte> input, bool smtpUtf8, bool allowPostmaster, out Mailbox? mailbox, out bool trailingDot, out int consumed)
    {
        mailbox = null;
        trailingDot = false;
        consumed = 0;
        var error = LocalPartReader.Read(input, smtpUtf8, out var localPart, out var length);
        if (error != PathError.None)
            return error;

        if (length == input.Length || input[length] != (byte)'@')
        {
            // RFC 5321 §4.1.1.3 and §4.5.1: the one address without a domain
            if (allowPostmaster && length < input.Length && input[length] == (byte)'>' && Ascii.EqualsIgnoreCase(input[..length], "postmaster"u8))
            {
                mailbox = new Mailbox(localPart, string.Empty);
                consumed = length;
                return PathError.None;
            }

            return length == input.Length ? PathError.Domain : AddressOctets.Blame(input[length], PathError.Domain);
        }

        length++;
        error = DomainReader.Read(input[length..], smtpUtf8, out var domain, out trailingDot, out var domainLength);
        if (error != PathError.None)
            return error;

        // A-labels may be longer than what was written, and the path is sent with them.
        if (length + domain.Length > MaxPath - 2)
            return PathError.PathTooLong;

        mailbox = new Mailbox(localPart, domain);
        consumed = length + domainLength;
        return PathError.None;
    }
}
