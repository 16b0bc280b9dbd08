using System.CommandLine;
using System.Runtime.InteropServices;
using Garita.Commands;
using Garita.Settings;

namespace Garita.WayBack;

/// <summary>
/// <c>garita way-back NAME</c>: the detached process that waits and goes back; <c>--boot</c>: what the machine's start runs. Nobody calls them by hand.
/// </summary>
internal static class WayBackCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Arity = ArgumentArity.ZeroOrOne };
        var folder = new Option<string>("--folder") { Required = true };
        var boot = new Option<bool>("--boot");
        var verb = new Command("way-back", "Hold a timed way back (started by the verbs that change the host)") { Hidden = true };
        verb.Arguments.Add(name);
        verb.Options.Add(folder);
        verb.Options.Add(boot);
        verb.SetAction(async (result, _) =>
        {
            var error = result.InvocationConfiguration.Error;
            try
            {
                var wayBacks = WayBacks.Existing(result.GetRequiredValue(folder), TimeProvider.System);
                if (result.GetValue(boot))
                    return await BootAsync(wayBacks, CommandLine.Output(result), error);
                using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true);
                await wayBacks.WaitAsync(result.GetValue(name) ?? "");
                return ExitCodes.Ok;
            }
            catch (Exception problem) when (problem is WayBackException or IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync("garita: " + SafeText.Escape(problem.Message));
                return ExitCodes.Failed;
            }
        });
        return verb;
    }

    private static async Task<int> BootAsync(WayBacks wayBacks, TextWriter output, TextWriter error)
    {
        var code = ExitCodes.Ok;
        foreach (var gone in await wayBacks.GoAtBootAsync())
        {
            var what = SafeText.Escape($"{gone.Armed.Plan.What}{(gone.Armed.Plan.Subject is { } subject ? $" ({subject})" : "")}");
            if (gone.Problem is null)
            {
                await output.WriteLineAsync($"not confirmed before the restart, so put back: {what}");
                continue;
            }

            code = ExitCodes.Failed;
            await error.WriteLineAsync($"not confirmed before the restart, but not put back: {what}: {SafeText.Escape(gone.Problem)}");
        }

        return code;
    }
}
