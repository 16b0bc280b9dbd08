using Garita.Warden.Bans;
using Garita.Warden.Kernel;

namespace Garita.Warden.Tests.Bans;

/// <summary>A kernel in memory: elements with their ends, a table that comes and goes, and refusals on demand.</summary>
internal sealed class FakeKernel : IKernel
{
    private int _made = 1;

    internal Dictionary<string, long> Held { get; } = new(StringComparer.Ordinal);

    internal bool HasTable { get; private set; } = true;

    internal bool HasMailPorts { get; set; } = true;

    internal bool IsFlooding { get; private set; }

    internal string? Refuses { get; set; }

    internal int Loads { get; private set; }

    internal int Changes { get; private set; }

    internal Action? Changed { get; set; }

    /// <summary>What is answered to whether somebody else was there.</summary>
    internal bool? Touched { get; set; } = true;

    internal bool IsRead { get; set; } = true;

    internal int Looks { get; private set; }

    internal int Reads { get; private set; }

    public bool UsesLibrary => true;

    /// <summary>The table is made anew, and is empty.</summary>
    internal void MakeTable()
    {
        (HasTable, IsFlooding) = (true, false);
        _made++;
        Held.Clear();
    }

    internal void DropTable()
    {
        HasTable = false;
        Held.Clear();
    }

    public bool? WasTouched() => Touched;

    public bool ReadElements(Action<Prefix> take)
    {
        Reads++;
        foreach (var element in Held.Keys)
            take(Prefix.Of(System.Net.IPNetwork.Parse(element)));
        return IsRead;
    }

    public TableState Look()
    {
        Looks++;
        return Seen();
    }

    private TableState Seen() => HasTable ? new TableState($"{_made}", IsFlooding, HasMailPorts, HasCounter: true, Problem: null) : new TableState(null, false, false, false, "no table");

    public string? Change(IReadOnlyCollection<ElementChange> changes, long now)
    {
        Changes++;
        if (Refuses is null && HasTable)
            Put(changes, now);
        Changed?.Invoke();
        return Refuses ?? (HasTable ? null : "no table");
    }

    public string? Load(IEnumerable<ElementChange> elements, long now)
    {
        Loads++;
        if (Refuses is null && HasTable)
        {
            Held.Clear();
            Put(elements, now);
        }

        Changed?.Invoke();
        return Refuses ?? (HasTable ? null : "no table");
    }

    public string? Flood(bool on, TableState table)
    {
        IsFlooding = on;
        return null;
    }

    private void Put(IEnumerable<ElementChange> changes, long now)
    {
        foreach (var change in changes)
        {
            if (change.Deadline > now)
                Held[change.Element.ToString()] = change.Deadline;
            else
                Held.Remove(change.Element.ToString());
        }
    }
}
