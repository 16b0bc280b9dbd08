using System.CommandLine;
using Garita.PacketFilter;
using Garita.Wall.Warden;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall tell-warden</c>: what a way back runs after it loaded the ruleset from before. It reads no settings: those may be what went wrong.</summary>
internal static class WallTellWarden
{
    public static Command Create()
    {
        var mode = new Argument<string>("MODE");
        mode.AcceptOnlyFromAmong("on", "off", "auto");
        var socket = new Option<string>("--socket") { Required = true };
        var verb = new Command("tell-warden", "Tell the warden the flood mode (run by the way back)") { Hidden = true };
        verb.Arguments.Add(mode);
        verb.Options.Add(socket);
        verb.SetAction(async (result, _) =>
        {
            var told = await WardenOrders.TellAsync(result.GetRequiredValue(socket), result.GetRequiredValue(mode) switch { "on" => FloodMode.On, "off" => FloodMode.Off, _ => FloodMode.Auto });
            // One who is not there has nothing to unlearn.
            if (told is not { IsThere: true, Problem: { } problem })
                return ExitCodes.Ok;
            await result.InvocationConfiguration.Error.WriteLineAsync("garita: " + problem);
            return ExitCodes.Failed;
        });
        return verb;
    }
}
