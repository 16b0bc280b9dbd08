using System.CommandLine;
using Garita.Control;
using Garita.Gateway.Settings;
using Garita.PacketFilter;
using Garita.Wall.Rulesets;
using Garita.WayBack;

namespace Garita.Commands.Wall;

/// <summary>What the verbs of the packet filter have in common.</summary>
internal sealed class WallScene(ParseResult result)
{
    /// <summary>The name of its way back.</summary>
    public const string WayBackName = "wall";

    public GatewaySettings Settings { get; } = CommandLine.SettingsOf(result);

    public string SettingsFile { get; } = CommandLine.FileOf(result);

    public TextWriter Output { get; } = CommandLine.Output(result);

    public TextWriter Errors { get; } = result.InvocationConfiguration.Error;

    public WallFiles Files => WallFiles.Of(Settings.DataFolder);

    public WayBacks WayBacks => WayBacks.Of(Settings.DataFolder, TimeProvider.System);

    public async Task<Ruleset> RulesetAsync() => Ruleset.Of(await new WallPlanner(Settings, new WallHost()).PlanAsync());

    /// <exception cref="WallException">Only root may.</exception>
    public static void RequireRoot()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new WallException("only root may do this: sudo garita wall …");
    }

    /// <summary>Puts an act into the gateway's ledger, where it runs.</summary>
    public async Task AuditAsync(string what, string? before, string? after)
    {
        using var gateway = new ControlClient(Settings.DataFolder, TimeSpan.FromSeconds(5));
        try
        {
            await gateway.PostAsync("/v1/audit", new ActNote(what, Login.Current().Describe(), before, after), ControlJson.Default.ActNote, ControlJson.Default.ControlProblem);
        }
        catch (ControlException problem)
        {
            await Errors.WriteLineAsync($"note: {what} is not in the ledger: {problem.Message}");
        }
    }
}
