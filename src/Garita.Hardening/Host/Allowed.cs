namespace Garita.Hardening.Host;

/// <summary>
/// What the administrator of this host allows beyond the usual, in <see cref="Path"/>: a kind and a name a line, as in <c>listener tcp/9100</c>,
/// <c>setuid /opt/backup/run</c>, <c>key SHA256:…</c>.
/// </summary>
internal static class Allowed
{
    /// <summary>Where it is written down.</summary>
    public const string Path = "/etc/garita/allowed";

    /// <summary>The names of a kind.</summary>
    /// <param name="host">The host.</param>
    /// <param name="kind">The first word of their lines.</param>
    public static HashSet<string> Names(View host, string kind) =>
    [
        .. (host.Lines(Path) ?? []).Select(Text.Words).Where(words => words.Length > 1 && string.Equals(words[0], kind, StringComparison.Ordinal)).Select(static words => words[1]),
    ];
}
