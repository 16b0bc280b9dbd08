using System.CommandLine;
using Garita.PacketFilter;
using Garita.Wall.Kernel;
using Garita.WayBack;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall confirm</c> and <c>garita wall back</c>: a ruleset stays, or goes.</summary>
internal static class WallConfirm
{
    public static Command Create()
    {
        var sameLogin = new Option<bool>("--same-login") { Description = "Confirm from the login that applied it; proves nothing" };
        var persist = new Option<bool>("--persist") { Description = "Load it at boot too" };
        var verb = new Verb("confirm", "Keep the ruleset that was applied; from another login, which proves that one can still log in")
        {
            Examples = ["garita wall confirm", "garita wall confirm --persist"],
        };
        verb.Options.Add(sameLogin);
        verb.Options.Add(persist);
        verb.SetAction((result, _) => WallCommands.RunAsync(result, async scene =>
        {
            WallScene.RequireRoot();
            var (files, wayBacks) = (scene.Files, scene.WayBacks);
            var wasLost = wayBacks.Look(WallScene.WayBackName) == WayBackStanding.Lost;
            wayBacks.Confirm(WallScene.WayBackName, Login.Current(), result.GetValue(sameLogin));
            await scene.Output.WriteLineAsync(wasLost ? "confirmed, late: the process that would have gone back had been killed" : "confirmed: the ruleset stays");
            // What goes back by itself must not leave the warden with orders of what went; one that is not there reads the files when it starts.
            WardenOrders.Write(scene.Settings, scene.SettingsFile);
            if (await WardenOrders.TellAsync(scene.Settings.Wall, scene.Settings.Wall.Flood) is { IsThere: true, Problem: { } deaf })
                await scene.Errors.WriteLineAsync($"note: {deaf}; he keeps the flood mode that he has until: systemctl restart garita-warden");
            var loaded = (await KernelTable.ReadAsync())?.Fingerprint;
            if (files.Applied is { } applied && !string.Equals(applied.Fingerprint, loaded, StringComparison.Ordinal))
                throw new WallException("confirmed, but the kernel has another ruleset than the one that was applied, so none is loaded at boot: garita wall status, garita wall apply");
            if (files.Applied is { } kept && (kept.Persist || result.GetValue(persist)) && files.Text(kept.Fingerprint) is { } text)
                await scene.Output.WriteLineAsync(BootLoading.Write(scene.SettingsFile, text));
            else
                await scene.Output.WriteLineAsync("it does not outlive a restart of the machine: garita wall apply --persist");
            await scene.AuditAsync("wall.confirm", null, files.Applied?.Fingerprint);
            return ExitCodes.Ok;
        }));
        return verb;
    }

    public static Command Back()
    {
        var verb = new Verb("back", "Go back at once to the ruleset before the one that waits to be confirmed") { Examples = ["garita wall back"] };
        verb.SetAction((result, _) => WallCommands.RunAsync(result, async scene =>
        {
            WallScene.RequireRoot();
            if (await scene.WayBacks.GoNowAsync(WallScene.WayBackName) is not { } gone)
                throw new WallException("nothing waits to be confirmed, so there is no way back");
            if (gone.ThenProblem is { } deaf)
                await scene.Errors.WriteLineAsync($"note: the warden was not told the flood mode from before: {deaf}");
            if (gone.Problem is { } problem)
                throw new WallException($"going back failed: {problem}; the text is in {scene.Files.WayBack}");
            await scene.Output.WriteLineAsync("gone back");
            await scene.AuditAsync("wall.back", scene.Files.Applied?.Fingerprint, null);
            return ExitCodes.Ok;
        }));
        return verb;
    }
}
