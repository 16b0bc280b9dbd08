using System.Globalization;

namespace Garita.EndToEnd;

/// <summary>
/// Three network namespaces of one test: gateway, mail server and stranger, each of the outer two with a cable to the mail server. Made with
/// the process id in their names and deleted at the end; nothing of it is in the machine's own namespace.
/// </summary>
internal sealed class MailSite : IDisposable
{
    public const string GatewayAddress = "10.77.1.1";
    public const string GatewayAddress6 = "fd77:1::1";
    public const string ServerAddress = "10.77.1.2";
    public const string ServerAddress6 = "fd77:1::2";
    public const string GatewayMac = "02:00:00:00:00:01";
    public const string StrangerAddress = "10.77.2.3";
    private static int _count;

    // Once: classes that run side by side would take each other's namespace for their own.
    private static readonly Lazy<string?> Tried = new(static () => Environment.UserName is not "root" ? "only root makes network namespaces"
        : !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") ? "iproute2 is not installed"
        : Run("ip", "netns", "add", "garita-try" + Environment.ProcessId).Code != 0 ? "network namespaces cannot be made here"
        : Run("ip", "netns", "delete", "garita-try" + Environment.ProcessId).Code != 0 ? "network namespaces cannot be deleted here" : null);

    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"gl{Environment.ProcessId}x{Interlocked.Increment(ref _count)}");

    public MailSite()
    {
        Folder = Directory.CreateTempSubdirectory("garita-site-").FullName;
        // Postfix's own user must get through.
        Must("chmod", "755", Folder);
        try
        {
            foreach (var name in (string[])[Gateway, Server, Stranger])
                Await(() => NamedNamespace.AddAsync(name));

            Cable(Gateway, "10.77.1", "fd77:1", 1);
            Cable(Stranger, "10.77.2", "fd77:2", 3);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Folder { get; }

    public string Gateway => _id + "gw";

    public string Server => _id + "be";

    public string Stranger => _id + "at";

    /// <summary>Why it cannot be made here, or null.</summary>
    public static string? Missing => Tried.Value;

    public void Dispose()
    {
        foreach (var name in (string[])[Gateway, Server, Stranger])
            Await(() => NamedNamespace.DeleteAsync(name));
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Runs something within a namespace.</summary>
    public static (int Code, string Text) In(string netns, params string[] command) => Run("ip", ["netns", "exec", netns, .. command]);

    /// <summary>Runs a verb of the program within the gateway's namespace.</summary>
    public (int Code, string Text) Garita(params string[] verb)
    {
        var command = RunningGateway.Command([.. verb, "--config", Path.Combine(Folder, "garita.toml")]);
        return In(Gateway, [command.FileName, .. command.ArgumentList]);
    }

    /// <summary>Brings a mail, or its envelope only, with swaks from a namespace.</summary>
    public static (int Code, string Text) Mail(string from, string to, string server = ServerAddress, params string[] more) =>
        In(from, ["swaks", "--server", server, "--helo", "peer.example.org", "--from", "a@example.org", "--to", to, "--timeout", "3", .. more]);

    public static void Must(string program, params string[] arguments)
    {
        var (code, text) = Run(program, arguments);
        if (code != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}: {text}");
    }

    public static (int Code, string Text) Run(string program, params string[] arguments) => Tool.Try(program, arguments);

    /// <summary>Packets that a counter of the lockdown has seen.</summary>
    public long Counted(string counter)
    {
        var (code, text) = In(Server, "nft", "list", "counter", "inet", "garita_lockdown", counter);
        if (code != 0)
            throw new InvalidOperationException(text);
        return long.Parse(text[(text.IndexOf("packets ", StringComparison.Ordinal) + 8)..].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private void Cable(string end, string four, string six, int host)
    {
        var here = end[^2..] + "0";
        Await(() => NamedNamespace.CableAsync(
            new(end, here, string.Create(CultureInfo.InvariantCulture, $"{four}.{host}/24"), string.Create(CultureInfo.InvariantCulture, $"{six}::{host}/64")),
            new(Server, "to" + end[^2..], four + ".2/24", six + "::2/64")));
        if (host == 1)
            Must("ip", "-n", end, "link", "set", here, "address", GatewayMac);
        Await(() => NamedNamespace.RouteAsync(end, four + ".2", six + "::2"));
    }

    // On another thread, so that no test waits for itself.
    private static void Await(Func<Task> act) => Task.Run(act).GetAwaiter().GetResult();
}
