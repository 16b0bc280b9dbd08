using Garita.Wall.Kernel;

namespace Garita.Warden.Kernel;

/// <summary>nft commands by the program <c>nft</c>, where the library is missing: slower, the same otherwise.</summary>
internal sealed class NftProgram : INft
{
    public bool IsLibrary => false;

    public string? Run(string commands, out string output)
    {
        output = "";
        try
        {
            var result = Nft.Run(commands, "-a", "-t", "-f", "-");
            output = result.Output;
            return result.ExitCode == 0 ? null : LibNftables.FirstLine(result.Error);
        }
        catch (NftException failure)
        {
            return failure.Message;
        }
    }
}
