using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Garita.Http;

/// <summary>
/// Kestrel with one handler. The web host around it (configuration, routing, its own signal handling) is left out: it costs
/// memory and start time, and two endpoints with a dozen fixed paths need none of it.
/// </summary>
internal sealed class HttpEndpoint : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly Application _application;

    private HttpEndpoint(KestrelServer server, RequestDelegate handler)
    {
        _server = server;
        _application = new Application(handler);
    }

    /// <summary>For what wants a service provider and gets by without one.</summary>
    public static IServiceProvider NoServices { get; } = new Nothing();

    /// <summary>Binds and starts.</summary>
    /// <param name="listen">Says where.</param>
    /// <param name="handler">Answers every request.</param>
    /// <param name="logs">Where is logged.</param>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static async Task<HttpEndpoint> StartAsync(Action<KestrelServerOptions> listen, RequestDelegate handler, ILoggerFactory logs)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices };
        options.Limits.MaxRequestBodySize = 64 * 1024;
        options.Limits.MaxConcurrentConnections = 64;
        listen(options);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { IOQueueCount = 1 }), logs);
        var server = new KestrelServer(Options.Create(options), transport, logs);
        var endpoint = new HttpEndpoint(server, handler);
        try
        {
            await server.StartAsync(endpoint._application, CancellationToken.None);
            return endpoint;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens.</summary>
    public IEnumerable<string> Addresses => _server.Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()?.Addresses ?? [];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Requests are answered from memory: whoever is slower than this does not read.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _server.StopAsync(patience.Token);
        _server.Dispose();
    }

    private sealed class Application(RequestDelegate handler) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handler(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }

    private sealed class Nothing : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
