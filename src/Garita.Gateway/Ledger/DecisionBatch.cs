using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Garita.Gateway.Ledger;

/// <summary>Some records, encoded once for both stores. Used again for the next batch; not for several threads.</summary>
internal sealed class DecisionBatch : IDisposable
{
    /// <summary>Most records of a batch.</summary>
    public const int MaxRecords = 2000;

    private const int MaxOctets = 1 << 20;
    private const int KeptCapacity = 256 << 10;

    private readonly List<Entry> _entries = [];
    private readonly List<long> _keys = [];
    private ArrayBufferWriter<byte> _lines = new(64 << 10);
    private Utf8JsonWriter? _writer;

    /// <summary>Where one record is.</summary>
    /// <param name="Time">Microseconds since 1970.</param>
    /// <param name="Offset">Its first octet in <see cref="Lines"/>.</param>
    /// <param name="Length">Its octets without the line feed.</param>
    /// <param name="FirstKey">Its first key in <see cref="Keys"/>.</param>
    /// <param name="Keys">How many.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Entry(long Time, int Offset, int Length, int FirstKey, int Keys);

    /// <summary>The records.</summary>
    public ReadOnlySpan<Entry> Entries => CollectionsMarshal.AsSpan(_entries);

    /// <summary>Keys of all records.</summary>
    public ReadOnlySpan<long> Keys => CollectionsMarshal.AsSpan(_keys);

    /// <summary>All records as JSON, each with a line feed.</summary>
    public ReadOnlySpan<byte> Lines => _lines.WrittenSpan;

    /// <summary>Whether another record should wait for the next batch.</summary>
    public bool IsFull => _entries.Count >= MaxRecords || _lines.WrittenCount >= MaxOctets;

    /// <summary>Encodes a record.</summary>
    public void Add(DecisionRecord record)
    {
        var offset = _lines.WrittenCount;
        if (_writer is null)
            _writer = new Utf8JsonWriter(_lines, DecisionJson.WriterOptions);
        else
            _writer.Reset();
        JsonSerializer.Serialize(_writer, record, DecisionJson.Default.DecisionRecord);
        _writer.Flush();
        var length = _lines.WrittenCount - offset;
        _lines.Write("\n"u8);
        var firstKey = _keys.Count;
        MentionKeys.Add(record, _keys);
        _entries.Add(new Entry(LedgerTime.ToMicroseconds(record.Time), offset, length, firstKey, _keys.Count - firstKey));
    }

    /// <summary>Makes it empty; what a burst made large is given back.</summary>
    public void Clear()
    {
        _entries.Clear();
        _keys.Clear();
        if (_lines.Capacity <= KeptCapacity)
        {
            _lines.ResetWrittenCount();
            return;
        }

        _lines = new ArrayBufferWriter<byte>(64 << 10);
        _writer?.Reset(_lines);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();
}
