using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Engines;

/// <summary>Asks one kind of engine. Knows its protocol and nothing else: number, deadline and breaker are the room's matter.</summary>
internal interface IEngine
{
    /// <summary>Where it is.</summary>
    EngineSettings Settings { get; }

    /// <summary>Has a message scanned.</summary>
    /// <param name="scan">What is known of it.</param>
    /// <param name="message">Its octets with CRLF line ends, read once.</param>
    /// <param name="deadline">Ends it.</param>
    /// <exception cref="EngineException">The engine's answer makes no sense.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">It cannot be reached.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    Task<EngineAnswer> ScanAsync(EngineScan scan, Stream message, CancellationToken deadline);
}
