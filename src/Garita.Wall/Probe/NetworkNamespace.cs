using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Garita.Wall.Probe;

/// <summary>Does something from within a network namespace that <c>ip netns</c> has a name for (ip-netns(8)). Only root can.</summary>
public static class NetworkNamespace
{
    private const string Folder = "/run/netns";
    private const int CloneNewNet = 0x40000000;

    /// <summary>Whether a name can be one of a namespace: it goes into a path.</summary>
    /// <param name="name">The name.</param>
    public static bool IsName(string name) => name.Length is > 0 and <= 64 && name is not ("." or "..") && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');

    /// <summary>Runs it to its end on a thread of its own, which ends with it: no other thread ever is in the namespace.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="name">The namespace.</param>
    /// <param name="work">What to do; all of it on the calling thread.</param>
    /// <exception cref="IOException">There is no such namespace, or this user may not enter it.</exception>
    public static T Run<T>(string name, Func<T> work)
    {
        if (!IsName(name))
            throw new IOException($"\"{name}\" is no name of a network namespace");
        var result = default(T);
        ExceptionDispatchInfo? problem = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(name);
                result = work();
            }
            catch (Exception raised) when (raised is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
            {
                problem = ExceptionDispatchInfo.Capture(raised);
            }
        });
        thread.Start();
        thread.Join();
        problem?.Throw();
        return result!;
    }

    private static void Enter(string name)
    {
        using var file = Open(name);
        if (SetNamespace((int)file.DangerousGetHandle(), CloneNewNet) != 0)
            throw new IOException($"cannot enter the network namespace {name}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}; only root can");
    }

    private static SafeFileHandle Open(string name)
    {
        try
        {
            return File.OpenHandle(Path.Combine(Folder, name));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"there is no network namespace {name}, or only root may see it (ip netns list): {problem.Message}", problem);
        }
    }

    // setns(2).
    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int file, int kind);
}
