using System.Buffers;
using System.Numerics;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.Gateway.Recipients;

/// <summary>
/// The addresses of one source, immutable: an open-addressed table of 64-bit hashes, which alone answers, and one block of octets, from which the list is
/// written and compared. A million addresses take about 55 MB and are no burden to the garbage collector, as a set of strings would be. A look-up allocates
/// nothing and waits for memory once; comparing the octets too would be a second wait. The hash has a secret key (<see cref="AddressHash"/>): that it
/// takes a stranger for one of a million happens once in 10^13 look-ups, by no choice of anybody's, and the mail server still has its say.
/// </summary>
public sealed class RecipientList
{
    // Entry: two octets of length, then local part, "@", domain as UTF-8. A catch-all has an empty local part.
    private const int LengthSize = 2;

    // Local part 64 and domain 255 octets (RFC 5321 §4.5.3.1), but settings and sessions may hold more: longer ones are in no list.
    private const int MostOctets = 512;

    // Local parts of these need no quotes where their dots are single and inside.
    private static readonly SearchValues<byte> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+."u8);

    private readonly byte[] _entries;
    private readonly ulong[] _slots;
    private readonly bool _caseSensitive;

    private RecipientList(byte[] entries, ulong[] slots, int count, bool caseSensitive)
    {
        _entries = entries;
        _slots = slots;
        _caseSensitive = caseSensitive;
        Count = count;
    }

    /// <summary>A list without addresses.</summary>
    public static RecipientList Empty { get; } = new Builder(caseSensitive: false, 0).Build();

    /// <summary>Addresses and catch-alls in it.</summary>
    public int Count { get; }

    /// <summary>Whether an address is in the list, by the list's case rule.</summary>
    /// <param name="localPart">Local part, unquoted; empty for the catch-all of the domain.</param>
    /// <param name="domain">Domain in lower case.</param>
    public bool Contains(ReadOnlySpan<char> localPart, ReadOnlySpan<char> domain)
    {
        Span<byte> key = stackalloc byte[MostOctets];
        return TryWrite(localPart, domain, _caseSensitive, key, out var length) && Find(_slots, AddressHash.Of(key[..length])) < 0;
    }

    /// <summary>How many of this list's addresses another one does not have.</summary>
    /// <param name="other">The other list, of the same case rule.</param>
    public int CountMissingIn(RecipientList other)
    {
        var missing = 0;
        for (var at = 0; at < _entries.Length;)
        {
            var entry = EntryAt(_entries, at);
            at += LengthSize + entry.Length;
            if (Find(other._slots, AddressHash.Of(entry)) >= 0)
                missing++;
        }

        return missing;
    }

    /// <summary>Octets of all addresses, for whoever builds the next list.</summary>
    internal int Octets => _entries.Length;

    /// <summary>Writes one address a line, so that <see cref="RecipientFileReader"/> reads the same list back.</summary>
    /// <param name="stream">Where; buffered by whoever opened it.</param>
    /// <param name="sorted">Whether in the order of their octets, for people; else in the order of the source.</param>
    public void WriteLines(Stream stream, bool sorted)
    {
        if (!sorted)
        {
            for (var at = 0; at < _entries.Length; at += LengthSize + EntryAt(_entries, at).Length)
                WriteLine(stream, EntryAt(_entries, at));
            return;
        }

        var places = new int[Count];
        for (int at = 0, i = 0; i < places.Length; at += LengthSize + EntryAt(_entries, at).Length)
            places[i++] = at;
        Array.Sort(places, (one, other) => EntryAt(_entries, one).SequenceCompareTo(EntryAt(_entries, other)));
        foreach (var at in places)
            WriteLine(stream, EntryAt(_entries, at));
    }

    private static void WriteLine(Stream stream, ReadOnlySpan<byte> entry)
    {
        var sign = entry.LastIndexOf((byte)'@');
        if (sign == 0 || IsPlain(entry[..sign]))
            stream.Write(entry);
        else
            stream.Write(Encoding.UTF8.GetBytes(new Mailbox(Encoding.UTF8.GetString(entry[..sign]), Encoding.UTF8.GetString(entry[(sign + 1)..])).ToString()));
        stream.WriteByte((byte)'\n');
    }

    private static bool IsPlain(ReadOnlySpan<byte> local) => !local.ContainsAnyExcept(Plain) && local[0] != '.' && local[^1] != '.' && local.IndexOf(".."u8) < 0;

