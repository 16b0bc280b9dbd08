using System.Globalization;
using System.Text;

namespace Garita.WayBack;

/// <summary>From where an administrator works: whether two acts came from one login decides whether the second proves that one can still log in.</summary>
/// <param name="User">The user, and who became it by sudo.</param>
/// <param name="Ssh">SSH_CONNECTION of the session, also where sudo or su took it away; null: none.</param>
/// <param name="Terminal">The number of the controlling terminal; 0: none.</param>
/// <param name="Session">The kernel's number of the login (audit); null: it keeps none.</param>
internal sealed record Login(string User, string? Ssh, int Terminal, uint? Session)
{
    private const uint NoSession = uint.MaxValue;

    /// <summary>That of this process.</summary>
    public static Login Current()
    {
        var (ssh, user) = (Environment.GetEnvironmentVariable("SSH_CONNECTION"), Environment.UserName);
        if (Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } before)
            user = $"{user} (from {before})";
        var process = Environment.ProcessId;
        // sudo empties the environment: some ancestor has it.
        for (var steps = 0; string.IsNullOrEmpty(ssh) && process > 1 && steps < 64; steps++)
        {
            process = Field(process, 4);
            ssh = Variable(process, "SSH_CONNECTION");
        }

        return new Login(user, string.IsNullOrEmpty(ssh) ? null : ssh, Field(Environment.ProcessId, 7), AuditSession());
    }

    /// <summary>Whether both are one login, or cannot be told apart.</summary>
    public bool IsSame(Login other)
    {
        if (Session is not null && other.Session is not null)
            return Session == other.Session;
        if (Ssh is not null || other.Ssh is not null)
            return string.Equals(Ssh, other.Ssh, StringComparison.Ordinal);
        return Terminal == other.Terminal;
    }

    /// <summary>In words.</summary>
    public string Describe() => User + (Ssh is { } ssh ? ", SSH from " + ssh.Split(' ')[0] : Terminal != 0 ? string.Create(CultureInfo.InvariantCulture, $", terminal {Terminal}") : ", no terminal");

    /// <summary>A number of proc(5)'s stat; the name before the fields may hold anything.</summary>
    private static int Field(int process, int number)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return int.Parse(fields[number - 3], CultureInfo.InvariantCulture);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return 0;
        }
    }

    private static string? Variable(int process, string name)
    {
        try
        {
            foreach (var entry in Encoding.UTF8.GetString(File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/environ"))).Split('\0'))
            {
                if (entry.StartsWith(name + "=", StringComparison.Ordinal))
                    return entry[(name.Length + 1)..];
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return null;
    }

    private static uint? AuditSession()
    {
        try
        {
            return uint.TryParse(File.ReadAllText("/proc/self/sessionid"), NumberStyles.None, CultureInfo.InvariantCulture, out var session) && session != NoSession ? session : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
