using System.Net;
using Garita.Admin;
using Garita.Gateway.Counters;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Tests.Admin;

public sealed class AdminTests
{
    [Fact]
    public async Task It_reads_and_nothing_else()
    {
        var ready = false;
        using var metrics = new GatewayMetrics();
        var messages = metrics.Meter.CreateCounter<long>("garita_test_messages_total");
        var seconds = metrics.Meter.CreateHistogram<double>("garita_test_reply_seconds");
        await using var admin = await AdminServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), () => ready, TimeProvider.System, NullLoggerFactory.Instance);
        messages.Add(3, new KeyValuePair<string, object?>("outcome", "delivered"));
        seconds.Record(0.5);
        using var http = new HttpClient { BaseAddress = new Uri(admin.Address) };

        Assert.Equal("ok\n", await http.GetStringAsync("/healthz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/readyz")).StatusCode);
        ready = true;
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.PostAsync("/metrics", null)).StatusCode);

        var text = await http.GetStringAsync("/metrics");
        Assert.Contains("garita_test_messages_total{outcome=\"delivered\"} 3", text, StringComparison.Ordinal);
        Assert.Contains("garita_test_reply_seconds_count", text, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes ", text, StringComparison.Ordinal);
    }
}
