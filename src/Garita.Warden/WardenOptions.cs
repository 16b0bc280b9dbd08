using Garita.Wall.Warden;

namespace Garita.Warden;

/// <summary>The command line of the warden.</summary>
internal sealed record WardenOptions
{
    public const string Help = """
        garita-warden: keeps the bans of the Garita gateway in the kernel's packet filter. The only lasting process that needs CAP_NET_ADMIN.

        usage: garita-warden [options]
          --socket PATH     where it listens (/run/garita-warden/warden.sock), mode 0660
          --group NAME      the group that may connect (garita); - for the process's own
          --user NAME       the gateway's user (garita): only it and root are heard
          --never FILE      networks that are never banned, one a line, # comments (/etc/garita/warden.never); it may be missing
          --never-ban CIDR  one more such network; may be given several times. Put the networks of administrators here or into the file
          --private         private networks (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7) may be banned too
          --flood MODE      off, on or auto (auto): answer SYNs to the mail ports with cookies
          --program         use the program nft in any case, not libnftables
          --check           look whether it would work, say what is missing, and end
          --help, --version

        Signals: SIGTERM ends it and leaves the bans in the kernel, which ends them in time; SIGHUP reads the file of --never again.
        Exit codes: 0 ended as told, 1 failed, 2 wrong options.
        """;

    public const string DefaultNever = "/etc/garita/warden.never";

    public string Socket { get; private set; } = WardenProtocol.DefaultSocket;

    public string Group { get; private set; } = "garita";

    public string User { get; private set; } = "garita";

    public string NeverFile { get; private set; } = DefaultNever;

    public IReadOnlyList<string> NeverBan { get; private set; } = [];

    public bool TakesPrivate { get; private set; }

    public FloodMode Flood { get; private set; } = FloodMode.Auto;

    public bool UsesProgram { get; private set; }

    public bool IsCheck { get; private set; }

    public bool IsHelp { get; private set; }

    public bool IsVersion { get; private set; }

    /// <summary>Reads the command line.</summary>
    /// <returns>What is wrong; null for nothing.</returns>
    public static string? TryRead(IReadOnlyList<string> words, out WardenOptions options)
    {
        options = new WardenOptions();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            switch (word)
            {
                case "--private":
                    options.TakesPrivate = true;
                    continue;
                case "--program":
                    options.UsesProgram = true;
                    continue;
                case "--check":
                    options.IsCheck = true;
                    continue;
                case "--help" or "-h":
                    options.IsHelp = true;
                    continue;
                case "--version":
                    options.IsVersion = true;
                    continue;
                case "--socket" or "--group" or "--user" or "--never" or "--never-ban" or "--flood":
                    if (++i == words.Count)
                        return $"{word} needs a value";
                    if (options.Set(word, words[i]) is { } problem)
                        return problem;
                    continue;
                default:
                    return $"{word} is no option; garita-warden --help shows those there are";
            }
        }

        return null;
    }

    private string? Set(string word, string value)
    {
        switch (word)
        {
            case "--socket" when value.Length is > 0 and <= 100:
                Socket = value;
                return null;
            case "--group":
                Group = value;
                return null;
            case "--user":
                User = value;
                return null;
            case "--never":
                NeverFile = value;
                return null;
            case "--never-ban":
                NeverBan = [.. NeverBan, value];
                return null;
            case "--flood" when value is "off" or "on" or "auto":
                Flood = value is "off" ? FloodMode.Off : value is "on" ? FloodMode.On : FloodMode.Auto;
                return null;
            default:
                return $"{word} is {value}, expected {(word is "--flood" ? "off, on or auto" : "a path of at most 100 octets")}";
        }
    }
}
