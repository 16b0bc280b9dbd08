namespace Garita.SenderAuth.Dkim;

/// <summary>What came of looking for a key.</summary>
/// <param name="Key">The key; null for none.</param>
/// <param name="Status">Why there is none.</param>
/// <param name="Problem">The same in words.</param>
internal sealed record KeyAnswer(DkimKey? Key, DkimStatus Status = DkimStatus.None, string? Problem = null);

/// <summary>The keys of one message: each name is asked once, all at the same time, and each key read once.</summary>
/// <param name="dns">Look-ups.</param>
/// <param name="kept">Keys that were read already; null for none.</param>
/// <param name="deadline">When the waiting ends.</param>
internal sealed class KeyRing(IDnsResolver dns, DkimKeyCache? kept, CancellationToken deadline)
{
    /// <summary>Records looked at under one name; there should be one (RFC 6376 §3.6.2.2).</summary>
    private const int MaxRecords = 5;

    private readonly Dictionary<string, Task<KeyAnswer>> _keys = new(StringComparer.Ordinal);

    /// <summary>Begins to look for a key.</summary>
    internal void Ask(string name)
    {
        if (!_keys.ContainsKey(name))
            _keys.Add(name, FindAsync(name));
    }

    /// <summary>The key of a name.</summary>
    internal Task<KeyAnswer> FindOneAsync(string name)
    {
        Ask(name);
        return _keys[name];
    }

    private async Task<KeyAnswer> FindAsync(string name)
    {
        var found = await dns.TextAsync(name, deadline).ConfigureAwait(false);
        if (found.Outcome == DnsOutcome.TempFail)
            return new(null, DkimStatus.TempError, "the key cannot be looked up now");
        var problem = "there is no key";
        foreach (var record in found.Records.Take(MaxRecords))
        {
            // RFC 6376 §6.1.2: of several, any may be taken; the first that is a key is.
            if (kept?.Find(record) is { } known)
                return new(known);
            if (DkimKey.Read(record, out var wrong) is { } key)
            {
                kept?.Keep(record, key);
                return new(key);
            }

            problem = wrong!;
        }

        return new(null, DkimStatus.PermError, problem);
    }
}
