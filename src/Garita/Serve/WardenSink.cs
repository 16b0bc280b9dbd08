using System.Diagnostics.Metrics;
using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Wall.Warden;
using Microsoft.Extensions.Logging;

namespace Garita.Serve;

/// <summary>
/// Gives the gateway's bans to the warden, who keeps them in the kernel. While he is away the gateway enforces alone, as it does anyway; once he
/// is back he is told all of them. Bans of clients that a PROXY header announced are left out: the kernel sees the balancer.
/// </summary>
internal sealed partial class WardenSink : IBanSink, IAsyncDisposable
{
    private readonly string _path;
    private readonly bool _isExpected;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private WardenClient? _client;
    private bool _wasThere;
    private bool _saidAway;

    /// <param name="path">The warden's socket.</param>
    /// <param name="isExpected">Whether the settings name one: then it is said when he is away from the start.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Where it is counted.</param>
    /// <param name="logs">Where is logged.</param>
    public WardenSink(string path, bool isExpected, TimeProvider time, Meter meter, ILoggerFactory logs)
    {
        _path = path;
        _isExpected = isExpected;
        _time = time;
        _log = logs.CreateLogger("Garita.Warden");
        meter.CreateObservableGauge("garita_warden_connected", () => _client is { IsConnected: true } ? 1 : 0, description: "1 while the warden keeps the bans in the kernel");
        meter.CreateObservableGauge("garita_warden_bans", () => _client?.State?.Networks ?? 0, description: "Networks that the warden keeps out");
    }

    /// <summary>Begins to tell.</summary>
    /// <param name="all">All bans that have not ended.</param>
    /// <param name="isOverloaded">Whether the flood mode would help.</param>
    public void Start(Func<IReadOnlyList<Ban>> all, Func<bool> isOverloaded)
    {
        var client = new WardenClient(_path, () => ForKernel(all()), _time) { WantsFlood = isOverloaded, Changed = Changed };
        _client = client;
        client.Start();
    }

    /// <summary>How it stands, for people; empty where there is no warden and none is expected.</summary>
    public string State() => _client switch
    {
        null => "",
        { IsConnected: true, State: { } state } => state.ToString(),
        var client when _isExpected || _wasThere || File.Exists(_path) => $"away, the gateway enforces bans alone: {client.Problem} ({_path})",
        _ => "",
    };

    /// <inheritdoc/>
    public ValueTask BanAsync(Ban ban)
    {
        if (!ban.IsAnnounced)
            _client?.Ban(ForKernel(ban, _time.GetUtcNow()));
        return default;
    }

    /// <inheritdoc/>
    public ValueTask UnbanAsync(IPNetwork network)
    {
        _client?.Unban(network);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask SnapshotAsync(IReadOnlyList<Ban> bans)
    {
        // The client takes them from the book when it says them: they are newer then.
        _client?.SayAll();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client?.DisposeAsync() ?? default;

    private List<WardenBan> ForKernel(IReadOnlyList<Ban> bans)
    {
        var now = _time.GetUtcNow();
        return [.. bans.Where(static ban => !ban.IsAnnounced).Select(ban => ForKernel(ban, now))];
    }

    private static WardenBan ForKernel(Ban ban, DateTimeOffset now) => new(ban.Network, ban.Until - now);

    private void Changed(bool isThere, string what)
    {
        if (isThere)
        {
            (_wasThere, _saidAway) = (true, false);
            There(_log, _path, what);
        }
        else if (!_saidAway && (_isExpected || _wasThere || File.Exists(_path)))
        {
            // Once, whatever the next tries meet: the status has the latest.
            _saidAway = true;
            Away(_log, _path, what);
        }
    }

    [LoggerMessage(2020, LogLevel.Information, "warden at {Path}: {What}")]
    private static partial void There(ILogger log, string path, string what);

    [LoggerMessage(2021, LogLevel.Warning, "warden at {Path} is away, the gateway enforces bans alone until it comes: {What}")]
    private static partial void Away(ILogger log, string path, string what);
}
