using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Tests.Evidence.Message;

/// <summary>A sealed letter in memory that is read in pieces.</summary>
internal sealed class PlainLetter(byte[] octets, int piece) : ILetter
{
    public long Length => octets.Length;

    public Memory<byte>? GetRoom() => null;

    public ValueTask<bool> AdvanceAsync(int count) => new(false);

    public ValueTask<byte[]> SealAsync() => new([]);

    public ValueTask<ReadOnlyMemory<byte>> HeadAsync(int most) => new(octets.AsMemory(0, Math.Min(most, octets.Length)));

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset) => new(octets.AsMemory((int)offset, Math.Min(piece, octets.Length - (int)offset)));

    public void Dispose()
    {
        // Nothing is held.
    }
}
