namespace Garita.Hardening.Probes;

/// <summary>A reply of an SMTP server.</summary>
/// <param name="Code">Its three digits.</param>
/// <param name="Lines">Its texts, of all lines, fit to be printed.</param>
internal sealed record ServerReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>Whether it says yes.</summary>
    public bool IsGood => Code is >= 200 and < 300;

    /// <summary>Whether it says no for good.</summary>
    public bool IsRefusal => Code is >= 500 and < 600;

    /// <summary>Its first line.</summary>
    public string Text => $"{Code} {Lines[0]}".TrimEnd();

    /// <summary>The words behind an extension's name in a reply to EHLO (RFC 5321 §4.1.1.1); null where it is not offered.</summary>
    public string[]? Extension(string name) =>
        Lines.Skip(1).Select(static line => line.Replace('=', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(words => words.Length > 0 && string.Equals(words[0], name, StringComparison.OrdinalIgnoreCase))?[1..];
}
