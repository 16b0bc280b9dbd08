using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Counters.Harvest;

/// <content>
/// What outlives a restart: the key, the clock, what strangers were told, the usual rates, who was put off. Not what one network asked for within the
/// hour, nor bounces: who is over the limit then is soon there again, and bans outlive a restart by themselves.
/// </content>
internal sealed partial class HarvestWatch
{
    private const string ClockPart = "clock";
    private const string RetriesPart = "retries";
    private const string ToldNetworksPart = "told networks";
    private const string ToldDomainsPart = "told domains";
    private const string DomainPart = "domain ";
    private const int LongestClock = 1 << 30;

    /// <summary>Takes the parts that changed since the last time.</summary>
    /// <param name="again">Marks them as changed again, should they not be kept.</param>
    /// <returns>None when nothing changed.</returns>
    internal IReadOnlyList<HarvestRow> TakeChanges(out Action again)
    {
        var rows = new List<HarvestRow>();
        var taken = new List<Action>();
        // First marked, then read: what changes meanwhile is marked again.
        if (_retries is { IsDirty: true } retries)
        {
            retries.IsDirty = false;
            taken.Add(() => retries.IsDirty = true);
            rows.Add(new HarvestRow(RetriesPart, KeptState.Write(retries.Write)));
        }

        foreach (var (part, told) in (ReadOnlySpan<(string, ToldByDay)>)[(ToldNetworksPart, _toldNetworks), (ToldDomainsPart, _toldDomains)])
        {
            if (!told.IsDirty)
                continue;
            told.IsDirty = false;
            taken.Add(() => told.IsDirty = true);
            rows.Add(new HarvestRow(part, KeptState.Write(writer => told.Write(writer, Today))));
        }

        foreach (var (name, domain) in _domains)
        {
            if (!domain.IsDirty)
                continue;
            domain.IsDirty = false;
            taken.Add(() => domain.IsDirty = true);
            rows.Add(new HarvestRow(DomainPart + name, KeptState.Write(domain.Write)));
        }

        if (rows.Count > 0)
            rows.Add(new HarvestRow(ClockPart, KeptState.Write(WriteClock)));
        again = () => taken.ForEach(static mark => mark());
        return rows;
    }

    /// <summary>Takes what the last run kept; only before the first session.</summary>
    /// <param name="rows">The parts.</param>
    /// <param name="settings">Domains that are in it no more are left out.</param>
    /// <param name="problems">Parts that start clean, and why.</param>
    /// <returns>Whether it could be used at all.</returns>
    internal bool TryTake(IReadOnlyList<HarvestRow> rows, GatewaySettings settings, out List<string> problems)
    {
        problems = [];
        if (rows.FirstOrDefault(static row => row.Part is ClockPart) is not { } clock || !TryRead(clock, ReadClock, problems, out var before))
            return false;
        (_hash, _before) = before;
        var now = Now;
        var until = settings.Tenants.Count == 0 ? 0 : (int)settings.Tenants.Max(static tenant => tenant.Harvest.RetryUntil.TotalSeconds);
        foreach (var row in rows)
        {
            if (row.Part is RetriesPart && TryRead(row, reader => RetryMemory.Read(reader, now, until), problems, out var retries))
                _retries = retries;
            else if (row.Part is ToldNetworksPart && TryRead(row, reader => ToldByDay.Read(reader, Today), problems, out var networks))
                _toldNetworks = networks;
            else if (row.Part is ToldDomainsPart && TryRead(row, reader => ToldByDay.Read(reader, Today), problems, out var domains))
                _toldDomains = domains;
            else if (row.Part.StartsWith(DomainPart, StringComparison.Ordinal) && row.Part[DomainPart.Length..] is var name
                && settings.TenantByDomain.ContainsKey(name) && TryRead(row, reader => DomainWatch.Read(reader, now), problems, out var domain))
                _domains[name] = domain;
        }

        return true;
    }

    private static bool TryRead<T>(HarvestRow row, Func<BinaryReader, T> read, List<string> problems, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value)
    {
        try
        {
            value = KeptState.Read(row.State, read)!;
            return true;
        }
        catch (InvalidDataException broken)
        {
            problems.Add($"{DecisionText.Escape(row.Part)}: {broken.Message}");
            value = default;
            return false;
        }
    }

    private void WriteClock(BinaryWriter writer)
    {
        writer.Write(_hash.Key);
        writer.Write(Now);
        writer.Write(_time.GetUtcNow().UtcTicks);
    }

    // A clock that went back while we were stopped prolongs nothing and shortens nothing.
    private (KeyedHash Hash, int Before) ReadClock(BinaryReader reader)
    {
        var key = reader.ReadBytes(KeyedHash.KeyOctets);
        if (key.Length != KeyedHash.KeyOctets)
            throw new InvalidDataException("the key is cut off");
        var before = reader.Number(LongestClock);
        var stopped = TimeSpan.FromTicks(_time.GetUtcNow().UtcTicks - reader.ReadInt64()).TotalSeconds;
        return (new KeyedHash(key), before + (int)Math.Clamp(stopped, 0, LongestClock - before));
    }
}
