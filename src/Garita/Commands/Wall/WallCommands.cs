using System.CommandLine;

namespace Garita.Commands.Wall;

/// <summary><c>garita wall</c>: the packet filter, and the lockdown of the mail servers behind.</summary>
internal static class WallCommands
{
    public static Command Create() => new Verb("wall", "Packet filter and lockdown")
    {
        WallLockdownCommand.Create(),
        WallProbeCommand.Create(),
    };
}
