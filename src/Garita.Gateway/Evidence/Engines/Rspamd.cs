using System.Globalization;
using System.Text.Json;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>Asks Rspamd's normal worker (POST /checkv2): envelope and client in header fields, score, action and symbols come back as JSON.</summary>
internal sealed class Rspamd : IEngine, IDisposable
{
    private readonly HttpClient _http;

    internal Rspamd(EngineSettings settings)
    {
        Settings = settings;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 64,
            ConnectCallback = async (_, deadline) => await EngineConnection.ConnectAsync(settings.Address, deadline).ConfigureAwait(false),
        })
        { Timeout = System.Threading.Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 1 << 20 };
    }

    public EngineSettings Settings { get; }

    public void Dispose() => _http.Dispose();

    public async Task<EngineAnswer> ScanAsync(EngineScan scan, Stream message, CancellationToken deadline)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://rspamd/checkv2") { Content = new StreamContent(message, 32 * 1024) };
        Add("IP", scan.Client.ToString());
        Add("Helo", scan.Helo);
        Add("Hostname", scan.ClientName);
        Add("From", scan.Sender);
        Add("Queue-Id", scan.Id);
        foreach (var recipient in scan.Recipients)
            Add("Rcpt", recipient);
        if (Settings.PasswordFile is { } file)
            Add("Password", (await File.ReadAllTextAsync(file, deadline).ConfigureAwait(false)).Trim());
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, deadline).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new EngineException(string.Create(CultureInfo.InvariantCulture, $"rspamd answered {(int)response.StatusCode}"));
        return Read(await response.Content.ReadAsByteArrayAsync(deadline).ConfigureAwait(false));

        // What header fields cannot carry is left out: the engine has it from the message as well.
        void Add(string name, string? value)
        {
            if (value is { Length: > 0 } && value.All(static character => character is >= ' ' and <= '~'))
                request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Reads an answer.</summary>
    internal EngineAnswer Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var score = root.GetProperty("score").GetDouble();
            var action = root.GetProperty("action").GetString() ?? "";
            var symbols = root.TryGetProperty("symbols", out var found) && found.ValueKind == JsonValueKind.Object
                ? string.Join(',', found.EnumerateObject().Where(static symbol => symbol.Value.TryGetProperty("score", out var own) && own.ValueKind == JsonValueKind.Number && own.GetDouble() != 0).Take(40).Select(static symbol => symbol.Name))
                : "";
            return new EngineAnswer(Settings, EngineStatus.Scanned, Score: score, Action: Action(action), Detail: EngineAnswer.Clean($"{action}: {symbols}", 300));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EngineException("rspamd's answer cannot be read", e);
        }
    }

    // https://docs.rspamd.com/faq/#what-are-rspamd-actions
    private static EngineAction Action(string action) => action switch
    {
        "reject" => EngineAction.Reject,
        "soft reject" or "greylist" => EngineAction.Defer,
        "add header" or "rewrite subject" or "quarantine" => EngineAction.Tag,
        _ => EngineAction.None,
    };
}
