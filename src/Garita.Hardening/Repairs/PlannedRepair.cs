namespace Garita.Hardening.Repairs;

/// <summary>A repair with what a person has to know of it before.</summary>
/// <param name="Id">The check's name.</param>
/// <param name="Title">What will be so after it.</param>
/// <param name="Found">What was found instead.</param>
/// <param name="Repair">The repair.</param>
public sealed record PlannedRepair(string Id, string Title, string Found, Repair Repair)
{
    /// <summary>Whether it can lock administrators out, so that it goes back by itself.</summary>
    public bool IsTimed => TouchesOf(this) != Touches.Nothing;

    /// <summary>What it touches that can lock administrators out: as declared, and as its files show.</summary>
    public static Touches TouchesOf(PlannedRepair repair)
    {
        var touches = repair.Repair.Touches;
        foreach (var path in repair.Repair.Changes.SelectMany(PathsOf))
        {
            if (path.StartsWith("/etc/ssh/", StringComparison.Ordinal))
                touches |= Touches.Ssh;
            else if (path.StartsWith("/etc/nftables", StringComparison.Ordinal) || path.StartsWith("/etc/iptables", StringComparison.Ordinal) || path.StartsWith("/etc/ufw", StringComparison.Ordinal))
                touches |= Touches.Firewall;
            else if (path.StartsWith("/etc/pam.d/", StringComparison.Ordinal) || path.StartsWith("/etc/sudoers", StringComparison.Ordinal) || path.StartsWith("/etc/security/", StringComparison.Ordinal) || path is "/etc/passwd" or "/etc/shadow" or "/etc/group" or "/etc/gshadow")
                touches |= Touches.Pam;
        }

        return touches;
    }

    /// <summary>The files that a change touches.</summary>
    /// <param name="change">The change.</param>
    public static IReadOnlyList<string> PathsOf(Change change) => change switch
    {
        PutFile put => [put.Path],
        SetLine line => [line.Path],
        SetMode mode => [mode.Path],
        RunTool tool => tool.Files,
        _ => [],
    };

    /// <summary>A change in words, on one line.</summary>
    /// <param name="change">The change.</param>
    public static string InWords(Change change) => change switch
    {
        PutFile put => $"write {put.Path}, mode {Octal(put.Mode)}",
        SetLine line => $"set in {line.Path}: {line.Line}",
        SetMode mode => $"give {mode.Path} mode {Octal(mode.Mode)}{(mode.User is null ? "" : ", owner " + mode.User)}{(mode.Group is null ? "" : ", group " + mode.Group)}",
        SetUnit { Wish: UnitWish.Enable } unit => $"start {unit.Unit}, also at boot",
        SetUnit { Wish: UnitWish.Disable } unit => $"stop {unit.Unit}, also at boot",
        SetUnit { Wish: UnitWish.Mask } unit => $"stop {unit.Unit} and mask it",
        SetUnit unit => $"let {unit.Unit} read its settings again",
        InstallPackages install => $"install {string.Join(' ', install.Names)}",
        RemovePackages remove => $"remove {string.Join(' ', remove.Names)}",
        RunTool tool => $"run {tool.Program} {string.Join(' ', tool.Arguments)}",
        _ => throw new ArgumentException($"no words for {change}", nameof(change)),
    };

    /// <summary>A mode as administrators write it: <c>0640</c>.</summary>
    /// <param name="mode">The mode.</param>
    public static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8).PadLeft(3, '0');
}
