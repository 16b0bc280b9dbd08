using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Control;
using Garita.PacketFilter;
using Garita.Wall.Kernel;
using Garita.WayBack;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall status</c>.</summary>
internal static class WallStatus
{
    public static Command Create()
    {
        var json = CommandLine.Json();
        var verb = new Verb("status", "Show what the packet filter does: dropped packets by reason, bans, and whether kernel and settings differ")
        {
            Examples = ["garita wall status", "garita wall status --json | jq .counters"],
        };
        verb.Options.Add(json);
        verb.SetAction((result, _) => WallCommands.RunAsync(result, async scene =>
        {
            WallScene.RequireRoot();
            var view = await ViewAsync(scene);
            if (result.GetValue(json))
                await scene.Output.WriteLineAsync(JsonSerializer.Serialize(view, WallJson.Default.WallStatusView));
            else
                Write(view, scene.Output);
            return ExitCodes.Ok;
        }));
        return verb;
    }

    private static async Task<WallStatusView> ViewAsync(WallScene scene)
    {
        var (files, wayBacks) = (scene.Files, scene.WayBacks);
        var notes = new List<string>();
        var table = await KernelTable.ReadAsync();
        var armed = wayBacks.Armed(WallScene.WayBackName);
        var standing = wayBacks.Look(WallScene.WayBackName);
        var lost = standing == WayBackStanding.Lost;
        if (lost)
            notes.Add("the process that would have gone back was killed, and nobody confirmed: garita wall confirm, or garita wall back");
        if (standing == WayBackStanding.Stuck)
            notes.Add("going back was cut off in its middle: garita wall back");
        if (armed is null && wayBacks.Gone(WallScene.WayBackName) is { ThenProblem: { } deaf } last)
            notes.Add($"it went back at {last.When.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, and the warden was not told the flood mode from before: {deaf}");
        if (armed is null && wayBacks.Gone(WallScene.WayBackName) is { } gone && (gone.Problem is not null || !string.Equals(table?.Fingerprint, files.Applied?.Fingerprint, StringComparison.Ordinal)))
            notes.Add($"nobody confirmed, so it went back at {gone.When.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z{(gone.Problem is { } problem ? ", and failed: " + problem : "")}");
        var warden = await WardenOrders.AskAsync(scene.Settings.Wall);
        if (warden is { Mended: > 0 })
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"somebody else changed the bans in the kernel {warden.Mended} time(s) since the warden started, last {warden.MendedAgo.TotalMinutes:0} min ago; they were put right: garita bans is the way to change them"));
        if (table is null)
            return new WallStatusView(false, false, null, null, lost ? null : armed?.Due, lost, new Dictionary<string, long>(StringComparer.Ordinal), null, warden?.ToString(), warden?.Mended, [.. notes, "nothing is loaded: garita wall apply"]);
        bool? settingsDrift = null;
        try
        {
            settingsDrift = !string.Equals((await scene.RulesetAsync()).Fingerprint, table.Fingerprint, StringComparison.Ordinal);
            if (settingsDrift is true)
                notes.Add("settings or addresses of names have changed since it was loaded: garita wall apply");
        }
        catch (WallException problem)
        {
            notes.Add(problem.Message);
        }

        bool? kernelDrift = files.Applied is { } applied && string.Equals(applied.Fingerprint, table.Fingerprint, StringComparison.Ordinal) ? !string.Equals(applied.Shape, table.Shape, StringComparison.Ordinal) : null;
        if (kernelDrift is true)
            notes.Add("somebody changed the table in the kernel: nft -t list table inet garita; garita wall apply puts it right");
        return new WallStatusView(
            true, table.IsFlood, settingsDrift, kernelDrift, lost ? null : armed?.Due, lost,
            new Dictionary<string, long>(await KernelTable.CountersAsync(), StringComparer.Ordinal), await BansAsync(scene), warden?.ToString(), warden?.Mended, notes);
    }

    private static async Task<int?> BansAsync(WallScene scene)
    {
        using var gateway = new ControlClient(scene.Settings.DataFolder, TimeSpan.FromSeconds(5));
        try
        {
            return (await gateway.GetAsync("/v1/status", ControlJson.Default.GatewayStatus)).Bans;
        }
        catch (ControlException)
        {
            return null;
        }
    }

    private static void Write(WallStatusView view, TextWriter output)
    {
        output.WriteLine($"loaded          {(view.Loaded ? "yes" : "no")}");
        if (view.WaitsForConfirmation is { } due)
            output.WriteLine($"to be confirmed until {due.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: garita wall confirm");
        if (view.Loaded)
        {
            output.WriteLine($"flood           {(view.Flood ? "on" : "off")}");
            output.WriteLine($"settings        {Word(view.SettingsDrift)}");
            output.WriteLine($"kernel          {Word(view.KernelDrift)}");
            output.WriteLine($"bans            {view.Bans?.ToString(CultureInfo.InvariantCulture) ?? "unknown: the gateway does not run"}");
        }

        output.WriteLine($"warden          {view.Warden ?? "none answers: the gateway enforces bans alone"}");
        var table = new TextTable("packets", "count");
        foreach (var (reason, count) in view.Counters)
            table.Add(reason, count.ToString(CultureInfo.InvariantCulture));
        table.Write(output);
        foreach (var note in view.Notes)
            output.WriteLine("note: " + note);
    }

    private static string Word(bool? drift) => drift switch { true => "differ from what was loaded", false => "as loaded", null => "cannot be told" };
}
