using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

/// <summary>What os-release(5) says.</summary>
/// <param name="Id">As in <c>debian</c>.</param>
/// <param name="Like">What it is made of, as in <c>debian</c>.</param>
/// <param name="Version">As in <c>12</c>; empty where releases have none.</param>
/// <param name="Codename">As in <c>bookworm</c>.</param>
internal sealed record OsRelease(string Id, string Like, string Version, string Codename)
{
    /// <summary>Whether Debian's or Ubuntu's ways with security updates hold.</summary>
    public bool HasApt => Id is "debian" or "ubuntu" || Like.Contains("debian", StringComparison.Ordinal) || Like.Contains("ubuntu", StringComparison.Ordinal);

    /// <summary>Throws when nothing says.</summary>
    /// <param name="host">The host.</param>
    public static OsRelease Of(View host)
    {
        var values = Text.Values(host.Read("/etc/os-release") ?? host.Read("/usr/lib/os-release") ?? throw new CannotLookException("no os-release here says what system it is"));
        return new(values.GetValueOrDefault("ID", ""), values.GetValueOrDefault("ID_LIKE", ""), values.GetValueOrDefault("VERSION_ID", ""), values.GetValueOrDefault("VERSION_CODENAME", ""));
    }
}
