using System.CommandLine;
using Garita.PacketFilter;
using Garita.Wall.Kernel;
using Garita.Wall.Rulesets;
using Garita.Wall.Warden;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall flood on|off|auto</c>: by hand until the ruleset is loaded again; the settings say what holds for good.</summary>
internal static class WallFloodVerb
{
    public static Command Create()
    {
        var mode = new Argument<string>("MODE") { Description = "on, off, or auto: the warden decides" };
        mode.AcceptOnlyFromAmong("on", "off", "auto");
        var verb = new Verb("flood", "Answer SYNs to the mail ports with cookies, or not, until the ruleset is loaded again (for good: wall.flood)")
        {
            Examples = ["garita wall flood on", "garita wall flood off", "garita wall flood auto"],
        };
        verb.Arguments.Add(mode);
        verb.SetAction((result, _) => WallCommands.RunAsync(result, async scene =>
        {
            WallScene.RequireRoot();
            var word = result.GetRequiredValue(mode);
            if (await KernelTable.ReadAsync() is not { } table)
                throw new WallException("nothing is loaded: garita wall apply");
            if (word is "on" && CookieSysctls.Missing() is { Count: > 0 } missing)
                throw new WallException($"clients could not connect any more: first sysctl -w {string.Join(' ', missing)}, and the same in /etc/sysctl.d");
            // The warden first: one who was not told would turn it back.
            var told = await WardenOrders.TellAsync(scene.Settings.Wall, word switch { "on" => FloodMode.On, "off" => FloodMode.Off, _ => FloodMode.Auto });
            if (told is { IsThere: true, Problem: { } deaf })
                throw new WallException($"{deaf}; he may turn it back, so nothing was loaded: garita status says how he is, systemctl restart garita-warden begins anew");
            if (word is "auto" && !told.IsThere)
                throw new WallException($"{told.Problem}: nobody would turn it on, so nothing was changed; start garita-warden.service");
            // Where the warden decides it begins from off.
            await Nft.LoadAsync(word is "on" ? FloodRules.On() : FloodRules.Off);
            await scene.Output.WriteLineAsync(word switch
            {
                "on" => "on: SYNs to the mail ports are answered with cookies",
                "off" => "off",
                _ => "off, and the warden turns it on when it has to",
            });
            if (!string.Equals(word, scene.Settings.Wall.Flood.ToString(), StringComparison.OrdinalIgnoreCase))
                await scene.Errors.WriteLineAsync($"note: the settings say wall.flood = \"{scene.Settings.Wall.Flood.ToString().ToLowerInvariant()}\"{(scene.Settings.Wall.Flood == FloodMode.Auto ? ", and a warden that starts decides again" : "")}");
            await scene.AuditAsync("wall.flood", table.IsFlood ? "on" : "off", word);
            return ExitCodes.Ok;
        }));
        return verb;
    }
}
