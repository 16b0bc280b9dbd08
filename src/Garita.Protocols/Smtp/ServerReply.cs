using System.Text;

namespace Garita.Protocols.Smtp;

/// <summary>A server's reply (RFC 5321 §4.2). Its words are the server's, who may be hostile: only <see cref="SafeText"/> may be passed on.</summary>
public sealed class ServerReply
{
    private const int SafeTextLength = 200;

    /// <summary>Makes a reply of what was read.</summary>
    /// <param name="code">200 to 599.</param>
    /// <param name="lines">The text of each line, at least one, without code and separator.</param>
    /// <exception cref="ArgumentException">The code is out of range or there is no line.</exception>
    public ServerReply(int code, IReadOnlyList<string> lines)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, 599);
        ArgumentNullException.ThrowIfNull(lines);
        if (lines.Count == 0)
            throw new ArgumentException("A reply has at least one line.", nameof(lines));
        Code = code;
        Lines = lines;
        Span<byte> start = stackalloc byte[16];
        var length = Encoding.Latin1.GetBytes(lines[0].AsSpan(0, Math.Min(lines[0].Length, start.Length)), start);
        var skip = 0;
        // RFC 2034 §4: the class is the reply code's first digit; what differs is just text.
        if (EnhancedCode.TryParse(start[..length], out var enhanced, out var consumed) && enhanced.Class == code / 100)
        {
            Enhanced = enhanced;
            skip = consumed;
        }
        SafeText = MakeSafe(lines[0].AsSpan(skip));
    }

    /// <summary>The reply code, 200 to 599.</summary>
    public int Code { get; }

    /// <summary>The enhanced status code of the first line (RFC 2034), when it has one that fits the code.</summary>
    public EnhancedCode? Enhanced { get; }

    /// <summary>Each line's text after code and separator, as Latin-1, control characters replaced by <c>?</c>.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The first line's text without enhanced code: printable ASCII, others replaced by <c>?</c>, at most 200 characters.</summary>
    public string SafeText { get; }

    /// <summary>2xx (RFC 5321 §4.2.1).</summary>
    public bool IsPositive => Code / 100 == 2;

    /// <summary>3xx.</summary>
    public bool IsIntermediate => Code / 100 == 3;

    /// <summary>4xx.</summary>
    public bool IsTransient => Code / 100 == 4;

    /// <summary>5xx.</summary>
    public bool IsPermanent => Code / 100 == 5;

    private static string MakeSafe(ReadOnlySpan<char> text)
    {
        text = text.Trim(' ');
        if (text.Length > SafeTextLength)
            text = text[..SafeTextLength];
        Span<char> safe = stackalloc char[SafeTextLength];
        for (var i = 0; i < text.Length; i++)
            safe[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
        return new string(safe[..text.Length]);
    }
}
