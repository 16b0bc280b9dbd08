using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Ledger;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay;

/// <summary>
/// Remembers deliveries whose answer may not have arrived at the sender (RFC 1047), so that the same message sent again is answered
/// with the first delivery's answer and not delivered twice. A message that differs in one octet is another message.
/// In memory for speed, in the ledger for restarts; bounded, the oldest is forgotten first.
/// </summary>
internal sealed class DeliveryMemory(ILedger ledger, TimeProvider time)
{
    internal static readonly TimeSpan Keep = TimeSpan.FromDays(5);
    private const int Most = 200_000;

    private readonly ConcurrentDictionary<Key, Entry> _entries = new();
    private readonly ConcurrentQueue<Key> _order = new();

    /// <summary>Sender, recipients and message as one number.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    internal readonly record struct Key(UInt128 High, UInt128 Low)
    {
        internal byte[] ToBytes()
        {
            var bytes = new byte[32];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), Low);
            return bytes;
        }

        internal static Key Of(ReadOnlySpan<byte> hash) => new(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash), System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    /// <summary>A delivery under way or done.</summary>
    /// <param name="session">The session that delivers it.</param>
    /// <param name="isAbandoned">Whether its client is gone; null once the process that knew has ended.</param>
    internal sealed class Entry(string session, Func<bool>? isAbandoned)
    {
        /// <summary>Whether the same message again is a retry: its sender does not wait for us any more. Otherwise it is another message that happens to be equal.</summary>
        internal bool ServesRetry => WasPutOff || Until != long.MaxValue || isAbandoned is null || isAbandoned();

        private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal string Session { get; } = session;

        /// <summary>Its sender was told 451 while the mail server's answer is still waited for.</summary>
        internal bool WasPutOff { get; set; }

        internal long Until { get; set; } = long.MaxValue;

        /// <summary>Whether it was delivered, once that is known.</summary>
        internal Task<bool> Done => _done.Task;

        internal void End(bool delivered) => _done.TrySetResult(delivered);
    }

    internal static Key KeyOf(MailCommand mail, IReadOnlyList<RcptCommand> recipients, ReadOnlySpan<byte> letterHash)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(letterHash);
        hash.AppendData(Encoding.UTF8.GetBytes(mail.Path.Mailbox?.ToString() ?? ""));
        var addresses = recipients.Select(static rcpt => rcpt.Path.Mailbox!.ToString()).ToArray();
        Array.Sort(addresses, StringComparer.Ordinal);
        foreach (var address in addresses)
        {
            hash.AppendData("\0"u8);
            hash.AppendData(Encoding.UTF8.GetBytes(address));
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return Key.Of(digest);
    }

    /// <summary>Fills the memory from the ledger.</summary>
    internal async Task LoadAsync()
    {
        foreach (var kept in await ledger.DeliveriesAsync())
        {
            var entry = new Entry(kept.Session, null) { Until = kept.Until.UtcTicks };
            entry.End(delivered: true);
            var key = Key.Of(kept.Key);
            if (_entries.TryAdd(key, entry))
                _order.Enqueue(key);
        }
    }

    /// <summary>Takes a message that is in the spool since before the start: its sender may not have heard that it was taken.</summary>
    internal void Load(Key key, string session)
    {
        var entry = new Entry(session, null) { Until = (time.GetUtcNow() + Keep).UtcTicks };
        entry.End(delivered: true);
        if (_entries.TryAdd(key, entry))
            _order.Enqueue(key);
    }

    /// <summary>Begins a delivery, or finds the one that is under way or done.</summary>
    /// <returns>The entry, and whether it is new and now the caller's.</returns>
    internal (Entry Entry, bool IsNew) Begin(Key key, string session, Func<bool> isAbandoned)
    {
        while (true)
        {
            var mine = new Entry(session, isAbandoned);
            var entry = _entries.GetOrAdd(key, mine);
            if (ReferenceEquals(entry, mine))
                return (entry, true);
            if (!entry.ServesRetry)
                return (mine, true);
            if (entry.Until >= time.GetUtcNow().UtcTicks)
                return (entry, false);
            _entries.TryRemove(new KeyValuePair<Key, Entry>(key, entry));
        }
    }

    /// <summary>The delivery failed, or its answer has surely arrived: nothing is remembered.</summary>
    internal void Forget(Key key, Entry entry, bool delivered)
    {
        entry.End(delivered);
        _entries.TryRemove(new KeyValuePair<Key, Entry>(key, entry));
    }

    /// <summary>It was delivered and the sender may not know: remembered for five days.</summary>
    internal void Remember(Key key, Entry entry)
    {
        var until = time.GetUtcNow() + Keep;
        entry.Until = until.UtcTicks;
        entry.End(delivered: true);
        _entries[key] = entry;
        _order.Enqueue(key);
        ledger.Remember(new RememberedDelivery(key.ToBytes(), entry.Session, until));
        while (_order.Count > Most && _order.TryDequeue(out var oldest))
            _entries.TryRemove(oldest, out _);
    }
}
