using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Garita.EndToEnd.Wall;

/// <summary>A test with namespaces of its own and settings for a gateway in one of them.</summary>
public abstract class WallScene : Scene
{
    private protected Namespaces Net { get; private set; } = null!;

    private protected string SettingsFile => Path.Combine(Folder, "garita.toml");

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Assert.SkipWhen(Namespaces.Missing is not null, Namespaces.Missing ?? "");
        Net = Own(await Namespaces.MakeAsync());
        await WriteAsync();
    }

    private protected Task WriteAsync(string wall = "", string limits = "") => File.WriteAllTextAsync(SettingsFile, $"""
        hostname = "gw.example.com"
        data = "data"

        [admin]
        bind = ""

        [dns]
        servers = ["127.0.0.1:9"]
        timeout = "100 ms"

        [[listener]]
        name = "mx"
        bind = ["0.0.0.0:25", "[::]:25"]

        [networks]
        administrators = ["10.77.0.0/24", "fd77::/64"]

        [limits]
        connections_per_client = 5
        {limits}

        [wall]
        user = "nobody"
        {wall}

        {Tenant("acme", "example.com", Namespaces.Backend + ":25")}
        """);

    private protected Task<(int Code, string Text)> GaritaAsync(params string[] verb) => GaritaAsync(null, verb);

    private protected async Task<(int Code, string Text)> GaritaAsync(string? ssh, string[] verb)
    {
        var command = RunningGateway.Command([.. verb, "--config", SettingsFile]);
        return await Net.RunAsync("gateway", [command.FileName, .. command.ArgumentList], ssh);
    }

    /// <summary>Loads the ruleset for good.</summary>
    private protected async Task ApplyAsync()
    {
        var (code, text) = await GaritaAsync("wall", "apply", "--yes", "--back-after", "5 min");
        Assert.True(code == 0, text);
        (code, text) = await GaritaAsync("wall", "confirm", "--same-login");
        Assert.True(code == 0, text);
    }

    /// <summary>Waits until the process that went back has written so: the folder is deleted after the test.</summary>
    private protected Task<bool> GoneAsync()
    {
        var states = Path.Combine(Folder, "data-root", "way-back", "wall.");
        return UntilAsync(() => Task.FromResult(File.Exists(states + "gone") && !File.Exists(states + "going")), static isGone => isGone);
    }

    private protected async Task<JsonElement> StatusAsync()
    {
        var (code, text) = await GaritaAsync("wall", "status", "--json");
        Assert.True(code == 0, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private protected async Task<long> CountAsync(string reason)
    {
        var text = await Net.NftAsync("list", "counter", "inet", "garita", "c_" + reason);
        var words = text.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[Array.IndexOf(words, "packets") + 1], CultureInfo.InvariantCulture);
    }

    private protected async Task<RunningGateway> ServeInsideAsync() => Own(await RunningGateway.ServeAsync(Folder, 25, inside: ["ip", "netns", "exec", Net.Name("gateway")]));

    private protected async Task AssertMailPassesAsync(string address, string subject, TextReader backend)
    {
        var (code, text) = await Net.PeerAsync("client", "mail", address, subject);
        Assert.True(code == 0, text);
        Assert.Equal("Subject: " + subject, await backend.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
    }
}
