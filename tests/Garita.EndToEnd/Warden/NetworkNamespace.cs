using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Garita.EndToEnd.Warden;

/// <summary>
/// A network namespace of the test's own, with a /run of its own, held by a process that sleeps: it goes with it. Links, tables and sysctls
/// in it are nobody else's.
/// </summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private const int CloneNewNet = 0x40000000;

    private readonly Process _holder;

    private NetworkNamespace(Process holder) => _holder = holder;

    public int ProcessId => _holder.Id;

    /// <summary>What a program is started by to be inside.</summary>
    public IReadOnlyList<string> Inside => ["nsenter", "-t", ProcessId.ToString(CultureInfo.InvariantCulture), "-n", "-m"];

    /// <summary>Makes one; null where that is not allowed.</summary>
    /// <param name="run">The folder that is /run inside.</param>
    public static async Task<NetworkNamespace?> TryMakeAsync(string run)
    {
        Directory.CreateDirectory(run);
        var start = new ProcessStartInfo("unshare", ["--net", "--mount", "--propagation", "private", "sh", "-c", "mount --bind \"$0\" /run && ip link set lo up && echo ready && exec sleep 600", run]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var holder = Process.Start(start)!;
        if (await holder.StandardOutput.ReadLineAsync() is "ready")
            return new NetworkNamespace(holder);
        await holder.WaitForExitAsync();
        holder.Dispose();
        return null;
    }

    /// <summary>Runs a program inside; its output, or an error of the test.</summary>
    public async Task<string> RunAsync(string input, params string[] command)
    {
        var (code, output, error) = await Tool.EndAsync(new ProcessStartInfo(Inside[0], [.. Inside.Skip(1), .. command]), input);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: {error}");
    }

    /// <summary>Runs something on a thread that is inside; sockets made there stay inside wherever they are used.</summary>
    public T Run<T>(Func<T> act)
    {
        T? result = default;
        Exception? failure = null;
        // The thread ends with its namespace: no other work ever runs on it.
        var thread = new Thread(() =>
        {
            try
            {
                using var name = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{ProcessId}/ns/net"));
                if (Enter(name, CloneNewNet) != 0)
                    throw new InvalidOperationException($"setns: errno {Marshal.GetLastPInvokeError()}");
                result = act();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException(failure.Message, failure);
    }

    public async ValueTask DisposeAsync()
    {
        _holder.Kill();
        await _holder.WaitForExitAsync();
        _holder.Dispose();
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Enter(SafeFileHandle name, int kind);
}
