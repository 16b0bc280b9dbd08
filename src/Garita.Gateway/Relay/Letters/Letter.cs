using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Garita.Gateway.Relay.Letters;

/// <summary>
/// One message while it is here. A small one is a single pooled segment of 8 KiB; a larger one grows by 64 KiB up to
/// <c>memory.message_in_memory</c> or as far as the budget goes, then moves to a file and keeps one segment for what comes next.
/// One array that doubles was rejected: it copies, and holds up to twice what is needed.
/// </summary>
internal sealed class Letter : ILetter
{
    /// <summary>Octets of the first segment: most mail without attachments fits.</summary>
    internal const int FirstSegment = 8 * 1024;

    /// <summary>Octets of every further one.</summary>
    internal const int NextSegment = 64 * 1024;

    private readonly LetterBudget _budget;
    private readonly LetterBudget.Share _share;
    private readonly string _folder;
    private readonly long _inMemoryMost;

    /// <summary>The segment that is written to; of a letter in a file: its end, which is not in the file yet.</summary>
    private byte[] _tail;
    private int _tailUsed;
    /// <summary>The full segments before it, none for a small letter and none once there is a file.</summary>
    private List<byte[]>? _full;
    private long _fullLength;
    private long _onDisk;
    private LetterFile? _file;
    /// <summary>Of the declared size, what the budget still expects on the disk.</summary>
    private long _expected;
    private byte[]? _reading;
    private byte[]? _head;
    /// <summary>Only for letters of more than one segment; one segment is hashed in one call.</summary>
    private IncrementalHash? _hash;
    private bool _sealed;
    private bool _failed;
    private bool _disposed;

    /// <summary>The caller has taken <see cref="FirstSegment"/> octets of memory from the budget, and noted there what is expected on the disk.</summary>
    internal Letter(LetterBudget budget, LetterBudget.Share share, string folder, long inMemoryMost, long expected)
    {
        _budget = budget;
        _share = share;
        _folder = folder;
        _inMemoryMost = inMemoryMost;
        _expected = expected;
        _tail = ArrayPool<byte>.Shared.Rent(FirstSegment);
        TailSize = FirstSegment;
    }

    /// <inheritdoc/>
    public long Length => _fullLength + _tailUsed;

    /// <summary>Whether it has moved to a file.</summary>
    internal bool IsInFile => _file is not null;

    /// <summary>What the tail may hold; the pool's array may be longer.</summary>
    private int TailSize { get; set; }

    /// <inheritdoc/>
    public Memory<byte>? GetRoom() => _failed || _sealed ? (Memory<byte>?)null : _tail.AsMemory(_tailUsed, TailSize - _tailUsed);

