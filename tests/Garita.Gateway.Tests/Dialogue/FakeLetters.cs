using System.Security.Cryptography;
using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>Letters in plain memory.</summary>
internal sealed class FakeLetters : ILetterBox
{
    public bool Full { get; set; }

    /// <summary>Whether what was written cannot be read back.</summary>
    public bool IsBroken { get; set; }

    public long InMemory => 0;

    public long OnDisk => 0;

    public ILetter? Open(string tenant, long? declaredSize) => Full ? null : new FakeLetter(this);

    private sealed class FakeLetter(FakeLetters box) : ILetter
    {
        private readonly MemoryStream _octets = new();
        private readonly byte[] _room = new byte[1000];

        public long Length => _octets.Length;

        public Memory<byte>? GetRoom() => _room;

        public ValueTask<bool> AdvanceAsync(int count)
        {
            _octets.Write(_room, 0, count);
            return ValueTask.FromResult(true);
        }

        public ValueTask<byte[]> SealAsync() => ValueTask.FromResult(SHA256.HashData(_octets.ToArray()));

        public ValueTask<ReadOnlyMemory<byte>> HeadAsync(int most) => box.IsBroken ? throw new IOException("the disk is gone") : ValueTask.FromResult<ReadOnlyMemory<byte>>(_octets.ToArray().AsMemory(0, (int)Math.Min(most, Length)));

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset) => ValueTask.FromResult<ReadOnlyMemory<byte>>(_octets.ToArray().AsMemory((int)offset));

        public void Dispose() => _octets.Dispose();
    }
}
