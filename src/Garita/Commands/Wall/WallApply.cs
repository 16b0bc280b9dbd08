using System.CommandLine;
using Garita.PacketFilter;
using Garita.Settings;
using Garita.Wall.Kernel;
using Garita.Wall.Rulesets;
using Garita.Wall.Warden;
using Garita.WayBack;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall apply</c>: check, show, ask, hold the way back, load. In this order, so that being killed anywhere leaves either the old ruleset or a way back to it.</summary>
internal static class WallApply
{
    private const string ByDefault = "60 s";

    public static Command Create()
    {
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var persist = new Option<bool>("--persist") { Description = "Load it at boot too, once it is confirmed" };
        var after = new Option<string?>("--back-after") { Description = $"Go back when nobody confirms within this time, 1 s to 1 h [default: {ByDefault}]", HelpName = "DURATION" };
        var verb = new Verb("apply", "Load the ruleset; it goes back by itself unless it is confirmed from another login")
        {
            Examples = ["garita wall apply", "garita wall apply --persist --back-after \"5 min\"", "garita wall apply --yes && garita wall confirm --same-login"],
        };
        foreach (var option in (Option[])[yes, persist, after])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            var time = result.GetValue(after) ?? ByDefault;
            if (!SettingsUnits.TryDuration(time, out var span) || span < TimeSpan.FromSeconds(1) || span > TimeSpan.FromHours(1))
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"--back-after is {SafeText.Quote(time)}, expected a duration from \"1 s\" to \"1 h\"");
                return ExitCodes.Usage;
            }

            return await WallCommands.RunAsync(result, scene => RunAsync(scene, span, result.GetValue(yes), result.GetValue(persist)));
        });
        return verb;
    }

    private static async Task<int> RunAsync(WallScene scene, TimeSpan after, bool yes, bool persist)
    {
        WallScene.RequireRoot();
        var login = Login.Current();
        if (SshSession.Problem(login.Ssh, scene.Settings.Wall) is { } cut)
            throw new WallException(cut + ": put it there, or apply from the console");
        var (files, wayBacks) = (scene.Files, scene.WayBacks);
        var standing = wayBacks.Look(WallScene.WayBackName);
        if (standing is WayBackStanding.Goes or WayBackStanding.Stuck)
            throw new WallException(standing is WayBackStanding.Goes ? "the ruleset before is loaded at this moment: wait for its end" : "going back was cut off in its middle: garita wall back");
        if (wayBacks.Armed(WallScene.WayBackName) is { } pending)
            throw new WallException($"the ruleset of {pending.By.Describe()} waits to be confirmed{(standing is WayBackStanding.Lost ? ", and the process that would go back was killed" : "")}: garita wall confirm, or garita wall back");
        var next = await scene.RulesetAsync();
        var former = await KernelTable.ReadAsync();
        await WarnAsync(scene);
        if (former is not null && string.Equals(former.Fingerprint, next.Fingerprint, StringComparison.Ordinal) && string.Equals(files.Applied?.Shape, former.Shape, StringComparison.Ordinal))
        {
            await scene.Output.WriteLineAsync("nothing to do: the kernel has this ruleset");
            if (persist)
                await scene.Output.WriteLineAsync(BootLoading.Write(scene.SettingsFile, next.Text));
            return ExitCodes.Ok;
        }

        var text = next.TextOver(former?.Chains ?? []);
        await Nft.CheckAsync(text);
        await PreviewAsync(scene, former, next, files);
        if (!yes && !await AskAsync(scene, after))
            return ExitCodes.Failed;
        return await LoadAsync(scene, (files, wayBacks), (former, next), text, after, persist);
    }

    private static async Task<int> LoadAsync(WallScene scene, (WallFiles Files, WayBacks WayBacks) kept, (KernelTable? Former, Ruleset Next) rulesets, string text, TimeSpan after, bool persist)
    {
        var (files, next) = (kept.Files, rulesets.Next);
        RootFolder.Write(files.WayBack, KernelTable.WayBack(rulesets.Former, next));
        // A warden who was told something meanwhile would undo what goes back.
        var mode = await WardenOrders.ModeAsync(scene.Settings.Wall);
        var armed = await kept.WayBacks.ArmAsync(WallScene.WayBackName, after, new WayBackPlan("the packet filter", [Nft.Path, "-f", files.WayBack])
        {
            Then = mode is null ? null : [.. Detached.Self, "wall", "tell-warden", WardenOrders.Word(mode.Value), "--socket", scene.Settings.Wall.Warden],
        });
        // Known before it is there: whoever is killed in between leaves no doubt of what waits to be confirmed.
        files.Keep(next.Fingerprint, next.Text);
        files.Applied = new AppliedWall(next.Fingerprint, "", persist);
        try
        {
            // Read last, so that hardly one can have come since. Where a ruleset of ours was, connection tracking knows them all.
            await Nft.LoadAsync(rulesets.Former is null ? text + GoingConnections.Text(scene.Settings.Listeners.SelectMany(static listener => listener.Bind).Select(static bind => bind.Port)) : text);
        }
        catch (NftException)
        {
            kept.WayBacks.Disarm(WallScene.WayBackName);
            throw;
        }

        kept.WayBacks.Made(WallScene.WayBackName, armed);
        files.Applied = new AppliedWall(next.Fingerprint, (await KernelTable.ReadAsync())?.Shape ?? "", persist);
        await scene.Output.WriteLineAsync($"loaded. It goes back in {SettingsUnits.Text(after)} unless you log in once more and say there: garita wall confirm");
        await scene.AuditAsync("wall.apply", rulesets.Former?.Fingerprint, next.Fingerprint);
        return ExitCodes.Ok;
    }

    private static async Task WarnAsync(WallScene scene)
    {
        var wall = scene.Settings.Wall;
        if (wall.SshFrom.Count == 0)
            await scene.Errors.WriteLineAsync("warning: neither wall.ssh_from nor networks.administrators: SSH stays open to everybody");
        if (wall.Flood != FloodMode.Off && CookieSysctls.Missing() is { Count: > 0 } missing)
            await scene.Errors.WriteLineAsync($"warning: the flood mode needs: sysctl -w {string.Join(' ', missing)}");
    }

    private static async Task PreviewAsync(WallScene scene, KernelTable? former, Ruleset next, WallFiles files)
    {
        var before = files.Text(former?.Fingerprint);
        if (former is not null && before is null)
            await scene.Output.WriteLineAsync("the kernel has a table that was not loaded by this verb, or whose text is not kept: all of it is replaced, but for bans");
        else if (former is not null && files.Applied is { } applied && !string.Equals(applied.Shape, former.Shape, StringComparison.Ordinal))
            await scene.Output.WriteLineAsync("somebody changed the table in the kernel since it was applied: that is replaced too");
        foreach (var line in LineDiff.Of(before ?? "", next.Text))
            await scene.Output.WriteLineAsync(line);
    }

    private static async Task<bool> AskAsync(WallScene scene, TimeSpan after)
    {
        if (Console.IsInputRedirected)
            throw new WallException("nobody is here to be asked: garita wall apply --yes");
        await scene.Output.WriteAsync($"load this? It goes back in {SettingsUnits.Text(after)} unless it is confirmed. yes/no: ");
        return string.Equals((await Console.In.ReadLineAsync())?.Trim(), "yes", StringComparison.OrdinalIgnoreCase);
    }
}