    /// <inheritdoc/>
    public ValueTask<bool> AdvanceAsync(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TailSize - _tailUsed);
        _tailUsed += count;
        if (_failed)
            return ValueTask.FromResult(false);
        return _tailUsed < TailSize ? ValueTask.FromResult(true) : GrowAsync();
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> SealAsync()
    {
        Debug.Assert(!_sealed, "sealed twice");
        _sealed = true;
        var tail = _tail.AsSpan(0, _tailUsed);
        if (_hash is null)
            return ValueTask.FromResult(SHA256.HashData(tail));
        // No file work here: the tail of a large letter stays in memory, so that sealing cannot fail.
        _hash.AppendData(tail);
        return ValueTask.FromResult(_hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> HeadAsync(int most)
    {
        var wanted = (int)Math.Min(most, Length);
        var first = _file is not null ? default : _full is null ? _tail.AsMemory(0, _tailUsed) : _full[0].AsMemory(0, FirstSegment);
        if (first.Length >= wanted)
            return first[..wanted];
        if (_head is null || _head.Length < wanted)
        {
            GiveBack(ref _head, _head?.Length ?? 0);
            _head = ArrayPool<byte>.Shared.Rent(wanted);
            _budget.Take(_share, _head.Length);
        }
        var filled = 0;
        while (filled < wanted)
        {
            var piece = await ReadAsync(filled);
            if (piece.IsEmpty)
                throw new IOException("The message's file is shorter than what was written.");
            var taken = Math.Min(piece.Length, wanted - filled);
            piece.Span[..taken].CopyTo(_head.AsSpan(filled));
            filled += taken;
        }
        return _head.AsMemory(0, wanted);
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset >= Length)
            return ValueTask.FromResult<ReadOnlyMemory<byte>>(default);
        if (offset >= _fullLength)
            return ValueTask.FromResult<ReadOnlyMemory<byte>>(_tail.AsMemory((int)(offset - _fullLength), (int)(Length - offset)));
        if (_file is not null)
            return ReadFileAsync(offset);
        if (offset < FirstSegment)
            return ValueTask.FromResult<ReadOnlyMemory<byte>>(_full![0].AsMemory((int)offset, FirstSegment - (int)offset));
        var beyond = offset - FirstSegment;
        var at = (int)(beyond % NextSegment);
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(_full![1 + (int)(beyond / NextSegment)].AsMemory(at, NextSegment - at));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        GiveUp();
    }

    /// <summary>Gives everything back; nothing can be written or read any more.</summary>
    private void GiveUp()
    {
        _failed = true;
        _budget.Met(_expected);
        _expected = 0;
        GiveBackFull();
        byte[]? tail = _tail;
        GiveBack(ref tail, TailSize);
        _tail = [];
        _tailUsed = 0;
        TailSize = 0;
        _fullLength = 0;
        GiveBack(ref _reading, NextSegment);
        GiveBack(ref _head, _head?.Length ?? 0);
        _hash?.Dispose();
        _hash = null;
        if (_file is { } file)
        {
            _budget.GiveOnDisk(_share, _onDisk);
            _onDisk = 0;
            file.Dispose();
            _file = null;
        }
    }

    /// <summary>Makes room behind a full segment: another one, or the file.</summary>
    private ValueTask<bool> GrowAsync()
    {
        _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _hash.AppendData(_tail, 0, _tailUsed);
        if (_file is null && Length + NextSegment <= _inMemoryMost && _budget.TryGrow(_share, NextSegment))
        {
            (_full ??= []).Add(_tail);
            _fullLength += _tailUsed;
            _tail = ArrayPool<byte>.Shared.Rent(NextSegment);
            _tailUsed = 0;
            TailSize = NextSegment;
            return ValueTask.FromResult(true);
        }
        return SpillAsync();
    }

    /// <summary>Moves what is in memory to the file; the tail is then free again.</summary>
    private async ValueTask<bool> SpillAsync()
    {
        try
        {
            _file ??= await LetterFile.CreateAsync(_folder);
            if (_full is not null)
            {
                for (var i = 0; i < _full.Count; i++)
                    await WriteAsync(_full[i].AsMemory(0, i == 0 ? FirstSegment : NextSegment));
                GiveBackFull();
            }
            await WriteAsync(_tail.AsMemory(0, _tailUsed));
            _fullLength = _file.Length;
            _tailUsed = 0;
            // Larger writes from here on, if the budget has room for it.
            if (TailSize < NextSegment && _budget.TryGrow(_share, NextSegment))
            {
                byte[]? old = _tail;
                GiveBack(ref old, TailSize);
                _tail = ArrayPool<byte>.Shared.Rent(NextSegment);
                TailSize = NextSegment;
            }
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is put off: its room is better used for others while the rest of it is thrown away.
            GiveUp();
            return false;
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> octets)
    {
        if (!_budget.TryTakeOnDisk(_share, octets.Length))
            throw new IOException("limits.letters_on_disk is used up.");
        _onDisk += octets.Length;
        var met = Math.Min(_expected, octets.Length);
        _expected -= met;
        _budget.Met(met);
        await _file!.AppendAsync(octets);
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadFileAsync(long offset)
    {
        if (_reading is null)
        {
            _reading = ArrayPool<byte>.Shared.Rent(NextSegment);
            _budget.Take(_share, NextSegment);
        }
        var most = (int)Math.Min(NextSegment, _fullLength - offset);
        var read = await _file!.ReadAsync(_reading.AsMemory(0, most), offset);
        return _reading.AsMemory(0, read);
    }

    private void GiveBackFull()
    {
        for (var i = 0; i < _full?.Count; i++)
        {
            byte[]? segment = _full[i];
            GiveBack(ref segment, i == 0 ? FirstSegment : NextSegment);
        }
        _full = null;
    }

    private void GiveBack(ref byte[]? segment, int charged)
    {
        if (segment is null)
            return;
        ArrayPool<byte>.Shared.Return(segment);
        _budget.Give(_share, charged);
        segment = null;
    }
}
