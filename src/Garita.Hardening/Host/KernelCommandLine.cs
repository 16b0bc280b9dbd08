namespace Garita.Hardening.Host;

/// <summary>What the kernel was started with, or will be.</summary>
internal static class KernelCommandLine
{
    /// <summary>
    /// The words of the running kernel's command line; of another file system, those of each entry of the boot loader. Throws when there is none to read.
    /// </summary>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<string[]> Of(View host)
    {
        if (host.IsLive)
            return [Text.Words((host.Read("/proc/cmdline") ?? throw new CannotLookException("/proc/cmdline is missing")).Trim())];
        var entries = new List<string[]>();
        foreach (var line in host.Lines("/boot/grub/grub.cfg") ?? host.Lines("/boot/grub2/grub.cfg") ?? [])
        {
            var words = Text.Words(line);
            if (words.Length > 1 && words[0] is "linux" or "linuxefi" or "linux16")
                entries.Add(words[2..]);
        }
        return entries.Count > 0 ? entries : throw new CannotLookException("no boot loader here says what a kernel is started with");
    }

    /// <summary>Whether every way to start has the word.</summary>
    /// <param name="entries">From <see cref="Of"/>.</param>
    /// <param name="word">As in <c>audit=1</c>.</param>
    public static bool All(IReadOnlyList<string[]> entries, string word) => entries.All(words => words.Contains(word, StringComparer.Ordinal));

    /// <summary>The first word that any way to start has, or null.</summary>
    /// <param name="entries">From <see cref="Of"/>.</param>
    /// <param name="candidates">As in <c>iommu=off</c>.</param>
    public static string? Any(IReadOnlyList<string[]> entries, params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (entries.Any(words => words.Contains(candidate, StringComparer.Ordinal)))
                return candidate;
        }
        return null;
    }

    /// <summary>The value of a key on the first entry that has it (the last of several wins), or null.</summary>
    /// <param name="words">One entry.</param>
    /// <param name="key">As in <c>audit_backlog_limit</c>.</param>
    public static string? Value(string[] words, string key) =>
        words.LastOrDefault(word => word.StartsWith(key + '=', StringComparison.Ordinal)) is { } found ? found[(key.Length + 1)..] : null;
}
