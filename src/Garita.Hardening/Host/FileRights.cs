namespace Garita.Hardening.Host;

/// <summary>What is wrong with the rights of a file, in words.</summary>
internal static class FileRights
{
    /// <summary>Null when root owns it and nobody else may write it.</summary>
    public static string? WritableByOthersThanRoot(string path, FileFacts facts) =>
        facts.User != 0 ? $"{path} belongs to user {facts.User}, who is not root"
        : (facts.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None ? $"{path} is {facts.Octal}: others than root may write it"
        : null;

    /// <summary>Null when a secret is kept: everybody else may do nothing, the group may read at most.</summary>
    public static string? Open(string path, FileFacts facts) =>
        (facts.Mode & (UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)) != UnixFileMode.None
            ? $"{path} is {facts.Octal}"
            : null;

    /// <summary>The mode without what <see cref="Open"/> objects to.</summary>
    public static UnixFileMode Closed(FileFacts facts) => facts.Mode & (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

    /// <summary>Several findings as one: fails when there are any.</summary>
    public static Finding Judge(IReadOnlyCollection<string> wrong, string right) => wrong.Count > 0 ? Finding.Fail(string.Join("; ", wrong)) : Finding.Pass(right);
}
