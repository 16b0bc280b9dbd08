using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Garita.Settings;

namespace Garita.Control;

/// <summary>The gateway did not do what was asked; the message is for the administrator.</summary>
internal sealed class ControlException(string message) : Exception(message);

/// <summary>
/// Asks a running gateway over its control socket. Administrators, root among them, read the answers: a gateway that was taken over must not
/// get at their terminal or memory, so that what it says is bounded, and shown escaped.
/// </summary>
internal sealed class ControlClient : IDisposable
{
    /// <summary>A hundred thousand bans are a fifth of it.</summary>
    private const long LargestAnswer = 128L << 20;

    private readonly HttpClient _http;

    /// <param name="dataFolder">The gateway's data folder.</param>
    /// <param name="patience">How long an answer may take; null: 30 s.</param>
    public ControlClient(string dataFolder, TimeSpan? patience = null)
    {
        var path = Path.Combine(dataFolder, ControlServer.SocketName);
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancel) => ConnectAsync(path, cancel), UseProxy = false })
        {
            BaseAddress = new Uri("http://control"),
            Timeout = patience ?? TimeSpan.FromSeconds(30),
            MaxResponseContentBufferSize = LargestAnswer,
        };
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type)!;

    public Task<TAnswer?> PostAsync<TAnswer, TRequest>(string path, TRequest body, JsonTypeInfo<TRequest> type, JsonTypeInfo<TAnswer>? answer)
        where TAnswer : class
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new("application/json");
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, answer);
    }

    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path), type)!;

    public Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> type) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), type)!;

    public Task DeleteAsync(string path) => SendAsync<ControlProblem>(new HttpRequestMessage(HttpMethod.Delete, path), null);

    /// <summary>Copies an answer that is no JSON.</summary>
    public async Task CopyAsync(string path, Stream to)
    {
        try
        {
            using var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            if (!response.IsSuccessStatusCode)
                throw Refused(response, await response.Content.ReadAsByteArrayAsync());
            await response.Content.CopyToAsync(to);
        }
        catch (JsonException)
        {
            throw Unreadable();
        }
        catch (HttpRequestException problem)
        {
            throw problem.InnerException as ControlException ?? new ControlException($"the gateway's answer was cut off: {SafeText.Escape(problem.Message)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T?> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T>? type)
    {
        using (request)
        {
            try
            {
                using var response = await _http.SendAsync(request);
                var body = await response.Content.ReadAsByteArrayAsync();
                if (response.IsSuccessStatusCode)
                    return type is null || response.StatusCode == HttpStatusCode.NoContent ? default : JsonSerializer.Deserialize(body, type) ?? throw Unreadable();
                throw Refused(response, body);
            }
            catch (HttpRequestException problem)
            {
                throw problem.InnerException as ControlException ?? new ControlException($"the gateway's answer was cut off: {SafeText.Escape(problem.Message)}");
            }
            catch (JsonException)
            {
                throw Unreadable();
            }
            catch (TaskCanceledException)
            {
                throw new ControlException($"the gateway did not answer within {_http.Timeout.TotalSeconds:0} s");
            }
        }
    }

    private static ControlException Unreadable() => new("the gateway's answer cannot be read: is it of another version?");

    private static ControlException Refused(HttpResponseMessage response, byte[] body) =>
        new(JsonSerializer.Deserialize(body, ControlJson.Default.ControlProblem)?.Error is { } said ? SafeText.Escape(said) : $"the gateway answered {(int)response.StatusCode}");

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException problem)
        {
            socket.Dispose();
            throw new ControlException(problem.SocketErrorCode == SocketError.AccessDenied
                ? $"no permission to use {path}: be root or a member of the group that owns it (the service's group is garita: adduser YOU garita, then log in again)"
                : $"the gateway is not running ({path} does not answer): start it with garita serve, or systemctl start garita");
        }
    }
}
