using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Garita.Gateway.Relay.Letters;

/// <summary>A message in rented pieces of memory, or, when it grows large or memory is short, in a file without a name.</summary>
internal sealed class Letter(LetterBox box, long[] tenant, long spillAt) : ILetter
{
    private const int FirstPiece = 8 * 1024;
    private const int Piece = 64 * 1024;

    private readonly List<byte[]> _pieces = new(1);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _inLast;
    private long _taken;
    private long _inFile;
    private SafeFileHandle? _file;
    private byte[]? _window;

    public long Length { get; private set; }

    public Memory<byte>? GetRoom()
    {
        if (_file is not null)
            return _window ??= ArrayPool<byte>.Shared.Rent(Piece);
        if (_pieces.Count > 0 && _inLast < _pieces[^1].Length)
            return _pieces[^1].AsMemory(_inLast);
        var size = _pieces.Count == 0 ? FirstPiece : Piece;
        if (Length + size > spillAt + FirstPiece || !box.TryTake(tenant, size))
            return Spill() ? GetRoom() : null;
        _taken += size;
        _pieces.Add(ArrayPool<byte>.Shared.Rent(size));
        _inLast = 0;
        return _pieces[^1];
    }

    /// <summary>From here on octets go to the file; those in memory follow with the next write.</summary>
    internal bool Spill()
    {
        try
        {
            var path = Path.Combine(box.Folder, Path.GetRandomFileName());
            _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.Asynchronous);
            // Without a name it is gone with its handle, whatever ends the process.
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public ValueTask<bool> AdvanceAsync(int count)
    {
        Length += count;
        if (_file is not null)
            return WriteAsync(count);
        _hash.AppendData(_pieces[^1], _inLast, count);
        _inLast += count;
        return ValueTask.FromResult(true);
    }

    private async ValueTask<bool> WriteAsync(int count)
    {
        try
        {
            for (var i = 0; i < _pieces.Count; i++)
            {
                var length = i == _pieces.Count - 1 ? _inLast : _pieces[i].Length;
                await WriteAsync(_pieces[i].AsMemory(0, length));
            }

            FreePieces();
            _hash.AppendData(_window!, 0, count);
            await WriteAsync(_window.AsMemory(0, count));
            return true;
        }
        catch (IOException)
        {
            // No space left: the message is refused for now, nothing else is harmed.
            return false;
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> octets)
    {
        await RandomAccess.WriteAsync(_file!, octets, _inFile);
        _inFile += octets.Length;
        box.CountOnDisk(octets.Length);
    }

    public ValueTask<byte[]> SealAsync() => ValueTask.FromResult(_hash.GetHashAndReset());

    public async ValueTask<ReadOnlyMemory<byte>> HeadAsync(int most)
    {
        most = (int)Math.Min(most, Length);
        if (_file is null && _pieces.Count > 0 && most <= (_pieces.Count == 1 ? _inLast : _pieces[0].Length))
            return _pieces[0].AsMemory(0, most);
        var head = new byte[most];
        for (var at = 0; at < most;)
        {
            var piece = await ReadAsync(at);
            var length = Math.Min(piece.Length, most - at);
            piece.Span[..length].CopyTo(head.AsSpan(at));
            at += length;
        }

        return head;
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset)
    {
        if (offset >= Length)
            return ReadOnlyMemory<byte>.Empty;
        if (_file is not null && _pieces.Count == 0)
        {
            _window ??= ArrayPool<byte>.Shared.Rent(Piece);
            return _window.AsMemory(0, await RandomAccess.ReadAsync(_file, _window, offset));
        }

        foreach (var piece in _pieces)
        {
            var length = ReferenceEquals(piece, _pieces[^1]) ? _inLast : piece.Length;
            if (offset < length)
                return piece.AsMemory((int)offset, length - (int)offset);
            offset -= length;
        }

        return ReadOnlyMemory<byte>.Empty;
    }

    public void Dispose()
    {
        FreePieces();
        if (_window is not null)
            ArrayPool<byte>.Shared.Return(_window);
        _window = null;
        if (_file is not null)
        {
            _file.Dispose();
            box.CountOnDisk(-_inFile);
            _inFile = 0;
        }

        _hash.Dispose();
    }

    private void FreePieces()
    {
        foreach (var piece in _pieces)
            ArrayPool<byte>.Shared.Return(piece);
        _pieces.Clear();
        box.GiveBack(tenant, _taken);
        _taken = 0;
        _inLast = 0;
    }
}
