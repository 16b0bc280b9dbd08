using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Alarms;

/// <summary>
/// Posts notices as JSON, with <c>X-Garita-Signature: sha256=…</c>: the HMAC-SHA-256 (RFC 2104) of the body in hexadecimal. TLS is verified,
/// redirections are not followed. What fails for now is tried again three times, then given up: the log has it.
/// </summary>
internal sealed partial class Webhook : IDisposable
{
    /// <summary>The signature's header.</summary>
    internal const string SignatureHeader = "X-Garita-Signature";

    /// <summary>A shorter secret could be guessed from one notice.</summary>
    internal const int ShortestSecret = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = Patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 64 * 1024 };

    internal Webhook(TimeProvider time, ILogger log)
    {
        _time = time;
        _log = log;
    }

    /// <summary>Posts a notice.</summary>
    /// <param name="settings">Where to, and the secret's place: read each time, so that a new one needs no reload.</param>
    /// <param name="notice">The notice.</param>
    /// <param name="stopping">Ends it.</param>
    internal async Task SendAsync(AlarmSettings settings, AlarmNotice notice, CancellationToken stopping)
    {
        if (settings.Webhook is not { } url)
            return;
        if (Secret(settings) is not { } secret)
        {
            // Never unsigned: the receiver would learn to take such notices from anybody.
            LogNoSecret(notice.Kind);
            return;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(notice, AlarmJson.Default.AlarmNotice);
        var signature = Sign(secret, body);
        for (var attempt = 0; ; attempt++)
        {
            var (problem, isFinal) = await PostAsync(url, body, signature, stopping);
            if (problem is null)
                return;
            if (isFinal || attempt == Waits.Length)
            {
                LogGivenUp(notice.Kind, problem, attempt + 1);
                return;
            }

            await Task.Delay(Waits[attempt], _time, stopping);
        }
    }

    /// <summary>The header's value for a body.</summary>
    internal static string Sign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(secret, body));

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(string? Problem, bool IsFinal)> PostAsync(Uri url, byte[] body, string signature, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(SignatureHeader, signature);
        request.Headers.TryAddWithoutValidation("User-Agent", "Garita");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.IsSuccessStatusCode)
                return (null, true);
            // RFC 9110 §15.5.9, RFC 6585 §4: asked again later these may pass; other 4xx say that the settings are wrong.
            var isTransient = (int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
            return (string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}"), !isTransient);
        }
        catch (HttpRequestException e)
        {
            return (e.Message, false);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return ("it did not answer in time", false);
        }
    }

    /// <summary>The secret; null where there is none that can be used.</summary>
    internal static byte[]? Secret(AlarmSettings settings)
    {
        try
        {
            var text = settings.SecretFile is { } file ? File.ReadAllText(file)
                : settings.SecretEnv is { } name ? Environment.GetEnvironmentVariable(name) : null;
            // Editors end a file with a line end, which belongs to no secret.
            return text?.Trim() is { } trimmed && Encoding.UTF8.GetByteCount(trimmed) >= ShortestSecret ? Encoding.UTF8.GetBytes(trimmed) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LoggerMessage(6201, LogLevel.Error, "The {Kind} alarm was not posted: there is no secret of 16 octets or more in secret_file or secret_env")]
    private partial void LogNoSecret(string kind);

    [LoggerMessage(6202, LogLevel.Error, "The {Kind} alarm was not posted: {Problem} ({Attempts} attempts)")]
    private partial void LogGivenUp(string kind, string problem, int attempts);
}
