using System.CommandLine;
using System.Runtime.InteropServices;
using Garita.Commands;

namespace Garita.WayBack;

/// <summary><c>garita way-back NAME</c>: the detached process that waits and goes back. Nobody calls it by hand.</summary>
internal static class WayBackCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME");
        var folder = new Option<string>("--folder") { Required = true };
        var verb = new Command("way-back", "Hold a timed way back (started by the verbs that change the host)") { Hidden = true };
        verb.Arguments.Add(name);
        verb.Options.Add(folder);
        verb.SetAction(async (result, _) =>
        {
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true);
            await new WayBacks(result.GetRequiredValue(folder), TimeProvider.System).WaitAsync(result.GetRequiredValue(name));
            return ExitCodes.Ok;
        });
        return verb;
    }
}
