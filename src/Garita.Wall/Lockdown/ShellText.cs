namespace Garita.Wall.Lockdown;

/// <summary>Text in scripts that others run: never more than the one word it is.</summary>
internal static class ShellText
{
    /// <summary>A word of a POSIX shell.</summary>
    internal static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>A string of PowerShell, which takes five characters for the quote (about_Quoting_Rules); each doubled is itself.</summary>
    internal static string QuotePowerShell(string text) =>
        "'" + string.Concat(text.Select(static character => character is '\'' or '\u2018' or '\u2019' or '\u201a' or '\u201b' ? new string(character, 2) : character.ToString())) + "'";
}
