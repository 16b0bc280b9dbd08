using System.Runtime.InteropServices;
using System.Text;

namespace Garita.Warden.Kernel;

/// <summary>nft commands by libnftables (libnftables(3)): no process for each, and nothing of it is parsed but what this program wrote.</summary>
internal sealed class LibNftables : INft, IDisposable
{
    private const string Library = "libnftables.so.1";
    private const uint Handles = 1 << 3;
    private const uint Terse = 1 << 11;

    private nint _context;

    private LibNftables(nint context) => _context = context;

    public bool IsLibrary => true;

    /// <summary>Opens the library; null when it is not installed or not usable.</summary>
    public static LibNftables? TryOpen(out string problem)
    {
        problem = "";
        try
        {
            var context = New(0);
            if (context != 0 && BufferOutput(context) == 0 && BufferError(context) == 0)
            {
                // Terse: with many bans a listing with elements takes more than a second and hundreds of megabytes.
                SetFlags(context, Handles | Terse);
                return new LibNftables(context);
            }

            problem = Library + " cannot be started";
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            problem = Library + " is missing";
        }

        return null;
    }

    public string? Run(string commands, out string output)
    {
        var octets = new byte[Encoding.ASCII.GetByteCount(commands) + 1];
        Encoding.ASCII.GetBytes(commands, octets);
        var code = RunCommands(_context, octets);
        output = Marshal.PtrToStringUTF8(Output(_context)) ?? "";
        var error = Marshal.PtrToStringUTF8(Error(_context)) ?? "";
        return code == 0 ? null : FirstLine(error);
    }

    public void Dispose()
    {
        if (_context != 0)
            Free(_context);
        _context = 0;
    }

    /// <summary>The first line of what nft says is wrong; the others repeat the command.</summary>
    internal static string FirstLine(string error) =>
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..] ? first : "nft failed without saying why";

    [DllImport(Library, EntryPoint = "nft_ctx_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint New(uint flags);

    [DllImport(Library, EntryPoint = "nft_ctx_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Free(nint context);

    [DllImport(Library, EntryPoint = "nft_ctx_output_set_flags")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void SetFlags(nint context, uint flags);

    [DllImport(Library, EntryPoint = "nft_ctx_buffer_output")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int BufferOutput(nint context);

    [DllImport(Library, EntryPoint = "nft_ctx_buffer_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int BufferError(nint context);

    [DllImport(Library, EntryPoint = "nft_ctx_get_output_buffer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Output(nint context);

    [DllImport(Library, EntryPoint = "nft_ctx_get_error_buffer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Error(nint context);

    [DllImport(Library, EntryPoint = "nft_run_cmd_from_buffer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RunCommands(nint context, byte[] commands);
}
