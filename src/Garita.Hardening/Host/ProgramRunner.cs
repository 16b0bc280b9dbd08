namespace Garita.Hardening.Host;

/// <summary>
/// Runs programs of this host that only read: found in the folders of the system alone, with an environment of their own and nothing to read, for a
/// limited time.
/// </summary>
internal sealed class ProgramRunner
{
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["PATH"] = string.Join(':', Folders), ["LC_ALL"] = "C", ["HOME"] = "/",
    };

    /// <summary>How long a program may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where a program is; null when it is not installed. A path of its own must be absolute.</summary>
    public static string? Find(string program) => ProgramCall.Find(program, Folders);

    public CommandResult Run(string program, IReadOnlyList<string> arguments)
    {
        var path = Find(program) ?? throw new CannotLookException($"{program} is not installed");
        try
        {
            return new ProgramCall(path, arguments) { Name = program, Limit = Limit, Environment = Environment }.Run();
        }
        catch (ProgramException problem)
        {
            throw new CannotLookException(problem.Message, problem);
        }
    }
}
