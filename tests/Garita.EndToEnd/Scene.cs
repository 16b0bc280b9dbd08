using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>A test with a folder of its own: what it starts is stopped in the reverse order, then the folder goes.</summary>
public abstract class Scene : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> _started = new();

    /// <summary>The folder.</summary>
    protected string Folder { get; } = Path.Combine(Path.GetTempPath(), "garita-e2e-" + Guid.NewGuid().ToString("N")[..8]);

    /// <inheritdoc/>
    public virtual ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Folder);
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        List<Exception> problems = [];
        while (_started.TryPop(out var one))
        {
            try
            {
                await one.DisposeAsync();
            }
            catch (InvalidOperationException e)
            {
                problems.Add(e);
            }
        }

        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        if (problems.Count > 0)
            throw new AggregateException(problems);
    }

    /// <summary>Stops it at the end.</summary>
    private protected T Own<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    /// <summary>Starts the gateway; the settings are made with the port of its first listener.</summary>
    private protected async Task<RunningGateway> ServeAsync(Func<int, string> settings, int? openFiles = null)
    {
        var port = RunningGateway.FreePort();
        return Own(await RunningGateway.ServeAsync(Path.Combine(Folder, "gateway"), port, settings(port), openFiles));
    }

    private protected async Task<PostfixServer> PostfixAsync(string more = "")
    {
        Assert.SkipUnless(PostfixServer.IsInstalled, "Postfix is not installed, or not run as root");
        return Own(await PostfixServer.StartAsync(Folder + "-postfix", more));
    }

    /// <summary>What every settings file here begins with.</summary>
    /// <param name="port">Port of the listener.</param>
    /// <param name="listener">More lines of the listener.</param>
    /// <param name="top">Lines before the first table.</param>
    private protected static string Head(int port, string listener = "", string top = "") => string.Create(CultureInfo.InvariantCulture, $"""
        hostname = "gw.example.com"
        data = "data"
        {top}

        [admin]
        bind = ""

        [dns]
        servers = ["127.0.0.1:9"]
        timeout = "100 ms"

        [[listener]]
        name = "mx"
        bind = "127.0.0.1:{port}"
        {listener}


        """);

    /// <summary>A tenant that leaves unknown recipients to its mail server.</summary>
    private protected static string Tenant(string name, string domain, string backend, string backends = "tls = \"none\"") => $"""

        [[tenant]]
        name = "{name}"
        domains = ["{domain}"]
        [tenant.backends]
        smtp = ["{backend}"]
        {backends}

        """;

    private protected static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    /// <summary>Asks again until it is so, 20 s at most.</summary>
    private protected static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isSo, [CallerArgumentExpression(nameof(isSo))] string wanted = "")
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isSo(answer))
                return answer;
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), $"not within 20 s: {wanted}, but {answer}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>The one message that a Postfix has taken.</summary>
    private protected static async Task<string> SingleAsync(PostfixServer postfix) =>
        Encoding.Latin1.GetString(Assert.Single(await postfix.WaitForAsync(1, TimeSpan.FromSeconds(20))));

    /// <summary>What <c>garita explain</c> says of something, once it says what is expected.</summary>
    private protected static Task<string> ExplainAsync(RunningGateway gateway, string about, string expected) =>
        UntilAsync(async () => (await gateway.RunAsync("explain", about)).Text, text => text.Contains(expected, StringComparison.Ordinal), expected);

    private protected static Task<(int Code, string Text)> RunAsync(string program, string input, params string[] arguments) => Tool.TryAsync(new ProcessStartInfo(program, arguments), input);
}
