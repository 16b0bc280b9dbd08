using CsCheck;

namespace Garita.Testing;

/// <summary>Messages with all that canonicalisation is about: folded, repeated and 8-bit fields, runs of white space, empty lines, bodies without an end.</summary>
internal static class RandomMessages
{
    private static readonly Gen<string> Word = Gen.OneOf("a", "Bc", "x=y", ";", ":", "\u00fc", "=?utf-8?q?=C3=BC?=", "0123456789", "(c)", "<a@b.example>");
    private static readonly Gen<string> Space = Gen.OneOf(" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t ");
    private static readonly Gen<string> Value = Gen.Select(Word, Space).Select(static (word, space) => word + space).Array[0, 8].Select(string.Concat).Select(static text => text.TrimEnd() + "z");
    private static readonly Gen<string> Colon = Gen.OneOf(":", ": ", ":\t", ":  ");

    private static readonly string[] Repeated = ["X-Other", "Received"];

    // RFC 5322 §4.5: white space before the colon is obsolete, and dkimpy takes no such message.
    private static readonly Gen<string> AnyColon = Gen.OneOf(Colon, Gen.OneOf(" :", " : ", "\t:"));

    private static readonly Gen<string> Body = Gen.Frequency(
        (6, Gen.OneOf("a", "line of text", " ", "  ", "\t", "\r\n", "\r\n\r\n", " \r\n", ".", "From ", "\u00fc")), (1, Gen.Char['a', 'z'].Select(static one => new string(one, 5000)))).Array[0, 40].Select(string.Concat);

    /// <summary>Any message with one From field and CRLF line ends.</summary>
    internal static Gen<byte[]> Any { get; } =
        from above in Fields(AnyColon)
        from author in Value
        from below in Fields(AnyColon)
        from body in Body
        select Octets($"{string.Concat(above)}From: {author}\r\n{string.Concat(below)}\r\n{body}");

    /// <summary>The same as all readers take them: no field twice that may stand once only, an author that is one, the last line ended.</summary>
    internal static Gen<byte[]> Plain { get; } =
        from above in Fields(Colon)
        from author in Value
        from below in Fields(Colon)
        from body in Body
        let fields = above.Append($"From: \"{author.Replace("\r\n", "", StringComparison.Ordinal)}\" <a@a.example>\r\n").Concat(below)
            .DistinctBy(static field => field[..field.IndexOf(':', StringComparison.Ordinal)] is var name && Repeated.Contains(name) ? field : name, StringComparer.OrdinalIgnoreCase)
        select Octets($"{string.Concat(fields)}\r\n{body}{(body.Length == 0 || body.EndsWith("\r\n", StringComparison.Ordinal) ? "" : "\r\n")}");

    private static Gen<string[]> Fields(Gen<string> colons) => Gen.Select(
        Gen.OneOf("To", "to", "Cc", "SUBJECT", "Subject", "Date", "X-Other", "Received", "List-Id", "References", "Content-Type"), colons, Value)
        .Select(static (name, colon, value) => $"{name}{colon}{value}\r\n").Array[0, 6];

    private static byte[] Octets(string text) => System.Text.Encoding.Latin1.GetBytes(text);
}
