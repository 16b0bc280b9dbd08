using System.Globalization;
using System.Net;

namespace Garita.Demo;

/// <summary>The demo's temporary folder: settings, recipients, the gateway's data and the Maildir. Removed at the end.</summary>
internal sealed class DemoFolder : IDisposable
{
    private static readonly string[] Recipients = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy"];

    private DemoFolder(string path) => Root = path;

    /// <summary>Its path.</summary>
    public string Root { get; }

    /// <summary>The settings file.</summary>
    public string Settings => Path.Combine(Root, "garita.toml");

    /// <summary>The mail server's messages.</summary>
    public string Mail => Path.Combine(Root, "Maildir");

    /// <summary>Makes it, for this user alone.</summary>
    /// <exception cref="IOException">There is no room or no permission for it.</exception>
    public static DemoFolder Create() => new(Directory.CreateTempSubdirectory("garita-demo-").FullName);

    /// <summary>Writes settings and recipients.</summary>
    /// <param name="port">The gateway's port; 0 for a free one.</param>
    /// <param name="adminPort">The admin endpoint's; 0 for a free one.</param>
    /// <param name="server">The mail server behind.</param>
    /// <param name="dns">Whom the gateway asks.</param>
    public void WriteSettings(int port, int adminPort, IPEndPoint server, IPEndPoint dns)
    {
        File.WriteAllLines(Path.Combine(Root, "example.recipients"), Recipients.Select(static name => name + "@example.com"));
        File.WriteAllText(Settings, string.Create(CultureInfo.InvariantCulture, $"""
            hostname = "mx1.example.com"
            data = "data"

            [[listener]]
            name = "mx"
            protocol = "smtp"
            bind = "127.0.0.1:{port}"

            [admin]
            bind = "127.0.0.1:{adminPort}"

            # Nobody answers there: the demo asks nothing outside, rules that need DNS abstain.
            [dns]
            servers = ["{dns}"]
            timeout = "200 ms"

            [[tenant]]
            name = "example"
            domains = ["example.com"]
            [tenant.backends]
            smtp = ["{server}"]
            tls = "none"
            [tenant.recipients]
            source = "file"
            file = "example.recipients"

            """));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Somebody else holds something in it open or took it away; a folder under /tmp is left behind at worst.
        }
    }
}
