namespace Garita.SenderAuth.Spf;

/// <summary>Makes text from outside safe to show: printable ASCII, and no more of it than there is room for.</summary>
internal static class PrintableText
{
    /// <summary>The text with <c>?</c> for what is not printable ASCII, cut to a length.</summary>
    internal static string Make(string text, int most) =>
        string.Create(Math.Min(text.Length, most), text, static (made, text) =>
        {
            for (var i = 0; i < made.Length; i++)
                made[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
        });
}
