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
    public static Task<WardenTold> TellAsync(WallSettings settings, FloodMode mode) => TellAsync(settings.Warden, mode);

    /// <summary>Tells a warden that runs how to handle floods from now on.</summary>
    /// <param name="path">Where he listens.</param>
    /// <param name="mode">How.</param>
    public static async Task<WardenTold> TellAsync(string path, FloodMode mode)
    {
        try
        {
            if (await ConnectAsync(path) is not { } warden)
                return new WardenTold(false, $"no warden listens on {path}");
            using (warden)
            {
                await warden.AskAsync(new FloodCommand(mode), CancellationToken.None);
                // He took it; whether he can do it is another matter.
                return new WardenTold(true, await warden.AskAsync(new StatusCommand(), CancellationToken.None) is WardenState { Flood: var now } state && (now != mode || state is { HasTable: true, Problem.Length: > 0 })
                    ? $"the warden cannot do it: {state.Problem}" : null);
            }
        }
        catch (Exception problem) when (problem is IOException or SocketException or InvalidDataException)
        {
            return new WardenTold(true, $"the warden does not take it: {problem.Message}");
        }
    }

    /// <summary>How a warden that runs handles floods; null: none does, or he does not say.</summary>
    public static async Task<FloodMode?> ModeAsync(WallSettings settings)
    {
        try
        {
            using var warden = await ConnectAsync(settings.Warden);
            return warden is not null && await warden.AskAsync(new StatusCommand(), CancellationToken.None) is WardenState state ? state.Flood : null;
        }
        catch (Exception problem) when (problem is IOException or SocketException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>As it is typed.</summary>
    public static string Word(FloodMode mode) => mode switch { FloodMode.On => "on", FloodMode.Off => "off", _ => "auto" };

    private static async Task<WardenExchange?> ConnectAsync(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return await WardenExchange.ConnectAsync(path, TimeProvider.System, CancellationToken.None);
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            // What a warden left who was killed.
            return null;
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
