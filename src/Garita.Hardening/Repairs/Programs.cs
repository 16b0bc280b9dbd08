namespace Garita.Hardening.Repairs;

/// <summary>The programs of this host, found in the folders that only root can write to, never by the caller's PATH.</summary>
public sealed class Programs : IPrograms
{
    private static readonly string[] Folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    // Nobody is there to answer questions of dpkg and needrestart.
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["PATH"] = string.Join(':', Folders), ["LC_ALL"] = "C", ["HOME"] = "/root", ["DEBIAN_FRONTEND"] = "noninteractive", ["NEEDRESTART_MODE"] = "l",
    };

    /// <inheritdoc/>
    public bool Has(string program) => ProgramCall.Find(program, Folders) is not null;

    /// <inheritdoc/>
    public CommandResult Run(string program, IReadOnlyList<string> arguments, TimeSpan patience)
    {
        var path = ProgramCall.Find(program, Folders) ?? throw new RepairException($"{program} is not installed");
        try
        {
            return new ProgramCall(path, arguments) { Name = program, Limit = patience, Environment = Environment, MostOutput = 64 << 20 }.Run();
        }
        catch (ProgramException problem)
        {
            throw new RepairException(problem.Message);
        }
    }
}
