using System.Buffers;
using System.Numerics;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.Gateway.Recipients;

/// <summary>
/// The addresses of one source, immutable: one block of octets and an open-addressed table of hashes and places in it. A million addresses take about 50 MB
/// and are no burden to the garbage collector, as a set of strings would be. A look-up allocates nothing.
/// The hash is seeded anew in every process (<see cref="HashCode"/>), so that nobody outside can choose addresses that collide.
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
        return TryWrite(localPart, domain, _caseSensitive, key, out var length) && Find(_entries, _slots, key[..length], Hash(key[..length])) < 0;
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
            if (Find(other._entries, other._slots, entry, Hash(entry)) >= 0)
                missing++;
        }

        return missing;
    }

    /// <summary>Octets of all addresses, for whoever builds the next list.</summary>
    internal int Octets => _entries.Length;

    /// <summary>Writes one address a line, so that <see cref="RecipientFileReader"/> reads the same list back.</summary>
    /// <param name="stream">Where; buffered by whoever opened it.</param>
    public void WriteLines(Stream stream)
    {
        for (var at = 0; at < _entries.Length;)
        {
            var entry = EntryAt(_entries, at);
            at += LengthSize + entry.Length;
            var sign = entry.LastIndexOf((byte)'@');
            if (sign == 0 || IsPlain(entry[..sign]))
                stream.Write(entry);
            else
                stream.Write(Encoding.UTF8.GetBytes(new Mailbox(Encoding.UTF8.GetString(entry[..sign]), Encoding.UTF8.GetString(entry[(sign + 1)..])).ToString()));
            stream.WriteByte((byte)'\n');
        }
    }

    private static bool IsPlain(ReadOnlySpan<byte> local) => !local.ContainsAnyExcept(Plain) && local[0] != '.' && local[^1] != '.' && local.IndexOf(".."u8) < 0;

    private static ReadOnlySpan<byte> EntryAt(ReadOnlySpan<byte> entries, int place) =>
        entries.Slice(place + LengthSize, entries[place] | (entries[place + 1] << 8));

    // A slot holds the hash in its upper half, so that entries of others are not touched, and the entry's place + 1 in its lower; 0 is free.
    // Returns -1 when the key is there, else the index of the free slot.
    private static int Find(ReadOnlySpan<byte> entries, ulong[] slots, ReadOnlySpan<byte> key, uint hash)
    {
        var mask = slots.Length - 1;
        for (var i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            var slot = slots[i];
            if (slot == 0)
                return i;
            if ((uint)(slot >> 32) == hash && EntryAt(entries, (int)(uint)slot - 1).SequenceEqual(key))
                return -1;
        }
    }

    private static uint Hash(ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return (uint)hash.ToHashCode();
    }

    private static bool TryWrite(ReadOnlySpan<char> localPart, ReadOnlySpan<char> domain, bool caseSensitive, Span<byte> key, out int length)
    {
        length = 0;
        if (!Encoding.UTF8.TryGetBytes(localPart, key, out var local) || local + 1 >= key.Length)
            return false;
        if (!caseSensitive)
            Lower(key[..local]);
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
            var hash = Hash(key);
            var slot = Find(_entries, _slots, key, hash);
            if (slot < 0)
                return;
            if (_length + LengthSize + key.Length > _entries.Length)
                Array.Resize(ref _entries, checked(_entries.Length + (_entries.Length / 2)));
            _entries[_length] = (byte)key.Length;
            _entries[_length + 1] = (byte)(key.Length >> 8);
            key.CopyTo(_entries.AsSpan(_length + LengthSize));
            _slots[slot] = ((ulong)hash << 32) | (uint)(_length + 1);
            _length += LengthSize + key.Length;
            _count++;
            if (_count > _slots.Length / 2)
                Grow();
        }

        private void Grow()
        {
            var slots = new ulong[_slots.Length * 2];
            var mask = slots.Length - 1;
            foreach (var slot in _slots)
            {
                if (slot == 0)
                    continue;
                var i = (int)(slot >> 32) & mask;
                while (slots[i] != 0)
                    i = (i + 1) & mask;
                slots[i] = slot;
            }

            _slots = slots;
        }
    }
}
