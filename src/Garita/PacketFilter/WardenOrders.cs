using System.Net.Sockets;
using Garita.Gateway.Settings;
using Garita.Wall.Warden;
using Garita.WayBack;

namespace Garita.PacketFilter;

/// <summary>
/// What administrators tell the warden, who does not read garita.toml: whom he never bans and how he handles floods. In files beside the settings,
/// for his next start, and at once where he runs.
/// </summary>
internal static class WardenOrders
{
    /// <summary>He and the gateway's group read these files in a folder that is closed to others.</summary>
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes the files.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="settingsFile">Where they are from.</param>
    public static void Write(GatewaySettings settings, string settingsFile)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(settingsFile)) ?? "/";
        var never = settings.Wall.SshFrom.Concat(settings.Networks.NeverBan).Distinct().Select(static network => network.ToString());
        Put(Path.Combine(folder, "warden.never"), $"# Written by garita wall confirm: who is never banned in the kernel. Others: --never-ban of garita-warden.\n{string.Concat(never.Select(static line => line + "\n"))}");
        Put(Path.Combine(folder, "warden.env"), $"# Written by garita wall confirm.\nWARDEN_OPTIONS=--flood {settings.Wall.Flood.ToString().ToLowerInvariant()}\n");
    }

    /// <summary>Tells a warden that runs how to handle floods from now on.</summary>
    /// <param name="settings">Where he listens.</param>
    /// <param name="mode">How.</param>
    /// <returns>Null when he did; else why not, for a person.</returns>
    public static async Task<string?> TellAsync(WallSettings settings, FloodMode mode)
    {
        if (!File.Exists(settings.Warden))
            return $"no warden listens on {settings.Warden}";
        try
        {
            using var warden = await WardenExchange.ConnectAsync(settings.Warden, TimeProvider.System, CancellationToken.None);
            await warden.AskAsync(new FloodCommand(mode), CancellationToken.None);
            return null;
        }
        catch (Exception problem) when (problem is IOException or SocketException or InvalidDataException)
        {
            return $"the warden does not answer: {problem.Message}";
        }
    }

    /// <summary>How a warden that runs stands; null where none answers.</summary>
    /// <param name="settings">Where he listens.</param>
    public static async Task<WardenState?> AskAsync(WallSettings settings)
    {
        if (!File.Exists(settings.Warden))
            return null;
        try
        {
            using var warden = await WardenExchange.ConnectAsync(settings.Warden, TimeProvider.System, CancellationToken.None);
            return await warden.AskAsync(new StatusCommand(), CancellationToken.None) as WardenState;
        }
        catch (Exception problem) when (problem is IOException or SocketException or InvalidDataException)
        {
            return null;
        }
    }

    private static void Put(string path, string text)
    {
        RootFolder.Write(path, text);
        File.SetUnixFileMode(path, Readable);
    }
}
