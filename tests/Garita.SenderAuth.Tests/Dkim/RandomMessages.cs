using CsCheck;

namespace Garita.SenderAuth.Tests.Dkim;

/// <summary>Messages with all that canonicalisation is about: folded, repeated and 8-bit fields, runs of white space, empty lines, bodies without an end.</summary>
internal static class RandomMessages
{
    private static readonly Gen<string> Word = Gen.OneOf("a", "Bc", "x=y", ";", ":", "\u00fc", "=?utf-8?q?=C3=BC?=", "0123456789", "(c)", "<a@b.example>");
    private static readonly Gen<string> Space = Gen.OneOf(" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t ");
    private static readonly Gen<string> Value = Gen.Select(Word, Space).Select(static (word, space) => word + space).Array[0, 8].Select(string.Concat).Select(static text => text.TrimEnd() + "z");
    private static readonly Gen<string> Field = Gen.Select(
        Gen.OneOf("To", "to", "Cc", "SUBJECT", "Subject", "Date", "X-Other", "Received", "List-Id", "References", "Content-Type"),
        Gen.OneOf(":", ": ", " :", ":\t", " : "),
        Value).Select(static (name, colon, value) => $"{name}{colon}{value}\r\n");

    private static readonly Gen<string> Body = Gen.Frequency(
        (6, Gen.OneOf("a", "line of text", " ", "  ", "\t", "\r\n", "\r\n\r\n", " \r\n", ".", "From ", "\u00fc")), (1, Gen.Char['a', 'z'].Select(static one => new string(one, 5000)))).Array[0, 40].Select(string.Concat);

    /// <summary>Any message with one From field and CRLF line ends.</summary>
    internal static Gen<byte[]> Any { get; } = Gen.Select(Field.Array[0, 6], Value, Field.Array[0, 6], Body)
        .Select(static (above, author, below, body) => System.Text.Encoding.Latin1.GetBytes($"{string.Concat(above)}From: {author}\r\n{string.Concat(below)}\r\n{body}"));
}
