using System.Diagnostics;

namespace Garita.Warden.Kernel;

/// <summary>nft commands by the program <c>nft</c>, where the library is missing: slower, the same otherwise.</summary>
internal sealed class NftProgram(string path) : INft
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public bool IsLibrary => false;

    public string? Run(string commands, out string output)
    {
        output = "";
        var start = new ProcessStartInfo(path, ["-a", "-t", "-f", "-"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var text = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(commands);
            process.StandardInput.Close();
            if (!process.WaitForExit(Longest))
            {
                process.Kill();
                return "nft did not end within 30 s";
            }

            output = text.GetAwaiter().GetResult();
            return process.ExitCode == 0 ? null : LibNftables.FirstLine(error.GetAwaiter().GetResult());
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or IOException)
        {
            return $"{path} cannot be run: {failure.Message}";
        }
    }
}
