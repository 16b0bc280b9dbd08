using System.Net;
using System.Net.Sockets;
using System.Text;
using Garita.Gateway;
using Garita.Gateway.Counters;
using Garita.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Garita.Admin;

/// <summary>
/// The admin endpoint: /metrics for Prometheus, /healthz (the process answers), /readyz (mail is taken). It only reads; whatever
/// changes something goes over the control socket, which knows who asks.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private readonly MeterProvider _meters;
    private readonly ProcessMetrics _process;
    private readonly RequestDelegate _exporter;
    private readonly Func<bool> _isReady;
    private HttpEndpoint? _endpoint;

    private AdminServer(Func<bool> isReady, TimeProvider time)
    {
        _isReady = isReady;
        _process = new ProcessMetrics(time);
        _meters = Sdk.CreateMeterProviderBuilder()
            .AddMeter(GatewayMetrics.MeterName, ProcessMetrics.MeterName)
            .AddPrometheusExporter(static options =>
            {
                // Instruments carry their Prometheus names already; the exporter would add units and scope labels to them.
                options.TranslationStrategy = PrometheusAspNetCoreTranslationStrategy.UnderscoreEscapingWithoutSuffixes;
                options.ScopeInfoEnabled = false;
                options.TargetInfoEnabled = false;
            })
            .Build();
        _exporter = new ApplicationBuilder(HttpEndpoint.NoServices)
            .UseOpenTelemetryPrometheusScrapingEndpoint(_meters, static _ => true, path: null, configureBranchedPipeline: null, optionsName: null)
            .Build();
    }

    /// <summary>Where it listens.</summary>
    public string Address => _endpoint?.Addresses.FirstOrDefault() ?? "";

    /// <summary>Binds and starts.</summary>
    /// <param name="bind">Where.</param>
    /// <param name="isReady">Whether mail is taken.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where is logged.</param>
    /// <exception cref="GatewayStartException">The address cannot be bound.</exception>
    public static async Task<AdminServer> StartAsync(IPEndPoint bind, Func<bool> isReady, TimeProvider time, ILoggerFactory logs)
    {
        var server = new AdminServer(isReady, time);
        try
        {
            server._endpoint = await HttpEndpoint.StartAsync(options => options.Listen(bind), server.HandleAsync, logs);
            return server;
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            await server.DisposeAsync();
            throw new GatewayStartException($"cannot listen on {bind} for the admin endpoint: {problem.Message}; choose another with admin.bind, or \"\" for none", problem);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
            await _endpoint.DisposeAsync();
        _meters.Dispose();
        _process.Dispose();
    }

    private Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        if (path is not ("/metrics" or "/healthz" or "/readyz"))
            return TextAsync(context, 404, "not found\n");
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return TextAsync(context, 405, "this endpoint only reads\n");
        }

        return path switch
        {
            "/metrics" => _exporter(context),
            "/healthz" => TextAsync(context, 200, "ok\n"),
            _ => _isReady() ? TextAsync(context, 200, "ready\n") : TextAsync(context, 503, "not ready\n"),
        };
    }

    private static async Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(text), context.RequestAborted);
    }
}
