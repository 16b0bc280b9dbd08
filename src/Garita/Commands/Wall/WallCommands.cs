using System.CommandLine;
using Garita.PacketFilter;
using Garita.Wall.Kernel;
using Garita.WayBack;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall …</c>: the packet filter of this host, and the lockdown of the mail servers behind.</summary>
internal static class WallCommands
{
    public static Command Create() => new Verb("wall", "The packet filter of this host, and the lockdown of the mail servers behind")
    {
        Render(), WallApply.Create(), WallConfirm.Create(), WallConfirm.Back(), WallStatus.Create(), WallFloodVerb.Create(), WallTellWarden.Create(),
        WallLockdownCommand.Create(), WallProbeCommand.Create(),
    };

    /// <summary>Runs a verb; what an administrator can do something about is said in one line.</summary>
    public static async Task<int> RunAsync(ParseResult result, Func<WallScene, Task<int>> act)
    {
        try
        {
            return await act(new WallScene(result));
        }
        catch (Exception problem) when (problem is WallException or NftException or WayBackException)
        {
            await result.InvocationConfiguration.Error.WriteLineAsync("garita: " + problem.Message);
            return ExitCodes.Failed;
        }
    }

    private static Verb Render()
    {
        var verb = new Verb("render", "Print the ruleset that the settings make; changes nothing")
        {
            Examples = ["garita wall render", "garita wall render | nft -c -f -"],
        };
        verb.SetAction((result, _) => RunAsync(result, static async scene =>
        {
            await scene.Output.WriteAsync((await scene.RulesetAsync()).Text);
            return ExitCodes.Ok;
        }));
        return verb;
    }
}