    private static ReadOnlySpan<byte> EntryAt(ReadOnlySpan<byte> entries, int place) =>
        entries.Slice(place + LengthSize, entries[place] | (entries[place + 1] << 8));

    // Returns -1 when the hash is there, else the index of the free slot, which is 0.
    private static int Find(ulong[] slots, ulong hash)
    {
        for (var i = SlotOf(hash, slots.Length); ; i = i + 1 < slots.Length ? i + 1 : 0)
        {
            if (slots[i] == hash)
                return -1;
            if (slots[i] == 0)
                return i;
        }
    }

    private static int SlotOf(ulong hash, int slots) => (int)Math.BigMul(hash, (ulong)slots, out _);

    private static bool TryWrite(ReadOnlySpan<char> localPart, ReadOnlySpan<char> domain, bool caseSensitive, Span<byte> key, out int length)
    {
        length = 0;
        // Usual addresses are ASCII: lowered and narrowed in one go.
        if (caseSensitive || Ascii.ToLower(localPart, key, out var local) != OperationStatus.Done)
        {
            if (!Encoding.UTF8.TryGetBytes(localPart, key, out local))
                return false;
            if (!caseSensitive)
                Lower(key[..local]);
        }

        if (local + 1 >= key.Length)
            return false;
        key[local] = (byte)'@';
        if (!Encoding.UTF8.TryGetBytes(domain, key[(local + 1)..], out var rest))
            return false;
        length = local + 1 + rest;
        return true;
    }

    // ASCII only: what case means elsewhere depends on the language (RFC 6530 §10.1 leaves it to the mail server).
    private static void Lower(Span<byte> text)
    {
        foreach (ref var octet in text)
        {
            if (octet is >= (byte)'A' and <= (byte)'Z')
                octet |= 0x20;
        }
    }

    /// <summary>Collects addresses for a list.</summary>
    internal sealed class Builder
    {
        private readonly bool _caseSensitive;
        private byte[] _entries;
        private ulong[] _slots;
        private int _length;
        private int _count;

        /// <param name="caseSensitive">Whether local parts compare exactly.</param>
        /// <param name="expectedOctets">Octets of the source, so that block and table need not grow.</param>
        internal Builder(bool caseSensitive, int expectedOctets)
        {
            _caseSensitive = caseSensitive;
            _entries = new byte[expectedOctets + MostOctets];
            // A usual address has some 30 octets; the table has room for twice as many. It grows where they are shorter.
            _slots = new ulong[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, expectedOctets / 32 * 2))];
        }

        /// <summary>Addresses so far.</summary>
        internal int Count => _count;

        /// <summary>Adds an address that was checked; one that is there already is not added twice.</summary>
        internal void Add(Mailbox mailbox) => Add(mailbox.LocalPart, mailbox.Domain);

        /// <summary>Adds an address, or with an empty local part a catch-all.</summary>
        internal void Add(ReadOnlySpan<char> localPart, ReadOnlySpan<char> domain)
        {
            Span<byte> key = stackalloc byte[MostOctets];
            if (TryWrite(localPart, domain, _caseSensitive, key, out var length))
                AddKey(key[..length]);
        }

        /// <summary>Adds <c>local@domain</c> in ASCII, the domain in any case.</summary>
        internal void AddAscii(ReadOnlySpan<byte> address, int at)
        {
            Span<byte> key = stackalloc byte[MostOctets];
            key = key[..address.Length];
            address.CopyTo(key);
            Lower(_caseSensitive ? key[at..] : key);
            AddKey(key);
        }

        internal RecipientList Build() => new(_length == _entries.Length ? _entries : _entries[.._length], _slots, _count, _caseSensitive);

        private void AddKey(ReadOnlySpan<byte> key)
        {
            var hash = AddressHash.Of(key);
            var slot = Find(_slots, hash);
            if (slot < 0)
                return;
            if (_length + LengthSize + key.Length > _entries.Length)
                Array.Resize(ref _entries, checked(_entries.Length + (_entries.Length / 2)));
            _entries[_length] = (byte)key.Length;
            _entries[_length + 1] = (byte)(key.Length >> 8);
            key.CopyTo(_entries.AsSpan(_length + LengthSize));
            _slots[slot] = hash;
            _length += LengthSize + key.Length;
            _count++;
            if (_count > _slots.Length / 2)
                Grow();
        }

        private void Grow()
        {
            var slots = new ulong[_slots.Length * 2];
            foreach (var hash in _slots)
            {
                if (hash != 0)
                    slots[Find(slots, hash)] = hash;
            }

            _slots = slots;
        }
    }
}
