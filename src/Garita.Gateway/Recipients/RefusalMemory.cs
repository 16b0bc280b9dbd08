using Garita.Gateway.Ledger;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Recipients;

/// <summary>
/// Recipients that a mail server refused late, at its own RCPT, though the directory knew them. The sender's retry is then answered at our RCPT,
/// so that the other recipients get their mail. Refusals of the address itself hold for every sender, others for the pair (sender, recipient);
/// all for 2 h after the last one. Filled only from a backend's own answers, never from what a client says (Postfix 2026-08-06, poisoned caches).
/// </summary>
public sealed class RefusalMemory
{
    /// <summary>Most refusals that are remembered; the one that ends first gives way.</summary>
    public const int Most = 100_000;

    private static readonly TimeSpan Life = TimeSpan.FromHours(2);

    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // All live equally long, so the list in order of the last refusal is in order of their ends too.
    private readonly Dictionary<(string Recipient, string? Sender), LinkedListNode<RememberedRefusal>> _refusals = [];
    private readonly LinkedList<RememberedRefusal> _byEnd = new();
    private volatile bool _isEmpty = true;

    /// <summary>An empty memory.</summary>
    /// <param name="ledger">Where refusals are kept over a restart.</param>
    /// <param name="time">The clock.</param>
    public RefusalMemory(ILedger ledger, TimeProvider time)
    {
        _ledger = ledger;
        _time = time;
    }

    /// <summary>Refusals remembered now, some of which may have ended.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _byEnd.Count;
        }
    }

    /// <summary>Takes what the ledger kept from before the start.</summary>
    public async Task LoadAsync()
    {
        var kept = await _ledger.RefusalsAsync().ConfigureAwait(false);
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            foreach (var refusal in kept.Where(refusal => refusal.Until > now).OrderBy(static refusal => refusal.Until).TakeLast(Most))
                Put(refusal);
        }
    }

    /// <summary>Remembers a backend's answer to RCPT.</summary>
    /// <param name="sender">The reverse-path; null for the null one.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="code">The backend's reply code, 4xx or 5xx.</param>
    /// <param name="enhanced">Its enhanced code, if it gave one.</param>
    /// <returns>Whether the address itself was refused, and was not known as such before.</returns>
    public bool Remember(Mailbox? sender, Mailbox recipient, int code, EnhancedCode? enhanced)
    {
        if (code is < 400 or > 599)
            return false;
        var isAddress = code >= 500 && enhanced is { } given && IsOfAddress(given);
        // A 4xx is replayed as 450: mailbox busy or blocked, try again (RFC 5321 §4.2.3), whatever state of its own the backend meant.
        var refusal = new RememberedRefusal(
            Name(recipient), isAddress ? null : Name(sender), (ushort)(code < 500 ? 450 : code), (enhanced is { } fits && fits.Class == code / 100 ? fits : Plain(code)).ToString(), _time.GetUtcNow() + Life);
        bool isNew;
        lock (_lock)
        {
            Expire();
            isNew = !_refusals.ContainsKey((refusal.Recipient, refusal.Sender));
            Put(refusal);
        }

        _ledger.Remember(refusal);
        return isAddress && isNew;
    }

    /// <summary>What a recipient was refused with lately; null for nothing.</summary>
    /// <param name="sender">The reverse-path; null for the null one.</param>
    /// <param name="recipient">The recipient.</param>
    public RememberedRefusal? Find(Mailbox? sender, Mailbox recipient)
    {
        if (_isEmpty)
            return null;
        var name = Name(recipient);
        lock (_lock)
        {
            Expire();
            return _refusals.TryGetValue((name, null), out var found) || _refusals.TryGetValue((name, Name(sender)), out found) ? found.Value : null;
        }
    }

    /// <summary>Forgets the refusals of a recipient (<c>garita recipients forget</c>).</summary>
    /// <param name="recipient">The address, in any case; null for all refusals.</param>
    /// <returns>How many there were.</returns>
    public int Forget(string? recipient)
    {
        var name = recipient?.ToLowerInvariant();
        var forgotten = RemoveWhere(refusal => name is null || string.Equals(refusal.Recipient, name, StringComparison.Ordinal));
        // Also what is in the ledger alone.
        _ledger.ForgetRefusals(name);
        return forgotten.Count;
    }

    /// <summary>Forgets the refusals of a tenant's recipients, for instance because their source has changed.</summary>
    /// <param name="domains">The tenant's domains.</param>
    public void ForgetDomains(IEnumerable<string> domains)
    {
        var ours = domains.ToHashSet(StringComparer.OrdinalIgnoreCase);
        // The bare postmaster has no domain.
        foreach (var refusal in RemoveWhere(refusal => refusal.Recipient.LastIndexOf('@') is var at && (at < 0 || ours.Contains(refusal.Recipient[(at + 1)..]))))
            _ledger.ForgetRefusals(refusal.Recipient);
    }

    // RFC 3463 §3.2: 5.1.1 no such mailbox; RFC 7505 §4.1 and Exchange: 5.1.10; Exchange's directory-based edge blocking: 5.4.1.
    private static bool IsOfAddress(EnhancedCode code) => code is { Class: 5, Subject: 1, Detail: 1 or 10 } or { Class: 5, Subject: 4, Detail: 1 };

    // RFC 3463 §3.1: nothing more is known.
    private static EnhancedCode Plain(int code) => new((byte)(code / 100), 0, 0);

    private static string Name(Mailbox? mailbox) => mailbox?.ToString().ToLowerInvariant() ?? "";

    private void Put(RememberedRefusal refusal)
    {
        var key = (refusal.Recipient, refusal.Sender);
        if (_refusals.Remove(key, out var old))
            _byEnd.Remove(old);
        while (_byEnd.Count >= Most)
            Remove(_byEnd.First!);
        _refusals[key] = _byEnd.AddLast(refusal);
        _isEmpty = false;
    }

    private void Expire()
    {
        var now = _time.GetUtcNow();
        while (_byEnd.First is { } first && first.Value.Until <= now)
            Remove(first);
    }

    private List<RememberedRefusal> RemoveWhere(Func<RememberedRefusal, bool> matches)
    {
        var removed = new List<RememberedRefusal>();
        lock (_lock)
        {
            for (var node = _byEnd.First; node is not null;)
            {
                var next = node.Next;
                if (matches(node.Value))
                {
                    removed.Add(node.Value);
                    Remove(node);
                }

                node = next;
            }
        }

        return removed;
    }

    private void Remove(LinkedListNode<RememberedRefusal> node)
    {
        _byEnd.Remove(node);
        _refusals.Remove((node.Value.Recipient, node.Value.Sender));
        _isEmpty = _byEnd.Count == 0;
    }
}
