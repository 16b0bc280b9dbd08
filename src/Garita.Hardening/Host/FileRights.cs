using Garita.Hardening.Repairs;
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

    /// <summary>Whether the private keys of a server are root's, and closed to others.</summary>
    /// <param name="host">The host.</param>
    /// <param name="keys">Their files.</param>
    public static Finding JudgeKeys(View host, IReadOnlyList<string> keys)
    {
        if (keys.Count == 0)
            return Finding.NotApplicable("no private key is set");
        var wrong = new List<string>();
        foreach (var key in keys)
        {
            var facts = host.Stat(key) ?? throw new CannotLookException(key + " is missing");
            if (facts.User != 0)
                wrong.Add($"{key} belongs to user {facts.User}");
            else if (Open(key, facts) is { } open)
                wrong.Add(open);
        }
        return Judge(wrong, string.Join(", ", keys));
    }

    /// <summary>Makes them so; null where they are.</summary>
    /// <param name="host">The host.</param>
    /// <param name="keys">Their files.</param>
    public static Repair? CloseKeys(View host, IReadOnlyList<string> keys)
    {
        var changes = keys.Where(key => host.Stat(key) is { } facts && (facts.User != 0 || Open(key, facts) is not null))
            .Select(key => new SetMode(key, Closed(host.Stat(key)!), "root")).ToArray();
        return changes.Length == 0 ? null : new Repair(Risk.Medium, "Another program that reads the same key as an ordinary user cannot any more.", changes);
    }
}
