namespace Garita.Gateway.Wire;

/// <summary>
/// Lets at most two TLS handshakes a core compute at once, so that a flood of them leaves processor time for sessions.
/// A handshake that waits for its peer holds no place (<see cref="SocketStream"/>).
/// </summary>
internal sealed class HandshakeGate : IDisposable
{
    private readonly SemaphoreSlim _places = new(Math.Max(2, Environment.ProcessorCount * 2));

    internal Task EnterAsync() => _places.WaitAsync();

    internal void Leave() => _places.Release();

    public void Dispose() => _places.Dispose();
}
