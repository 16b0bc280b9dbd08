using System.Runtime.InteropServices;
using Garita.Wall.Kernel;
using Garita.Warden.Bans;
using Garita.Warden.Door;
using Garita.Warden.Flood;
using Garita.Warden.Kernel;
using Garita.Warden.Service;

namespace Garita.Warden;

/// <summary>The warden from its start to SIGTERM.</summary>
internal static class WardenProcess
{
    /// <summary>Runs it.</summary>
    /// <exception cref="WardenException">It cannot start.</exception>
    public static async Task RunAsync(WardenOptions options, INft nft, string nftProblem, Journal journal, TimeProvider time)
    {
        // 1. Signals from the first moment on.
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Keeper? hears = null;
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, stop));
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            hears?.ReadNever();
        });

        // 2. What it knows.
        if (nftProblem.Length > 0)
            journal.Say(JournalLevel.Notice, nftProblem + ": the program nft is used");
        var never = new NeverSource(options);
        NeverList ReadNever()
        {
            List<string> problems = [];
            var list = never.Read(problems);
            problems.ForEach(problem => journal.Say(JournalLevel.Error, problem));
            return list;
        }

        var counts = new HandshakeCounts(OwnAddresses.Folder);
        using var netlink = new NetlinkSocket();
        var keeper = new Keeper(new NftKernel(nft, time.TimestampFrequency, netlink), ReadNever, counts.Read, new StackSettings("/proc/sys/net").Wrong, options.Flood, time, journal);
        hears = keeper;
        keeper.Beat();

        // 3. It hears.
        var notice = new ServiceNotice(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
        if (Accounts.User(options.User) is null)
            journal.Say(JournalLevel.Warning, $"there is no user {options.User}: only root is heard until there is one");
        await using var server = await WardenServer.StartAsync(options.Socket, GroupOf(options, journal), keeper, id => id == 0 || Accounts.User(options.User) == id, time, journal);
        using var beats = new Beats(keeper, notice, time, journal, ServiceNotice.WatchdogPause(Environment.GetEnvironmentVariable("WATCHDOG_USEC")));
        journal.Say(JournalLevel.Information, $"listens on {options.Socket}; {keeper.State()}");
        notice.Ready("listens on " + options.Socket);

        // 4. Until somebody asks it to stop. The kernel keeps the bans and ends each in its time.
        await stop.Task;
        notice.Stopping();
        journal.Say(JournalLevel.Information, "stops; the kernel keeps the bans until they end");
    }

    private static uint? GroupOf(WardenOptions options, Journal journal)
    {
        if (options.Group is "-")
            return null;
        var group = Accounts.Group(options.Group);
        if (group is null)
            journal.Say(JournalLevel.Warning, $"there is no group {options.Group}: the socket keeps the group of the process");
        return group;
    }

    private static void End(PosixSignalContext context, TaskCompletionSource stop)
    {
        context.Cancel = true;
        stop.TrySetResult();
    }
}
