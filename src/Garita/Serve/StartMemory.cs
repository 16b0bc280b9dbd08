using System.Globalization;
using System.Runtime.InteropServices;

namespace Garita.Serve;

/// <summary>
/// Gives back what only starting needed: garbage, and the pages of code and constants that were read once. Most of the program's text is
/// settings, command line and schema work; an idle gateway needs a tenth of it.
/// </summary>
internal static class StartMemory
{
    private const string Maps = "/proc/self/smaps";
    private const int DontNeed = 4;

    /// <summary>Call it once, when everything runs. Does nothing where the kernel does not tell of mappings.</summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux() || !File.Exists(Maps))
            return;
        (nint From, nint Length) mapping = default;
        foreach (var line in File.ReadLines(Maps))
        {
            if (Mapping(line) is { } next)
                mapping = next;
            // Of files, never written and with no page of our own: what is needed again is read again. Relocated pages exist nowhere else.
            else if (mapping.Length > 0 && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                _ = Advise(mapping.From, mapping.Length, DontNeed);
        }
    }

    /// <summary>The head line of a mapping; of no length when it is writable or not of a file. Null for other lines.</summary>
    private static (nint From, nint Length)? Mapping(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 5 || parts[1].Length != 4 || parts[0].Split('-') is not [var from, var to])
            return null;
        if (parts.Length < 6 || !parts[5].StartsWith('/') || parts[1][1] == 'w')
            return (0, 0);
        var begin = nint.Parse(from, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (begin, nint.Parse(to, NumberStyles.HexNumber, CultureInfo.InvariantCulture) - begin);
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint address, nint length, int advice);
}
