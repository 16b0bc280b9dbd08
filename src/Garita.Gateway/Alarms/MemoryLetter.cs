using System.Security.Cryptography;
using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Alarms;

/// <summary>A message that Garita wrote itself: small, in memory, charged to no tenant.</summary>
internal sealed class MemoryLetter(byte[] octets) : ILetter
{
    /// <inheritdoc/>
    public long Length => octets.Length;

    /// <inheritdoc/>
    public Memory<byte>? GetRoom() => null;

    /// <inheritdoc/>
    public ValueTask<bool> AdvanceAsync(int count) => new(false);

    /// <inheritdoc/>
    public ValueTask<byte[]> SealAsync() => new(SHA256.HashData(octets));

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> HeadAsync(int most) => new(octets.AsMemory(0, Math.Min(most, octets.Length)));

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset) => new(offset >= octets.Length ? default : octets.AsMemory((int)offset));

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
