using System.Buffers;
using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// HTML that makes a file in the browser out of what it holds, as far as it is plain to see: a script that decodes data and offers it for
/// saving. Words are looked for, no script is run: one that hides its words is not found.
/// </summary>
internal sealed class HtmlWatch
{
    private const int Overlap = 32;

    private static readonly SearchValues<string> Words = SearchValues.Create(["<script", "onload=", "onerror=", "javascript:", "<hta:", "createobjecturl", "savebl", "saveoropenbl", ".download", "download=", "new blob", "atob(", "uint8array", "fromcharcode", "new file(", "data:application/", "data:application\\/"], StringComparison.OrdinalIgnoreCase);

    private string _rest = "";
    private Signs _seen;

    [Flags]
    private enum Signs : byte
    {
        None = 0,
        Script = 1,
        Makes = 2,
        Saves = 4,
        Hta = 8,
        All = Script | Makes | Saves,
    }

    /// <summary>What it is; null for HTML that shows nothing of the kind.</summary>
    internal AttachmentClass? Verdict => (_seen & Signs.Hta) == Signs.Hta ? AttachmentClass.Scripts : (_seen & Signs.All) == Signs.All ? AttachmentClass.HtmlSmuggling : null;

    internal void Write(ReadOnlySpan<byte> octets)
    {
        if ((_seen & Signs.Hta) == Signs.Hta)
            return;
        // UTF-16 is looked at as well: its zeros are left out.
        var text = _rest + Encoding.Latin1.GetString(octets);
        if (text.Contains('\0', StringComparison.Ordinal))
            text = text.Replace("\0", "", StringComparison.Ordinal);
        var at = text.AsSpan();
        for (var found = at.IndexOfAny(Words); found >= 0; found = at.IndexOfAny(Words))
        {
            at = at[found..];
            _seen |= Meaning(at);
            at = at[1..];
        }

        _rest = text.Length > Overlap ? text[^Overlap..] : text;
    }

    private static Signs Meaning(ReadOnlySpan<char> at)
    {
        if (Is(at, "<hta:"))
            return Signs.Hta;
        if (Is(at, "<script") || Is(at, "onload=") || Is(at, "onerror=") || Is(at, "javascript:"))
            return Signs.Script;
        return Is(at, "createobjecturl") || Is(at, "savebl") || Is(at, "saveoropenbl") || Is(at, ".download") || Is(at, "download=") ? Signs.Saves : Signs.Makes;
    }

    private static bool Is(ReadOnlySpan<char> at, string word) => at.StartsWith(word, StringComparison.OrdinalIgnoreCase);
}
